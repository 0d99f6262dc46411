// Every kind with rules of its own, as one explicit list.
import type { Strategies } from "../registry/strategy.ts";
import { events } from "./events.ts";
import { leases } from "./leases.ts";
import { namespaces } from "./namespaces.ts";
import { pods } from "./pods.ts";
import { secrets } from "./secrets.ts";

/** Strategies of built-in kinds that need no parts of the server. */
export const builtinStrategies: Strategies = {
  "/events": events,
  "/namespaces": namespaces,
  "/pods": pods,
  "/secrets": secrets,
  "coordination.k8s.io/leases": leases,
};
