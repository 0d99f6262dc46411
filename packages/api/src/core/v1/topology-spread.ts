// How pods spread over zones, nodes and other domains.
import {
  atomicList,
  field,
  int32,
  LabelSelector,
  type ObjectSchema,
  object,
  qualifiedName,
  string,
  type TypeOf,
} from "@knots/machinery";

const topologySpreadConstraint = object("io.k8s.api.core.v1.TopologySpreadConstraint", {
  maxSkew: field(1, int32({ min: 1 }), "Largest difference of pod counts between two places.", { required: true }),
  topologyKey: field(2, string({ check: qualifiedName }), "Node label whose values are the places.", {
    required: true,
  }),
  whenUnsatisfiable: field(
    3,
    string({ enum: ["DoNotSchedule", "ScheduleAnyway"] }),
    "Whether a pod waits or is placed anyway when spreading fails.",
    { required: true },
  ),
  labelSelector: field(4, LabelSelector, "Which pods are counted.", { pointer: true }),
  minDomains: field(5, int32({ min: 1 }), "Fewest places there should be; with fewer, the minimum counts as zero.", {
    pointer: true,
  }),
  nodeAffinityPolicy: field(
    6,
    string({ enum: ["Honor", "Ignore"] }),
    "Whether nodes outside the pod's node affinity count; Honor by default.",
    { pointer: true },
  ),
  nodeTaintsPolicy: field(
    7,
    string({ enum: ["Honor", "Ignore"] }),
    "Whether nodes with taints the pod does not tolerate count; Ignore by default.",
    { pointer: true },
  ),
  matchLabelKeys: field(8, atomicList(string()), "Labels of this pod that counted pods must share."),
});
/** How evenly matching pods are spread over places. */
export interface TopologySpreadConstraint extends TypeOf<typeof topologySpreadConstraint> {}
export const TopologySpreadConstraint: ObjectSchema<TopologySpreadConstraint> = topologySpreadConstraint;
