// Public names of @knots/ingress.
export {};
