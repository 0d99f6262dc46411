// NodeResourcesFit: requests must fit into what is allocatable and free; the emptier node is better.
import type { NodeInfo } from "../snapshot/node-info.ts";
import type { PodInfo } from "../snapshot/pod-info.ts";
import type { Amounts } from "../snapshot/resources.ts";
import { MAX_POINTS, onRoom, type Plugin, type Rejection } from "./plugin.ts";

const COMPARED = ["cpu", "memory"];

function shortages(request: Amounts, { allocatable, requested, pods }: NodeInfo): Rejection | undefined {
  const reasons: string[] = [];
  let final = false;
  const most = allocatable["pods"] ?? 0;
  if (pods.size + 1 > most) {
    reasons.push("Too many pods");
    final = most === 0;
  }
  for (const [name, wanted] of Object.entries(request)) {
    const total = allocatable[name] ?? 0;
    if (wanted === 0 || wanted <= total - (requested[name] ?? 0)) continue;
    reasons.push(`Insufficient ${name}`);
    final ||= wanted > total;
  }
  return reasons.length > 0 ? { reasons, final } : undefined;
}

/** Average share, in points, of what stays free. */
function emptiness({ usual }: PodInfo, node: NodeInfo): number {
  const shares = COMPARED.filter((name) => (node.allocatable[name] ?? 0) > 0).map((name) => {
    const total = node.allocatable[name] ?? 0;
    const used = (node.usual[name] ?? 0) + (usual[name] ?? 0);
    return used > total ? 0 : Math.floor(((total - used) * MAX_POINTS) / total);
  });
  return shares.length === 0 ? 0 : Math.floor(shares.reduce((sum, share) => sum + share, 0) / shares.length);
}

export const nodeResourcesFit: Plugin = {
  name: "NodeResourcesFit",
  weight: 1,
  filter: (pod) => (node) => shortages(pod.request, node),
  score: (pod) => ({ of: (node) => emptiness(pod, node) }),
  retryAfter: onRoom,
};
