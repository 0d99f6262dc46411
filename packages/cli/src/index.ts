// Public names of @knots/cli.
export {};
