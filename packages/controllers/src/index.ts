// Public names of @knots/controllers.
export {};
