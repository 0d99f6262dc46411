// Public names of @knots/cluster.
export {};
