// How pods spread over zones, nodes and other domains.
import {
  atomicList,
  field,
  int32,
  LabelSelector,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";

const topologySpreadConstraint = object("io.k8s.api.core.v1.TopologySpreadConstraint", {
  maxSkew: field(1, int32(), "", { required: true }),
  topologyKey: field(2, string(), "", { required: true }),
  whenUnsatisfiable: field(3, string(), "", { required: true }),
  labelSelector: field(4, LabelSelector, "", { pointer: true }),
  minDomains: field(5, int32(), "", { pointer: true }),
  nodeAffinityPolicy: field(6, string(), "", { pointer: true }),
  nodeTaintsPolicy: field(7, string(), "", { pointer: true }),
  matchLabelKeys: field(8, atomicList(string()), ""),
});
export interface TopologySpreadConstraint extends TypeOf<typeof topologySpreadConstraint> {}
export const TopologySpreadConstraint: ObjectSchema<TopologySpreadConstraint> = topologySpreadConstraint;
