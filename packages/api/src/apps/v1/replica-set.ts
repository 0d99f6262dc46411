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
import { PodTemplateSpec } from "../../core/v1/pod-template.ts";

const replicaSetSpec = object("io.k8s.api.apps.v1.ReplicaSetSpec", {
  replicas: field(1, int32(), "", { pointer: true }),
  selector: field(2, LabelSelector, "", { required: true, pointer: true }),
  template: field(3, PodTemplateSpec, "", { always: true }),
  minReadySeconds: field(4, int32(), ""),
});
export interface ReplicaSetSpec extends TypeOf<typeof replicaSetSpec> {}
export const ReplicaSetSpec: ObjectSchema<ReplicaSetSpec> = replicaSetSpec;

const replicaSetCondition = object("io.k8s.api.apps.v1.ReplicaSetCondition", {
  type: field(1, string(), "", { required: true }),
  status: field(2, string(), "", { required: true }),
  lastTransitionTime: field(3, time(), ""),
  reason: field(4, string(), ""),
  message: field(5, string(), ""),
});
export interface ReplicaSetCondition extends TypeOf<typeof replicaSetCondition> {}
export const ReplicaSetCondition: ObjectSchema<ReplicaSetCondition> = replicaSetCondition;

const replicaSetStatus = object("io.k8s.api.apps.v1.ReplicaSetStatus", {
  replicas: field(1, int32(), "", { required: true }),
  fullyLabeledReplicas: field(2, int32(), ""),
  observedGeneration: field(3, int64(), ""),
  readyReplicas: field(4, int32(), ""),
  availableReplicas: field(5, int32(), ""),
  conditions: field(6, listOf(ReplicaSetCondition, "type"), ""),
  terminatingReplicas: field(7, int32(), "", { pointer: true }),
});
export interface ReplicaSetStatus extends TypeOf<typeof replicaSetStatus> {}
export const ReplicaSetStatus: ObjectSchema<ReplicaSetStatus> = replicaSetStatus;

/**  */
export const ReplicaSet = kind({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  scope: "Namespaced",
  shortNames: ["rs"],
  categories: ["all"],
  doc: "",
  definition: "io.k8s.api.apps.v1.ReplicaSet",
  fields: {
    spec: field(2, ReplicaSetSpec, "", { required: true, always: true, default: {} }),
    status: field(3, ReplicaSetStatus, "", { pointer: true }),
  },
  storagePath: "replicasets",
  scale: { specReplicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"], selector: ["spec", "selector"] },
  checkName: dns1123Subdomain,
});
export interface ReplicaSet extends ObjectOf<typeof ReplicaSet> {}
