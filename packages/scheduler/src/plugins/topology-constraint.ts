// A spread constraint made ready to count with: which pods and nodes it is about, and how many pods each place has.
import type { TopologySpreadConstraint } from "@knots/api";
import { isTolerated, nothing, type Selector, selectorFromObject, selectorOf } from "@knots/machinery";
import type { ClusterView } from "../snapshot/cache.ts";
import type { NodeInfo } from "../snapshot/node-info.ts";
import type { PodInfo } from "../snapshot/pod-info.ts";
import { requiredNodes } from "./node-affinity.ts";

export interface Constraint {
  readonly key: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: Selector;
  /** Whether the node's pods count. */
  readonly counts: (node: NodeInfo) => boolean;
}

function selectorOfConstraint(
  pod: PodInfo,
  { labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint,
): Selector {
  const base = labelSelector ? selectorFromObject(labelSelector) : nothing;
  if (!labelSelector || matchLabelKeys.length === 0) return base;
  const own = matchLabelKeys
    .filter((key) => pod.labels[key] !== undefined)
    .map((key) => ({ key, operator: "in" as const, values: [pod.labels[key] ?? ""] }));
  return selectorOf([...base.requirements, ...own]);
}

function nodesThatCount(pod: PodInfo, constraint: TopologySpreadConstraint): (node: NodeInfo) => boolean {
  const matches = constraint.nodeAffinityPolicy === "Ignore" ? undefined : requiredNodes(pod);
  const tolerations = pod.pod.spec?.tolerations;
  const tolerated = ({ node }: NodeInfo): boolean =>
    (node.spec?.taints ?? []).every((taint) => taint.effect === "PreferNoSchedule" || isTolerated(taint, tolerations));
  const honorTaints = constraint.nodeTaintsPolicy === "Honor";
  return (node) => (matches?.(node) ?? true) && (!honorTaints || tolerated(node));
}

export const constraintOf = (pod: PodInfo, constraint: TopologySpreadConstraint): Constraint => ({
  key: constraint.topologyKey,
  maxSkew: constraint.maxSkew,
  minDomains: constraint.minDomains ?? 1,
  selector: selectorOfConstraint(pod, constraint),
  counts: nodesThatCount(pod, constraint),
});

interface World {
  readonly view: ClusterView;
  /** Labels that a node needs to count at all. */
  readonly keys: readonly string[];
}

/** The places of nodes that count, by node name. */
function placesOfNodes(constraint: Constraint, { view, keys }: World): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const node of view.nodes.values()) {
    const complete = keys.every((key) => node.labels[key] !== undefined);
    if (complete && constraint.counts(node)) places.set(node.name, node.labels[constraint.key] ?? "");
  }
  return places;
}

/** Matching pods of the pod's namespace per place; places without pods count zero. */
export function countPlaces(pod: PodInfo, constraint: Constraint, world: World): ReadonlyMap<string, number> {
  const placeOf = placesOfNodes(constraint, world);
  const counts = new Map([...placeOf.values()].map((place) => [place, 0]));
  for (const { namespace, labels, terminating, perNode } of world.view.podClasses.values()) {
    if (terminating || namespace !== pod.namespace || !constraint.selector.matches(labels)) continue;
    for (const [node, count] of perNode) {
      const place = placeOf.get(node);
      if (place !== undefined) counts.set(place, (counts.get(place) ?? 0) + count);
    }
  }
  return counts;
}
