// DaemonSet: one pod on every node that is meant.
import {
  dns1123Subdomain,
  field,
  int32,
  int64,
  intOrString,
  kind,
  LabelSelector,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { conditionHead } from "../../core/v1/common.ts";
import { PodTemplateSpec } from "../../core/v1/pod-template.ts";
import { templateRunsForever } from "../../core/v1/replication-controller-checks.ts";
import { oneKnownStrategy, surgeOrGap } from "./daemon-set-checks.ts";
import { daemonSetColumns } from "./daemon-set-columns.ts";
import { selectorMatchesTemplate } from "./workload-checks.ts";

const rollingUpdateDaemonSet = object("io.k8s.api.apps.v1.RollingUpdateDaemonSet", {
  maxUnavailable: field(1, intOrString(), "Nodes that may be without a pod, as number or percentage.", {
    pointer: true,
    default: 1,
  }),
  maxSurge: field(2, intOrString(), "Nodes that may have two pods, as number or percentage.", {
    pointer: true,
    default: 0,
  }),
});
/** How far a rolling update may go at once. */
export interface RollingUpdateDaemonSet extends TypeOf<typeof rollingUpdateDaemonSet> {}
export const RollingUpdateDaemonSet: ObjectSchema<RollingUpdateDaemonSet> = rollingUpdateDaemonSet.check(surgeOrGap);

const daemonSetUpdateStrategy = object("io.k8s.api.apps.v1.DaemonSetUpdateStrategy", {
  type: field(1, string(), "RollingUpdate, or OnDelete to wait until somebody deletes a pod.", {
    default: "RollingUpdate",
  }),
  rollingUpdate: field(2, RollingUpdateDaemonSet, "How far a rolling update may go at once.", {
    pointer: true,
    default: (strategy: { readonly type?: string }) => (strategy.type === "RollingUpdate" ? {} : undefined),
  }),
});
/** How old pods are replaced. */
export interface DaemonSetUpdateStrategy extends TypeOf<typeof daemonSetUpdateStrategy> {}
export const DaemonSetUpdateStrategy: ObjectSchema<DaemonSetUpdateStrategy> =
  daemonSetUpdateStrategy.check(oneKnownStrategy);

const daemonSetSpec = object("io.k8s.api.apps.v1.DaemonSetSpec", {
  selector: field(1, LabelSelector, "Which pods belong to it; cannot change.", {
    required: true,
    pointer: true,
    immutable: true,
  }),
  template: field(2, PodTemplateSpec, "What its pods look like.", { required: true, always: true }),
  updateStrategy: field(3, DaemonSetUpdateStrategy, "How old pods are replaced.", { always: true, default: {} }),
  minReadySeconds: field(4, int32({ min: 0 }), "Seconds a pod must be ready to count as available."),
  revisionHistoryLimit: field(6, int32({ min: 0 }), "How many old templates are kept for rollback.", {
    pointer: true,
    default: 10,
  }),
});
/** What a daemon set should be. */
export interface DaemonSetSpec extends TypeOf<typeof daemonSetSpec> {}
export const DaemonSetSpec: ObjectSchema<DaemonSetSpec> = daemonSetSpec.check(
  selectorMatchesTemplate("daemonset"),
  templateRunsForever("DaemonSet"),
);

const daemonSetCondition = object("io.k8s.api.apps.v1.DaemonSetCondition", {
  ...conditionHead,
  lastTransitionTime: field(3, time(), "When the status last changed."),
  reason: field(4, string(), "One CamelCase word that says why."),
  message: field(5, string(), "Details for people."),
});
/** One aspect of a daemon set's state. */
export interface DaemonSetCondition extends TypeOf<typeof daemonSetCondition> {}
export const DaemonSetCondition: ObjectSchema<DaemonSetCondition> = daemonSetCondition;

const counted = int32({ min: 0 });
const shown = { required: true, always: true } as const;
const daemonSetStatus = object("io.k8s.api.apps.v1.DaemonSetStatus", {
  currentNumberScheduled: field(1, counted, "Nodes that have a pod and should.", shown),
  numberMisscheduled: field(2, counted, "Nodes that have a pod and should not.", shown),
  desiredNumberScheduled: field(3, counted, "Nodes that should have a pod.", shown),
  numberReady: field(4, counted, "Nodes whose pod is ready.", shown),
  observedGeneration: field(5, int64({ min: 0 }), "Generation that the status was computed from."),
  updatedNumberScheduled: field(6, counted, "Nodes whose pod has the newest template."),
  numberAvailable: field(7, counted, "Nodes whose pod is available."),
  numberUnavailable: field(8, counted, "Nodes whose pod is still missing to be available."),
  collisionCount: field(9, counted, "Hash collisions met when naming revisions.", { pointer: true }),
  conditions: field(10, listOf(DaemonSetCondition, "type"), "Aspects of its state."),
});
/** State of a daemon set. */
export interface DaemonSetStatus extends TypeOf<typeof daemonSetStatus> {}
export const DaemonSetStatus: ObjectSchema<DaemonSetStatus> = daemonSetStatus;

/** One pod on every node that is meant. */
export const DaemonSet = kind({
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  scope: "Namespaced",
  shortNames: ["ds"],
  categories: ["all"],
  doc: "One pod on every node that is meant.",
  definition: "io.k8s.api.apps.v1.DaemonSet",
  fields: {
    spec: field(2, DaemonSetSpec, "What the daemon set should be.", {
      required: true,
      undeclared: true,
      always: true,
      default: {},
    }),
    status: field(3, DaemonSetStatus, "State of the daemon set, written by its controller.", { always: true }),
  },
  storagePath: "daemonsets",
  columns: daemonSetColumns,
  checkName: dns1123Subdomain,
});
export interface DaemonSet extends ObjectOf<typeof DaemonSet> {}
