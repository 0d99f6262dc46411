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
} from "@knots/machinery";
import type { Shown } from "../../columns.ts";
import { conditionHead, coreConditionTail } from "./common.ts";
import { namespaceColumns } from "./data-columns.ts";

const namespaceSpec = object("io.k8s.api.core.v1.NamespaceSpec", {
  finalizers: field(1, atomicList(string()), "Names that must go before the namespace is removed."),
});
/** What holds a namespace back from removal. */
export interface NamespaceSpec extends TypeOf<typeof namespaceSpec> {}
export const NamespaceSpec: ObjectSchema<NamespaceSpec> = namespaceSpec;

const namespaceCondition = object("io.k8s.api.core.v1.NamespaceCondition", {
  ...conditionHead,
  ...coreConditionTail,
});
/** One aspect of a namespace's removal. */
export interface NamespaceCondition extends TypeOf<typeof namespaceCondition> {}
export const NamespaceCondition: ObjectSchema<NamespaceCondition> = namespaceCondition;

const namespaceStatus = object("io.k8s.api.core.v1.NamespaceStatus", {
  phase: field(
    1,
    string({ enum: ["Active", "Terminating"] }),
    "Active, or Terminating while its contents are removed.",
    { default: "Active" },
  ),
  conditions: field(2, listOf(NamespaceCondition, "type"), "What stands in the way of the removal."),
});
/** State of a namespace. */
export interface NamespaceStatus extends TypeOf<typeof namespaceStatus> {}
export const NamespaceStatus: ObjectSchema<NamespaceStatus> = namespaceStatus;

/** A scope for names, access and quotas. */
export const Namespace = kind({
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  scope: "Cluster",
  shortNames: ["ns"],
  doc: "A scope for names, access and quotas.",
  definition: "io.k8s.api.core.v1.Namespace",
  fields: {
    spec: field(2, NamespaceSpec, "What the namespace should be.", { always: true }),
    status: field(3, NamespaceStatus, "State of the namespace, written by the server.", { always: true }),
  },
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  subresources: { finalize: { kind: "Namespace", verbs: ["update"] } },
  columns: namespaceColumns,
  selectable: { "status.phase": ({ status }: Shown<unknown, NamespaceStatus>) => status?.phase ?? "" },
  checkName: dns1123Label,
  generation: false,
});
export interface Namespace extends ObjectOf<typeof Namespace> {}
