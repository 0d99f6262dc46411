// Role: what is allowed in one namespace.
import { atomicList, field, kind, type ObjectOf, pathSegmentName } from "@knots/machinery";
import { PolicyRule } from "./policy-rule.ts";
import { noUrlsInNamespace } from "./rbac-checks.ts";
import { roleColumns } from "./rbac-columns.ts";

/** What is allowed in one namespace. */
export const Role = kind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  scope: "Namespaced",
  doc: "What is allowed in one namespace.",
  definition: "io.k8s.api.rbac.v1.Role",
  fields: {
    rules: field(2, atomicList(PolicyRule), "The rules; what no rule allows is refused.", { always: true }),
  },
  storagePath: "roles",
  columns: roleColumns,
  checks: [noUrlsInNamespace],
  checkName: pathSegmentName,
});
export interface Role extends ObjectOf<typeof Role> {}
