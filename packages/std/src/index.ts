// Public names of @knots/std.
export {};
