// Public names of @knots/client.
export {};
