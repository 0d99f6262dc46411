// Public names of @knots/host.
export {};
