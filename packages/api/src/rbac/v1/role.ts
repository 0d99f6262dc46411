// Role: what is allowed in one namespace.
import { atomicList, field, kind, type ObjectOf, pathSegmentName } from "@knots/machinery";
import { PolicyRule } from "./policy-rule.ts";

/**  */
export const Role = kind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  scope: "Namespaced",
  doc: "",
  definition: "io.k8s.api.rbac.v1.Role",
  fields: {
    rules: field(2, atomicList(PolicyRule), ""),
  },
  storagePath: "roles",
  checkName: pathSegmentName,
});
export interface Role extends ObjectOf<typeof Role> {}
