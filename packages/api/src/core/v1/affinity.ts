// Rules that draw pods to nodes and to or away from other pods.
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

const nodeSelectorRequirement = object("io.k8s.api.core.v1.NodeSelectorRequirement", {
  key: field(1, string(), "", { required: true }),
  operator: field(2, string(), "", { required: true }),
  values: field(3, atomicList(string()), ""),
});
export interface NodeSelectorRequirement extends TypeOf<typeof nodeSelectorRequirement> {}
export const NodeSelectorRequirement: ObjectSchema<NodeSelectorRequirement> = nodeSelectorRequirement;

const nodeSelectorTerm = object(
  "io.k8s.api.core.v1.NodeSelectorTerm",
  {
    matchExpressions: field(1, atomicList(NodeSelectorRequirement), ""),
    matchFields: field(2, atomicList(NodeSelectorRequirement), ""),
  },
  { map: "atomic" },
);
export interface NodeSelectorTerm extends TypeOf<typeof nodeSelectorTerm> {}
export const NodeSelectorTerm: ObjectSchema<NodeSelectorTerm> = nodeSelectorTerm;

const preferredSchedulingTerm = object("io.k8s.api.core.v1.PreferredSchedulingTerm", {
  weight: field(1, int32(), "", { required: true }),
  preference: field(2, NodeSelectorTerm, "", { required: true, always: true }),
});
export interface PreferredSchedulingTerm extends TypeOf<typeof preferredSchedulingTerm> {}
export const PreferredSchedulingTerm: ObjectSchema<PreferredSchedulingTerm> = preferredSchedulingTerm;

const nodeSelector = object(
  "io.k8s.api.core.v1.NodeSelector",
  {
    nodeSelectorTerms: field(1, atomicList(NodeSelectorTerm), "", { required: true }),
  },
  { map: "atomic" },
);
export interface NodeSelector extends TypeOf<typeof nodeSelector> {}
export const NodeSelector: ObjectSchema<NodeSelector> = nodeSelector;

const nodeAffinity = object("io.k8s.api.core.v1.NodeAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: field(1, NodeSelector, "", { pointer: true }),
  preferredDuringSchedulingIgnoredDuringExecution: field(2, atomicList(PreferredSchedulingTerm), ""),
});
export interface NodeAffinity extends TypeOf<typeof nodeAffinity> {}
export const NodeAffinity: ObjectSchema<NodeAffinity> = nodeAffinity;

const podAffinityTerm = object("io.k8s.api.core.v1.PodAffinityTerm", {
  labelSelector: field(1, LabelSelector, "", { pointer: true }),
  namespaces: field(2, atomicList(string()), ""),
  topologyKey: field(3, string(), "", { required: true }),
  namespaceSelector: field(4, LabelSelector, "", { pointer: true }),
  matchLabelKeys: field(5, atomicList(string()), ""),
  mismatchLabelKeys: field(6, atomicList(string()), ""),
});
export interface PodAffinityTerm extends TypeOf<typeof podAffinityTerm> {}
export const PodAffinityTerm: ObjectSchema<PodAffinityTerm> = podAffinityTerm;

const weightedPodAffinityTerm = object("io.k8s.api.core.v1.WeightedPodAffinityTerm", {
  weight: field(1, int32(), "", { required: true }),
  podAffinityTerm: field(2, PodAffinityTerm, "", { required: true, always: true }),
});
export interface WeightedPodAffinityTerm extends TypeOf<typeof weightedPodAffinityTerm> {}
export const WeightedPodAffinityTerm: ObjectSchema<WeightedPodAffinityTerm> = weightedPodAffinityTerm;

const podAffinity = object("io.k8s.api.core.v1.PodAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: field(1, atomicList(PodAffinityTerm), ""),
  preferredDuringSchedulingIgnoredDuringExecution: field(2, atomicList(WeightedPodAffinityTerm), ""),
});
export interface PodAffinity extends TypeOf<typeof podAffinity> {}
export const PodAffinity: ObjectSchema<PodAffinity> = podAffinity;

const podAntiAffinity = object("io.k8s.api.core.v1.PodAntiAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: field(1, atomicList(PodAffinityTerm), ""),
  preferredDuringSchedulingIgnoredDuringExecution: field(2, atomicList(WeightedPodAffinityTerm), ""),
});
export interface PodAntiAffinity extends TypeOf<typeof podAntiAffinity> {}
export const PodAntiAffinity: ObjectSchema<PodAntiAffinity> = podAntiAffinity;

const affinity = object("io.k8s.api.core.v1.Affinity", {
  nodeAffinity: field(1, NodeAffinity, "", { pointer: true }),
  podAffinity: field(2, PodAffinity, "", { pointer: true }),
  podAntiAffinity: field(3, PodAntiAffinity, "", { pointer: true }),
});
export interface Affinity extends TypeOf<typeof affinity> {}
export const Affinity: ObjectSchema<Affinity> = affinity;
