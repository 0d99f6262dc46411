// Public names of @knots/network.
export {};
