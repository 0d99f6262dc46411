// ClusterRoleBinding: gives a cluster role to users everywhere.
import { atomicList, field, kind, type ObjectOf, pathSegmentName } from "@knots/machinery";
import { roleNamed } from "./rbac-checks.ts";
import { bindingColumns } from "./rbac-columns.ts";
import { RoleRef, Subject } from "./role-ref.ts";

/** Gives a cluster role to users everywhere. */
export const ClusterRoleBinding = kind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  scope: "Cluster",
  doc: "Gives a cluster role to users everywhere.",
  definition: "io.k8s.api.rbac.v1.ClusterRoleBinding",
  fields: {
    subjects: field(2, atomicList(Subject), "Who gets the role."),
    roleRef: field(3, RoleRef, "The cluster role; cannot change.", { required: true, always: true }),
  },
  storagePath: "clusterrolebindings",
  columns: bindingColumns,
  checks: [roleNamed("ClusterRole")],
  checkName: pathSegmentName,
});
export interface ClusterRoleBinding extends ObjectOf<typeof ClusterRoleBinding> {}
