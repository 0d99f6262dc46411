// Public names of @knots/api.
export {};
