// Public names of @knots/scheduler.
export {};
