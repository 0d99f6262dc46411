// PodTopologySpread: keeps the numbers of like pods in places (zones, nodes) close to each other.
import type { TopologySpreadConstraint } from "@knots/api";
import type { ClusterView } from "../snapshot/cache.ts";
import type { NodeInfo } from "../snapshot/node-info.ts";
import type { PodInfo } from "../snapshot/pod-info.ts";
import { MAX_POINTS, type NodeFilter, onAnything, type Plugin, type Rejection } from "./plugin.ts";
import { type Constraint, constraintOf, countPlaces } from "./topology-constraint.ts";

const HOSTNAME = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";
/** How pods without constraints are spread. */
const DEFAULTS: readonly (readonly [string, number])[] = [
  [HOSTNAME, 3],
  [ZONE, 5],
];

function tooUneven(
  pod: PodInfo,
  constraint: Constraint,
  places: ReadonlyMap<string, number>,
): (place: string) => boolean {
  const least = places.size < constraint.minDomains ? 0 : Math.min(...places.values());
  const self = constraint.selector.matches(pod.labels) ? 1 : 0;
  return (place) => (places.get(place) ?? 0) + self - least > constraint.maxSkew;
}

function filterOf(pod: PodInfo, hard: readonly TopologySpreadConstraint[], view: ClusterView): NodeFilter {
  const keys = hard.map(({ topologyKey }) => topologyKey);
  const checks = hard.map((declared) => {
    const constraint = constraintOf(pod, declared);
    return { key: constraint.key, uneven: tooUneven(pod, constraint, countPlaces(pod, constraint, { view, keys })) };
  });
  const reason = "node(s) didn't match pod topology spread constraints";
  const missing: Rejection = { reasons: [`${reason} (missing required label)`], final: true };
  return ({ labels }) => {
    for (const { key, uneven } of checks) {
      const place = labels[key];
      if (place === undefined) return missing;
      if (uneven(place)) return { reasons: [reason] };
    }
    return undefined;
  };
}

/** The constraints that give points: the pod's own soft ones, or the defaults when it has none at all. */
function softConstraints(pod: PodInfo, view: ClusterView): readonly Constraint[] {
  const declared = pod.pod.spec?.topologySpreadConstraints ?? [];
  const soft = declared.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "ScheduleAnyway");
  if (declared.length > 0) return soft.map((constraint) => constraintOf(pod, constraint));
  const selector = view.siblings(pod);
  if (selector.requirements.length === 0) return [];
  return DEFAULTS.map(([key, maxSkew]) => ({ key, maxSkew, minDomains: 1, selector, counts: () => true }));
}

/** Fewer like pods in the node's places means fewer points here, and a better place after normalisation. */
function crowdOf(
  pod: PodInfo,
  view: ClusterView,
  { candidates, soft }: { readonly candidates: readonly NodeInfo[]; readonly soft: readonly Constraint[] },
): (node: NodeInfo) => number {
  const own = (pod.pod.spec?.topologySpreadConstraints ?? []).length > 0;
  const parts = soft.map((constraint) => {
    const keys = own ? [constraint.key] : [];
    const reachable = new Set(candidates.map(({ labels }) => labels[constraint.key]));
    const places = countPlaces(pod, constraint, { view, keys });
    return { constraint, places, weight: Math.log(reachable.size + 2) };
  });
  return ({ labels }) => {
    let points = 0;
    for (const { constraint, places, weight } of parts) {
      const place = labels[constraint.key];
      if (place !== undefined) points += (places.get(place) ?? 0) * weight + constraint.maxSkew - 1;
    }
    return Math.round(points);
  };
}

function normalize(points: readonly number[]): readonly number[] {
  const [least, most] = [Math.min(...points), Math.max(...points)];
  if (most === 0) return points.map(() => MAX_POINTS);
  return points.map((point) => Math.floor((MAX_POINTS * (most + least - point)) / most));
}

export const podTopologySpread: Plugin = {
  name: "PodTopologySpread",
  weight: 2,
  filter(pod, view) {
    const declared = pod.pod.spec?.topologySpreadConstraints ?? [];
    const hard = declared.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule");
    return hard.length > 0 ? filterOf(pod, hard, view) : undefined;
  },
  score(pod, view, candidates) {
    const soft = softConstraints(pod, view);
    return soft.length > 0 ? { of: crowdOf(pod, view, { candidates, soft }), normalize } : undefined;
  },
  retryAfter: onAnything,
};
