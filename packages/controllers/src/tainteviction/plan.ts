// Taint eviction: a pod leaves a node with NoExecute taints as soon as it no longer tolerates them.
import { type Node, Pod } from "@knots/api";
import type { Plan } from "@knots/client";
import { conditionOf, tolerates, withCondition } from "@knots/machinery";
import { formatTime, parseTime } from "@knots/std";
import { isTerminal } from "../shared/pods.ts";

export interface Snapshot {
  readonly pod: Pod;
  /** The node that it is bound to, where that is known. */
  readonly node: Node | undefined;
}

type Taint = NonNullable<NonNullable<Node["spec"]>["taints"]>[number];
const REASON = "DeletionByTaintManager";

/** Until when the pod bears a taint; a toleration without seconds bears it for ever. */
function bornUntil({ spec }: Pod, taint: Taint, now: number): number {
  const matching = (spec?.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
  if (matching.length === 0) return now;
  const seconds = Math.min(...matching.map(({ tolerationSeconds }) => tolerationSeconds ?? Number.POSITIVE_INFINITY));
  const since = taint.timeAdded === undefined ? now : parseTime(taint.timeAdded);
  return since + Math.max(0, seconds) * 1000;
}

/** The condition says why; the next round deletes. */
export function plan({ pod, node }: Snapshot, now: number): Plan {
  const taints = (node?.spec?.taints ?? []).filter(({ effect }) => effect === "NoExecute");
  if (taints.length === 0 || isTerminal(pod) || pod.metadata.deletionTimestamp !== undefined) return {};
  const until = Math.min(...taints.map((taint) => bornUntil(pod, taint, now)));
  if (until > now) return Number.isFinite(until) ? { wakeAt: until } : {};
  const target = conditionOf(pod.status?.conditions, "DisruptionTarget");
  if (target?.status === "True" && target.reason === REASON) {
    const message = `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`;
    return {
      writes: [{ verb: "delete", kind: Pod, object: pod }],
      events: [{ regarding: pod, type: "Normal", reason: "TaintManagerEviction", message }],
    };
  }
  const condition = {
    type: "DisruptionTarget",
    status: "True" as const,
    reason: REASON,
    message: "Taint manager: deleting due to NoExecute taint",
    lastTransitionTime: formatTime(now),
  };
  const conditions = withCondition(pod.status?.conditions, condition);
  return { status: { ...pod, status: { ...pod.status, conditions } } as Pod };
}
