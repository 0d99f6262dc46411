// RoleBinding: gives a role to users in one namespace.
import { atomicList, field, kind, type ObjectOf, pathSegmentName } from "@knots/machinery";
import { roleNamed } from "./rbac-checks.ts";
import { bindingColumns } from "./rbac-columns.ts";
import { RoleRef, Subject } from "./role-ref.ts";

/** Gives a role to users in one namespace. */
export const RoleBinding = kind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "RoleBinding",
  plural: "rolebindings",
  scope: "Namespaced",
  doc: "Gives a role to users in one namespace.",
  definition: "io.k8s.api.rbac.v1.RoleBinding",
  fields: {
    subjects: field(2, atomicList(Subject), "Who gets the role."),
    roleRef: field(3, RoleRef, "The role; cannot change.", { required: true, always: true }),
  },
  storagePath: "rolebindings",
  columns: bindingColumns,
  checks: [roleNamed("Role", "ClusterRole")],
  checkName: pathSegmentName,
});
export interface RoleBinding extends ObjectOf<typeof RoleBinding> {}
