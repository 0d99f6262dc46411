// Conditions of a node that has fallen silent.
import type { Node, NodeCondition } from "@knots/api";
import { conditionOf, withCondition } from "@knots/machinery";
import { formatTime } from "@knots/std";

/** The conditions that a kubelet keeps up to date. */
const REPORTED = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] as const;

export type Readiness = "True" | "False" | "Unknown";

export const readinessOf = (node: Node): Readiness =>
  conditionOf(node.status?.conditions, "Ready")?.status ?? "Unknown";

function unknown(type: string, old: NodeCondition | undefined, now: number): NodeCondition {
  const time = formatTime(now);
  return old
    ? {
        ...old,
        status: "Unknown",
        reason: "NodeStatusUnknown",
        message: "Kubelet stopped posting node status.",
        lastTransitionTime: time,
      }
    : {
        type,
        status: "Unknown",
        reason: "NodeStatusNeverUpdated",
        message: "Kubelet never posted node status.",
        lastTransitionTime: time,
      };
}

/** The node with every reported condition Unknown; those that are so already stay as they are. */
export function silent(node: Node, now: number): Node {
  const before: readonly NodeCondition[] = node.status?.conditions ?? [];
  const conditions = REPORTED.reduce((list, type) => {
    const old = conditionOf(list, type);
    return old?.status === "Unknown" ? list : withCondition(list, unknown(type, old, now));
  }, before);
  return { ...node, status: { ...node.status, conditions } };
}
