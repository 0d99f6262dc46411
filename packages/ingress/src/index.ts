// Public names of @knots/ingress.
export { type IngressOptions, type RunningIngress, runIngress } from "./controller/run.node.ts";
export { DRAIN_ANNOTATION, RELEASED_CONDITION, type TrafficPlan, trafficPlan } from "./controller/traffic.ts";
export type { Capacity } from "./haproxy/assignment.ts";
export { type DriverOptions, type IngressDriver, startDriver } from "./haproxy/driver.node.ts";
export { ensureHaproxy, type HaproxyProgram, stopHaproxy } from "./haproxy/process.node.ts";
export { CONTROLLER, isOurs, type RoutesSnapshot, routesPlan } from "./routes/plan.ts";
export type { Backend, Endpoint, HostCertificate, Problem, Route, RoutesPlan } from "./routes/routes.ts";
