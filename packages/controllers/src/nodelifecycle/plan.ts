// Node lifecycle: a node that falls silent is marked, tainted, and its pods no longer count as ready; one that returns is freed.
import { Node, Pod } from "@knots/api";
import type { Plan, PlannedEvent, Write } from "@knots/client";
import { conditionOf, withCondition } from "@knots/machinery";
import { formatTime } from "@knots/std";
import { readinessOf, silent } from "./conditions.ts";
import { withTaints } from "./taints.ts";

export interface Snapshot {
  readonly node: Node;
  readonly pods: readonly Pod[];
  /** When this controller last heard of the node, by its own clock (milliseconds since the epoch). */
  readonly heardAt: number;
  /** Milliseconds of silence after which a node counts as lost. */
  readonly grace: number;
  /**
   * Whether no other node is ready either: then the fault is more likely here than there (a store that takes no writes
   * takes no heartbeat), and no pod is driven out or taken from its services.
   */
  readonly alone: boolean;
}

function notReady(pod: Pod, now: number): Write {
  const old = conditionOf(pod.status?.conditions, "Ready");
  const condition = { ...old, type: "Ready", status: "False" as const, lastTransitionTime: formatTime(now) };
  const object = { ...pod, status: { ...pod.status, conditions: withCondition(pod.status?.conditions, condition) } };
  return { verb: "update", kind: Pod, object, subresource: "status" };
}

function podsOff(
  pods: readonly Pod[],
  now: number,
): { readonly writes: readonly Write[]; readonly events: readonly PlannedEvent[] } {
  const ready = pods.filter((pod) => conditionOf(pod.status?.conditions, "Ready")?.status === "True");
  return {
    writes: ready.map((pod) => notReady(pod, now)),
    events: ready.map((regarding) => ({
      regarding,
      type: "Warning",
      reason: "NodeNotReady",
      message: "Node is not ready",
    })),
  };
}

/** Decides about one node. */
export function plan({ node, pods, heardAt, grace, alone }: Snapshot, now: number): Plan {
  const lostAt = heardAt + grace;
  const lost = now > lostAt;
  const judged = lost ? silent(node, now) : node;
  const readiness = readinessOf(judged);
  const tainted = withTaints(judged, !alone, now);
  const off = readiness === "True" || alone ? { writes: [], events: [] } : podsOff(pods, now);
  const message = `Node ${node.metadata.name} status is now: NodeNotReady`;
  const fell = readinessOf(node) === "True" && readiness !== "True";
  return {
    writes: [...(tainted ? [{ verb: "update" as const, kind: Node, object: tainted }] : []), ...off.writes],
    ...(lost && { status: judged }),
    events: [
      ...(fell ? [{ regarding: node, type: "Normal" as const, reason: "NodeNotReady", message }] : []),
      ...off.events,
    ],
    ...(lost ? {} : { wakeAt: lostAt + 1 }),
  };
}
