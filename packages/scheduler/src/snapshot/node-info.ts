// A node with what runs on it: sums that change by one pod at a time.
import type { Node } from "@knots/api";
import type { PodInfo } from "./pod-info.ts";
import { type Amounts, amountsOf, minus, plus } from "./resources.ts";

export interface NodeInfo {
  readonly name: string;
  readonly node: Node;
  readonly labels: Readonly<Record<string, string>>;
  readonly allocatable: Amounts;
  readonly pods: ReadonlyMap<string, PodInfo>;
  readonly requested: Amounts;
  readonly usual: Amounts;
  /** Sizes in bytes by every name of the image. */
  readonly images: ReadonlyMap<string, number>;
}

function imagesOf(node: Node): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { names = [], sizeBytes = 0 } of node.status?.images ?? [])
    for (const name of names) sizes.set(name, sizeBytes);
  return sizes;
}

/** A node without pods. */
export const emptyNode = (node: Node): NodeInfo => ({
  name: node.metadata.name,
  node,
  labels: node.metadata.labels ?? {},
  allocatable: amountsOf(node.status?.allocatable),
  pods: new Map(),
  requested: {},
  usual: {},
  images: imagesOf(node),
});

/** The same pods on a node that changed. */
export const withNode = (info: NodeInfo, node: Node): NodeInfo => ({
  ...emptyNode(node),
  pods: info.pods,
  requested: info.requested,
  usual: info.usual,
});

export function withPod(info: NodeInfo, pod: PodInfo): NodeInfo {
  const pods = new Map(info.pods).set(pod.uid, pod);
  return { ...info, pods, requested: plus(info.requested, pod.request), usual: plus(info.usual, pod.usual) };
}

export function withoutPod(info: NodeInfo, pod: PodInfo): NodeInfo {
  const pods = new Map(info.pods);
  pods.delete(pod.uid);
  return { ...info, pods, requested: minus(info.requested, pod.request), usual: minus(info.usual, pod.usual) };
}
