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
  key: field(1, string(), "Label key or field name that the rule is about.", { required: true }),
  operator: field(
    2,
    string({ enum: ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] }),
    "In, NotIn, Exists, DoesNotExist, Gt or Lt.",
    { required: true },
  ),
  values: field(3, atomicList(string()), "Values to compare with; one number for Gt and Lt."),
});
/** One rule about a label or field of a node. */
export interface NodeSelectorRequirement extends TypeOf<typeof nodeSelectorRequirement> {}
export const NodeSelectorRequirement: ObjectSchema<NodeSelectorRequirement> = nodeSelectorRequirement;

const nodeSelectorTerm = object(
  "io.k8s.api.core.v1.NodeSelectorTerm",
  {
    matchExpressions: field(1, atomicList(NodeSelectorRequirement), "Rules about labels of the node."),
    matchFields: field(
      2,
      atomicList(NodeSelectorRequirement),
      "Rules about fields of the node, such as metadata.name.",
    ),
  },
  { map: "atomic" },
);
/** Rules that must all hold for a node; no rules match nothing. */
export interface NodeSelectorTerm extends TypeOf<typeof nodeSelectorTerm> {}
export const NodeSelectorTerm: ObjectSchema<NodeSelectorTerm> = nodeSelectorTerm;

const preferredSchedulingTerm = object("io.k8s.api.core.v1.PreferredSchedulingTerm", {
  weight: field(1, int32({ min: 1, max: 100 }), "Points for a matching node, from 1 to 100.", { required: true }),
  preference: field(2, NodeSelectorTerm, "Which nodes are meant.", { required: true, always: true }),
});
/** Nodes that are preferred, and how much. */
export interface PreferredSchedulingTerm extends TypeOf<typeof preferredSchedulingTerm> {}
export const PreferredSchedulingTerm: ObjectSchema<PreferredSchedulingTerm> = preferredSchedulingTerm;

const nodeSelector = object(
  "io.k8s.api.core.v1.NodeSelector",
  {
    nodeSelectorTerms: field(1, atomicList(NodeSelectorTerm), "Terms of which one must hold.", { required: true }),
  },
  { map: "atomic" },
);
/** Chooses nodes: one of the terms must hold. */
export interface NodeSelector extends TypeOf<typeof nodeSelector> {}
export const NodeSelector: ObjectSchema<NodeSelector> = nodeSelector;

const nodeAffinity = object("io.k8s.api.core.v1.NodeAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: field(1, NodeSelector, "Nodes on which the pod may be scheduled.", {
    pointer: true,
  }),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    atomicList(PreferredSchedulingTerm),
    "Nodes that are preferred, with weights.",
  ),
});
/** Draws a pod to nodes. */
export interface NodeAffinity extends TypeOf<typeof nodeAffinity> {}
export const NodeAffinity: ObjectSchema<NodeAffinity> = nodeAffinity;

const podAffinityTerm = object("io.k8s.api.core.v1.PodAffinityTerm", {
  labelSelector: field(1, LabelSelector, "Labels of the other pods.", { pointer: true }),
  namespaces: field(2, atomicList(string()), "Namespaces of the other pods; empty with no selector means its own."),
  topologyKey: field(3, string(), "Node label that says what counts as the same place.", { required: true }),
  namespaceSelector: field(4, LabelSelector, "Labels of the other pods' namespaces; empty selects all.", {
    pointer: true,
  }),
  matchLabelKeys: field(5, atomicList(string()), "Labels of this pod that the others must share."),
  mismatchLabelKeys: field(6, atomicList(string()), "Labels of this pod that the others must not share."),
});
/** Pods near which, or far from which, a pod should run. */
export interface PodAffinityTerm extends TypeOf<typeof podAffinityTerm> {}
export const PodAffinityTerm: ObjectSchema<PodAffinityTerm> = podAffinityTerm;

const weightedPodAffinityTerm = object("io.k8s.api.core.v1.WeightedPodAffinityTerm", {
  weight: field(1, int32({ min: 1, max: 100 }), "Points for a matching place, from 1 to 100.", { required: true }),
  podAffinityTerm: field(2, PodAffinityTerm, "Which pods and which places are meant.", {
    required: true,
    always: true,
  }),
});
/** Other pods that matter, and how much. */
export interface WeightedPodAffinityTerm extends TypeOf<typeof weightedPodAffinityTerm> {}
export const WeightedPodAffinityTerm: ObjectSchema<WeightedPodAffinityTerm> = weightedPodAffinityTerm;

const podAffinity = object("io.k8s.api.core.v1.PodAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: field(
    1,
    atomicList(PodAffinityTerm),
    "Terms that must all hold when the pod is scheduled.",
  ),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    atomicList(WeightedPodAffinityTerm),
    "Terms that are preferred, with weights.",
  ),
});
/** Draws a pod to the places of other pods. */
export interface PodAffinity extends TypeOf<typeof podAffinity> {}
export const PodAffinity: ObjectSchema<PodAffinity> = podAffinity;

const podAntiAffinity = object("io.k8s.api.core.v1.PodAntiAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: field(
    1,
    atomicList(PodAffinityTerm),
    "Terms that must all be avoided when the pod is scheduled.",
  ),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    atomicList(WeightedPodAffinityTerm),
    "Terms that are avoided where possible, with weights.",
  ),
});
/** Keeps a pod away from the places of other pods. */
export interface PodAntiAffinity extends TypeOf<typeof podAntiAffinity> {}
export const PodAntiAffinity: ObjectSchema<PodAntiAffinity> = podAntiAffinity;

const affinity = object("io.k8s.api.core.v1.Affinity", {
  nodeAffinity: field(1, NodeAffinity, "Rules about nodes.", { pointer: true }),
  podAffinity: field(2, PodAffinity, "Rules about pods to be near.", { pointer: true }),
  podAntiAffinity: field(3, PodAntiAffinity, "Rules about pods to be far from.", { pointer: true }),
});
/** Rules that draw a pod to nodes and pods or keep it away. */
export interface Affinity extends TypeOf<typeof affinity> {}
export const Affinity: ObjectSchema<Affinity> = affinity;
