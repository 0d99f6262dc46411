// PodDisruptionBudget: how many pods of a group may be taken away at a time.
import {
  conditionList,
  dns1123Subdomain,
  field,
  int32,
  int64,
  intOrString,
  kind,
  LabelSelector,
  map,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { oneBudget } from "./pod-disruption-budget-checks.ts";
import { podDisruptionBudgetColumns } from "./pod-disruption-budget-columns.ts";

const podDisruptionBudgetSpec = object("io.k8s.api.policy.v1.PodDisruptionBudgetSpec", {
  minAvailable: field(1, intOrString(), "Pods that must stay healthy, as number or percentage.", { pointer: true }),
  selector: field(2, LabelSelector, "Which pods are protected; none when absent, all when empty.", {
    pointer: true,
    patch: "replace",
  }),
  maxUnavailable: field(3, intOrString(), "Pods that may be missing, as number or percentage.", { pointer: true }),
  unhealthyPodEvictionPolicy: field(
    4,
    string({ enum: ["IfHealthyBudget", "AlwaysAllow"] }),
    "Whether pods that are not ready may always be evicted.",
    { pointer: true },
  ),
});
/** What a budget protects. */
export interface PodDisruptionBudgetSpec extends TypeOf<typeof podDisruptionBudgetSpec> {}
export const PodDisruptionBudgetSpec: ObjectSchema<PodDisruptionBudgetSpec> = podDisruptionBudgetSpec.check(oneBudget);

const counted = int32({ min: 0 });
const shown = { always: true } as const;
const podDisruptionBudgetStatus = object("io.k8s.api.policy.v1.PodDisruptionBudgetStatus", {
  observedGeneration: field(1, int64({ min: 0 }), "Generation that the status was computed from."),
  disruptedPods: field(2, map(time()), "Pods whose eviction was allowed and which are still seen."),
  disruptionsAllowed: field(3, counted, "Evictions that are allowed now.", shown),
  currentHealthy: field(4, counted, "Pods that are healthy.", shown),
  desiredHealthy: field(5, counted, "Pods that must be healthy.", shown),
  expectedPods: field(6, counted, "Pods that are protected.", shown),
  conditions: field(7, conditionList, "Aspects of its state."),
});
/** State of a budget. */
export interface PodDisruptionBudgetStatus extends TypeOf<typeof podDisruptionBudgetStatus> {}
export const PodDisruptionBudgetStatus: ObjectSchema<PodDisruptionBudgetStatus> = podDisruptionBudgetStatus;

/** How many pods of a group may be taken away at a time. */
export const PodDisruptionBudget = kind({
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  scope: "Namespaced",
  shortNames: ["pdb"],
  doc: "How many pods of a group may be taken away at a time.",
  definition: "io.k8s.api.policy.v1.PodDisruptionBudget",
  fields: {
    spec: field(2, PodDisruptionBudgetSpec, "What the budget protects.", { always: true }),
    status: field(3, PodDisruptionBudgetStatus, "State of the budget, written by its controller.", { always: true }),
  },
  storagePath: "poddisruptionbudgets",
  columns: podDisruptionBudgetColumns,
  checkName: dns1123Subdomain,
});
export interface PodDisruptionBudget extends ObjectOf<typeof PodDisruptionBudget> {}
