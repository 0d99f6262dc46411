// Public names of @knots/apiserver.
export {};
