// Namespace: a scope for names, access and quotas.
import {
  atomicList,
  dns1123Label,
  field,
  kind,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";

const namespaceSpec = object("io.k8s.api.core.v1.NamespaceSpec", {
  finalizers: field(1, atomicList(string()), ""),
});
export interface NamespaceSpec extends TypeOf<typeof namespaceSpec> {}
export const NamespaceSpec: ObjectSchema<NamespaceSpec> = namespaceSpec;

const namespaceCondition = object("io.k8s.api.core.v1.NamespaceCondition", {
  type: field(1, string(), "", { required: true }),
  status: field(2, string(), "", { required: true }),
  lastTransitionTime: field(4, time(), ""),
  reason: field(5, string(), ""),
  message: field(6, string(), ""),
});
export interface NamespaceCondition extends TypeOf<typeof namespaceCondition> {}
export const NamespaceCondition: ObjectSchema<NamespaceCondition> = namespaceCondition;

const namespaceStatus = object("io.k8s.api.core.v1.NamespaceStatus", {
  phase: field(1, string(), ""),
  conditions: field(2, listOf(NamespaceCondition, "type"), ""),
});
export interface NamespaceStatus extends TypeOf<typeof namespaceStatus> {}
export const NamespaceStatus: ObjectSchema<NamespaceStatus> = namespaceStatus;

/**  */
export const Namespace = kind({
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  scope: "Cluster",
  shortNames: ["ns"],
  doc: "",
  definition: "io.k8s.api.core.v1.Namespace",
  fields: {
    spec: field(2, NamespaceSpec, "", { pointer: true }),
    status: field(3, NamespaceStatus, "", { pointer: true }),
  },
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  subresources: { finalize: { kind: "Namespace", verbs: ["update"] } },
  checkName: dns1123Label,
  generation: false,
});
export interface Namespace extends ObjectOf<typeof Namespace> {}
