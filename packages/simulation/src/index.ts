// Public names of @knots/simulation.
export {};
