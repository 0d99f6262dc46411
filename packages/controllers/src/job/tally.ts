// Counting a job's pods, each once: a pod that ended is first noted in the status, then let go, then added to the numbers.
import type { Job, Pod } from "@knots/api";
import { isActive, isReady, isTerminating } from "../shared/pods.ts";
import { judge } from "./failure-policy.ts";
import { type Indexes, parseIndexes } from "./indexes.ts";
import { failuresOf, hasFailed, hasLimitPerIndex, indexOf, isIndexed, isTracked } from "./pods.ts";

/** Most pods that are noted at a time. */
export const MOST_NOTED = 500;

/** What is known of a job's pods at one look. */
export interface Tally {
  readonly active: readonly Pod[];
  readonly terminating: readonly Pod[];
  readonly ready: number;
  /** Pods that succeeded or failed, those that are noted now included. */
  readonly succeeded: number;
  readonly failed: number;
  /** Indexes that succeeded or failed, those of this look included. */
  readonly completed: Indexes;
  readonly failedIndexes: Indexes;
  /** Tracked pods that failed and stand in no status yet. */
  readonly newFailures: readonly Pod[];
}

/** UIDs of pods that are noted and not yet added to the numbers. */
export interface Noted {
  readonly succeeded: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}
export function notedIn({ status }: Job): Noted {
  const { succeeded = [], failed = [] } = status?.uncountedTerminatedPods ?? {};
  return { succeeded: new Set(succeeded), failed: new Set(failed) };
}

/** Whether a failure counts against the job's limit. */
export const counts = (job: Job, pod: Pod): boolean =>
  job.spec?.podFailurePolicy === undefined || judge(job, pod).action !== "Ignore";

/** Whether the failure of this pod is the end of its index. */
function endsIndex(job: Job, pod: Pod): boolean {
  const { action } = judge(job, pod);
  if (job.spec?.podFailurePolicy && action === "FailIndex") return true;
  return action !== "Ignore" && failuresOf(pod) >= (job.spec?.backoffLimitPerIndex ?? 0);
}

function completedOf(job: Job, pods: readonly Pod[]): Indexes {
  const completed = new Set(parseIndexes(job.status?.completedIndexes, job.spec?.completions ?? 0));
  for (const pod of pods) {
    const index = pod.status?.phase === "Succeeded" && isTracked(pod) ? indexOf(job, pod) : undefined;
    if (index !== undefined) completed.add(index);
  }
  return completed;
}

function failedIndexesOf(job: Job, failures: readonly Pod[], completed: Indexes): Indexes {
  const failed = new Set(parseIndexes(job.status?.failedIndexes, job.spec?.completions ?? 0));
  for (const pod of failures) {
    const index = indexOf(job, pod);
    if (index !== undefined && !completed.has(index) && endsIndex(job, pod)) failed.add(index);
  }
  return failed;
}

/** Counts what is there. */
export function tallyOf(job: Job, pods: readonly Pod[]): Tally {
  const noted = notedIn(job);
  const tracked = pods.filter(isTracked);
  const fresh = tracked.filter(({ metadata: { uid } }) => !noted.succeeded.has(uid) && !noted.failed.has(uid));
  const indexed = isIndexed(job);
  const newFailures = fresh.filter((pod) => hasFailed(job, pod) && (!indexed || indexOf(job, pod) !== undefined));
  const completed = indexed ? completedOf(job, pods) : new Set<number>();
  const newSuccesses = fresh.filter(({ status }) => status?.phase === "Succeeded").length;
  const active = pods.filter(isActive);
  const { succeeded = 0, failed = 0 } = job.status ?? {};
  return {
    active,
    terminating: pods.filter(isTerminating),
    ready: active.filter(isReady).length,
    succeeded: indexed ? completed.size : succeeded + noted.succeeded.size + newSuccesses,
    failed: failed + noted.failed.size + newFailures.filter((pod) => counts(job, pod)).length,
    completed,
    failedIndexes: hasLimitPerIndex(job) ? failedIndexesOf(job, newFailures, completed) : new Set(),
    newFailures,
  };
}
