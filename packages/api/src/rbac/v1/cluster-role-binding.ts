// ClusterRoleBinding: gives a cluster role to users everywhere.
import { atomicList, field, kind, type ObjectOf, pathSegmentName } from "@knots/machinery";
import { RoleRef, Subject } from "./role-ref.ts";

/**  */
export const ClusterRoleBinding = kind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  scope: "Cluster",
  doc: "",
  definition: "io.k8s.api.rbac.v1.ClusterRoleBinding",
  fields: {
    subjects: field(2, atomicList(Subject), ""),
    roleRef: field(3, RoleRef, "", { required: true, always: true }),
  },
  storagePath: "clusterrolebindings",
  checkName: pathSegmentName,
});
export interface ClusterRoleBinding extends ObjectOf<typeof ClusterRoleBinding> {}
