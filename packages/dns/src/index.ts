// Public names of @knots/dns.
export {};
