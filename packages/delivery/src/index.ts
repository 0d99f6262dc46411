// Public names of @knots/delivery.
export {};
