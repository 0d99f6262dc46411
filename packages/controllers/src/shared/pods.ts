// What controllers ask of a pod: is it active, ready, available, and since when.
import type { Pod } from "@knots/api";
import { conditionOf } from "@knots/machinery";
import { parseTime } from "@knots/std";

/** Ended for good: its containers will not start again. */
export const isTerminal = (pod: Pod): boolean => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
/** Neither ended nor being deleted. */
export const isActive = (pod: Pod): boolean => !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
/** Being deleted, and not ended yet. */
export const isTerminating = (pod: Pod): boolean => !isTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;

export const isReady = (pod: Pod): boolean => conditionOf(pod.status?.conditions, "Ready")?.status === "True";

/** When the pod became ready (milliseconds since the epoch); undefined while it is not, or when the time is unknown. */
export function readySince(pod: Pod): number | undefined {
  const condition = conditionOf(pod.status?.conditions, "Ready");
  if (condition?.status !== "True" || condition.lastTransitionTime === undefined) return undefined;
  return parseTime(condition.lastTransitionTime);
}

/** When a ready pod counts as available; undefined while it is not ready. */
export function availableAt(pod: Pod, minReadySeconds: number): number | undefined {
  if (!isReady(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const since = readySince(pod);
  return since === undefined ? undefined : since + minReadySeconds * 1000;
}
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const at = availableAt(pod, minReadySeconds);
  return at !== undefined && at <= now;
}

/** The earliest moment after `now` at which a ready pod becomes available. */
export function nextAvailability(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  const times = pods.flatMap((pod) => availableAt(pod, minReadySeconds) ?? []).filter((at) => at > now);
  return times.length > 0 ? Math.min(...times) : undefined;
}
