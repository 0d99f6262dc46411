// What a plugin is: for one pod it answers, node by node, whether the pod may run there, and how good the place is.
import type { ClusterView } from "../snapshot/cache.ts";
import type { NodeInfo } from "../snapshot/node-info.ts";
import type { PodInfo } from "../snapshot/pod-info.ts";

/** Why a node is out; `final` means that removing other pods from it would not help. */
export interface Rejection {
  readonly reasons: readonly string[];
  readonly final?: boolean;
}

/** Undefined when the pod may run on the node. */
export type NodeFilter = (node: NodeInfo) => Rejection | undefined;
export interface NodeScore {
  /** Raw points of a node that passed all filters. */
  readonly of: (node: NodeInfo) => number;
  /** Turns raw points (one per node, in order) into 0..100; without it they are in that range already. */
  readonly normalize?: (points: readonly number[]) => readonly number[];
}

/** Something that happened in the cluster and may make room for a waiting pod. */
export type ClusterEvent =
  | { readonly type: "node-added" | "node-changed"; readonly node: string }
  | { readonly type: "pod-placed" | "pod-changed" | "pod-gone"; readonly pod: PodInfo };

export interface Plugin {
  readonly name: string;
  /** Factor of the plugin's points. */
  readonly weight?: number;
  /** The filter for one pod at one moment; undefined when the plugin lets every node pass. */
  filter?(pod: PodInfo, view: ClusterView): NodeFilter | undefined;
  /** The points for one pod; `candidates` are the nodes that passed all filters. Undefined when all are equal to it. */
  score?(pod: PodInfo, view: ClusterView, candidates: readonly NodeInfo[]): NodeScore | undefined;
  /** Whether a pod that this plugin turned away should be tried again after `event`. */
  retryAfter(event: ClusterEvent, pod: PodInfo): boolean;
}

/** Node changes only: nothing that happens to other pods matters. */
export const onNodeChange = (event: ClusterEvent): boolean =>
  event.type === "node-added" || event.type === "node-changed";
/** Node changes, and pods that leave. */
export const onRoom = (event: ClusterEvent): boolean => onNodeChange(event) || event.type === "pod-gone";
/** Anything. */
export const onAnything = (): boolean => true;

export const MAX_POINTS = 100;

/** Scales points so that the most becomes 100; `reverse` makes the least the best. */
export function scaled(points: readonly number[], reverse = false): readonly number[] {
  const most = Math.max(0, ...points);
  if (most === 0) return points.map(() => (reverse ? MAX_POINTS : 0));
  return points.map((point) => {
    const part = Math.floor((point * MAX_POINTS) / most);
    return reverse ? MAX_POINTS - part : part;
  });
}
