// What a job asks of its pods: are they tracked, have they failed, which index they have, when they ended.
import type { Job, Pod } from "@knots/api";
import { conditionOf } from "@knots/machinery";
import { parseTime } from "@knots/std";

/** Keeps a pod that ended until the job's status has it. */
export const TRACKING = "batch.kubernetes.io/job-tracking";
export const INDEX = "batch.kubernetes.io/job-completion-index";
export const FAILURES = "batch.kubernetes.io/job-index-failure-count";
export const IGNORED_FAILURES = "batch.kubernetes.io/job-index-ignored-failure-count";

export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(TRACKING) ?? false;
export const isIndexed = ({ spec }: Job): boolean => spec?.completionMode === "Indexed";
export const isSuspended = ({ spec }: Job): boolean => spec?.suspend === true;
export const hasLimitPerIndex = ({ spec }: Job): boolean => spec?.backoffLimitPerIndex !== undefined;

/** Whether a pod is replaced only when it has ended, not already when it is being deleted. */
export const replacesEnded = ({ spec }: Job): boolean =>
  spec?.podReplacementPolicy === "Failed" || spec?.podFailurePolicy !== undefined;

/** A pod that is being deleted has failed, unless the job waits to see how it ends. */
export function hasFailed(job: Job, { metadata, status }: Pod): boolean {
  if (status?.phase === "Failed") return true;
  return !replacesEnded(job) && metadata.deletionTimestamp !== undefined && status?.phase !== "Succeeded";
}

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

/** The pod's completion index; undefined when it has none, or none that the job still has. */
export function indexOf({ spec }: Job, { metadata }: Pod): number | undefined {
  const index = numberOf(metadata.annotations?.[INDEX]);
  return index !== undefined && index < (spec?.completions ?? 0) ? index : undefined;
}

/** Failures of the pod's index before it. */
export const failuresOf = ({ metadata }: Pod): number => numberOf(metadata.annotations?.[FAILURES]) ?? 0;
export const ignoredFailuresOf = ({ metadata }: Pod): number => numberOf(metadata.annotations?.[IGNORED_FAILURES]) ?? 0;

/** When the pod ended, as far as it tells (milliseconds since the epoch). */
export function endOf({ metadata, status }: Pod): number {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.finishedAt);
  const times = ends.filter((end) => end !== undefined && end !== null).map((end) => parseTime(end));
  if (times.length > 0 && times.length === ends.length) return Math.max(...times);
  if (metadata.deletionTimestamp !== undefined)
    return parseTime(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  const changed = conditionOf(status?.conditions, "Ready")?.lastTransitionTime;
  return parseTime(changed ?? metadata.creationTimestamp);
}
