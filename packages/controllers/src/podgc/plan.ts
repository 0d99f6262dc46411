// Pod garbage: pods on nodes that are gone, pods that were deleted before they had a node, and too many ended pods.
import { Pod } from "@knots/api";
import type { Plan, Write } from "@knots/client";
import { conditionOf, withCondition } from "@knots/machinery";
import { formatTime, parseTime } from "@knots/std";
import { isTerminal } from "../shared/pods.ts";

/** A pod that was bound only now may be seen before its node. Milliseconds. */
export const QUARANTINE = 40_000;

export type Snapshot =
  | { readonly about: "pod"; readonly pod: Pod; readonly nodeExists: boolean }
  /** All pods that have ended, and how many may stay. */
  | { readonly about: "ended"; readonly pods: readonly Pod[]; readonly threshold: number };

const atOnce = (object: Pod): Write => ({ verb: "delete", kind: Pod, object, options: { gracePeriodSeconds: 0 } });

function boundAt(pod: Pod): number {
  const time = conditionOf(pod.status?.conditions, "PodScheduled")?.lastTransitionTime;
  return parseTime(time ?? pod.metadata.creationTimestamp);
}

/** The status first says why; the next round deletes. */
function removeLost(pod: Pod, now: number): Plan {
  const due = boundAt(pod) + QUARANTINE;
  if (now < due) return { wakeAt: due };
  if (isTerminal(pod)) return { writes: [atOnce(pod)] };
  const condition = {
    type: "DisruptionTarget",
    status: "True" as const,
    reason: "DeletionByPodGC",
    message: "PodGC: node no longer exists",
    lastTransitionTime: formatTime(now),
  };
  const conditions = withCondition(pod.status?.conditions, condition);
  return { status: { ...pod, status: { ...pod.status, phase: "Failed", conditions } } as Pod };
}

function removeOldest(pods: readonly Pod[], threshold: number): Plan {
  const oldest = pods.toSorted((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
  return { writes: oldest.slice(0, Math.max(0, pods.length - threshold)).map(atOnce) };
}

export function plan(snapshot: Snapshot, now: number): Plan {
  if (snapshot.about === "ended") return removeOldest(snapshot.pods, snapshot.threshold);
  const { pod, nodeExists } = snapshot;
  if (!pod.spec?.nodeName) return pod.metadata.deletionTimestamp === undefined ? {} : { writes: [atOnce(pod)] };
  return nodeExists ? {} : removeLost(pod, now);
}
