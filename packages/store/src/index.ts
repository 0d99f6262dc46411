// Public names of @knots/store.
export {};
