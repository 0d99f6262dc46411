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

const aggregationRule = object("io.k8s.api.rbac.v1.AggregationRule", {
  clusterRoleSelectors: field(1, atomicList(LabelSelector), ""),
});
export interface AggregationRule extends TypeOf<typeof aggregationRule> {}
export const AggregationRule: ObjectSchema<AggregationRule> = aggregationRule;

/**  */
export const ClusterRole = kind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  scope: "Cluster",
  doc: "",
  definition: "io.k8s.api.rbac.v1.ClusterRole",
  fields: {
    rules: field(2, atomicList(PolicyRule), ""),
    aggregationRule: field(3, AggregationRule, "", { pointer: true }),
  },
  storagePath: "clusterroles",
  checkName: pathSegmentName,
});
export interface ClusterRole extends ObjectOf<typeof ClusterRole> {}
