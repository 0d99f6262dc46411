// ClusterRole: what is allowed in the whole cluster, or in any namespace where bound.
import {
  atomicList,
  field,
  kind,
  LabelSelector,
  type ObjectOf,
  type ObjectSchema,
  object,
  pathSegmentName,
  type TypeOf,
} from "@knots/machinery";
import { PolicyRule } from "./policy-rule.ts";
import { roleColumns } from "./rbac-columns.ts";

const aggregationRule = object("io.k8s.api.rbac.v1.AggregationRule", {
  clusterRoleSelectors: field(1, atomicList(LabelSelector), "Labels of the cluster roles; one selector must match."),
});
/** How the rules of other cluster roles are gathered. */
export interface AggregationRule extends TypeOf<typeof aggregationRule> {}
export const AggregationRule: ObjectSchema<AggregationRule> = aggregationRule;

/** What is allowed in the whole cluster, or in any namespace where it is bound. */
export const ClusterRole = kind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  scope: "Cluster",
  doc: "What is allowed in the whole cluster, or in any namespace where it is bound.",
  definition: "io.k8s.api.rbac.v1.ClusterRole",
  fields: {
    rules: field(2, atomicList(PolicyRule), "The rules; what no rule allows is refused.", { always: true }),
    aggregationRule: field(3, AggregationRule, "Gathers the rules from other cluster roles.", { pointer: true }),
  },
  storagePath: "clusterroles",
  columns: roleColumns,
  checkName: pathSegmentName,
});
export interface ClusterRole extends ObjectOf<typeof ClusterRole> {}
