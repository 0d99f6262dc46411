// ReplicaSet: keeps a stated number of identical pods.
import {
  dns1123Subdomain,
  field,
  int32,
  int64,
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
import type { Shown } from "../../columns.ts";
import { conditionHead } from "../../core/v1/common.ts";
import { PodTemplateSpec } from "../../core/v1/pod-template.ts";
import { templateRunsForever } from "../../core/v1/replication-controller-checks.ts";
import { replicaSetColumns } from "./replica-set-columns.ts";
import { selectorMatchesTemplate } from "./workload-checks.ts";

const replicaSetSpec = object("io.k8s.api.apps.v1.ReplicaSetSpec", {
  replicas: field(1, int32({ min: 0 }), "How many pods should run.", { pointer: true, default: 1 }),
  minReadySeconds: field(4, int32({ min: 0 }), "Seconds a pod must be ready to count as available."),
  selector: field(2, LabelSelector, "Which pods belong to it; cannot change.", {
    required: true,
    pointer: true,
    immutable: true,
  }),
  template: field(3, PodTemplateSpec, "What a new pod looks like.", { required: true, undeclared: true, always: true }),
});
/** What a replica set should be. */
export interface ReplicaSetSpec extends TypeOf<typeof replicaSetSpec> {}
export const ReplicaSetSpec: ObjectSchema<ReplicaSetSpec> = replicaSetSpec.check(
  selectorMatchesTemplate("replicaset"),
  templateRunsForever("ReplicaSet"),
);

const replicaSetCondition = object("io.k8s.api.apps.v1.ReplicaSetCondition", {
  ...conditionHead,
  lastTransitionTime: field(3, time(), "When the status last changed."),
  reason: field(4, string(), "One CamelCase word that says why."),
  message: field(5, string(), "Details for people."),
});
/** One aspect of a replica set's state. */
export interface ReplicaSetCondition extends TypeOf<typeof replicaSetCondition> {}
export const ReplicaSetCondition: ObjectSchema<ReplicaSetCondition> = replicaSetCondition;

const replicaSetStatus = object("io.k8s.api.apps.v1.ReplicaSetStatus", {
  replicas: field(1, int32(), "Pods that exist.", { required: true, always: true }),
  fullyLabeledReplicas: field(2, int32(), "Pods with all labels of the template."),
  readyReplicas: field(4, int32(), "Pods that are ready."),
  availableReplicas: field(5, int32(), "Pods that are available."),
  terminatingReplicas: field(7, int32(), "Pods that are shutting down.", { pointer: true }),
  observedGeneration: field(3, int64(), "Generation that the status was computed from."),
  conditions: field(6, listOf(ReplicaSetCondition, "type"), "Aspects of its state."),
});
/** State of a replica set. */
export interface ReplicaSetStatus extends TypeOf<typeof replicaSetStatus> {}
export const ReplicaSetStatus: ObjectSchema<ReplicaSetStatus> = replicaSetStatus;

/** Keeps a stated number of identical pods running. */
export const ReplicaSet = kind({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  scope: "Namespaced",
  shortNames: ["rs"],
  categories: ["all"],
  doc: "Keeps a stated number of identical pods running.",
  definition: "io.k8s.api.apps.v1.ReplicaSet",
  fields: {
    spec: field(2, ReplicaSetSpec, "What the replica set should be.", {
      required: true,
      undeclared: true,
      always: true,
      default: {},
    }),
    status: field(3, ReplicaSetStatus, "State of the replica set, written by its controller.", { always: true }),
  },
  storagePath: "replicasets",
  scale: { specReplicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"], selector: ["spec", "selector"] },
  columns: replicaSetColumns,
  selectable: { "status.replicas": ({ status }: Shown<unknown, ReplicaSetStatus>) => `${status?.replicas ?? 0}` },
  checkName: dns1123Subdomain,
});
export interface ReplicaSet extends ObjectOf<typeof ReplicaSet> {}
