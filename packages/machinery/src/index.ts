// Public names of @knots/machinery.
export {};
