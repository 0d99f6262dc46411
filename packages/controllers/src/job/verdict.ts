// Whether a job has reached its end, and why.
import type { Job, JobCondition, Pod } from "@knots/api";
import { conditionOf } from "@knots/machinery";
import { formatTime, parseTime } from "@knots/std";
import { sum } from "../shared/sum.ts";
import { judge } from "./failure-policy.ts";
import { type Indexes, parseIndexes } from "./indexes.ts";
import { hasLimitPerIndex, isIndexed, isSuspended } from "./pods.ts";
import type { Tally } from "./tally.ts";

/** The end that a job is heading for; the pods are let go before it is final. */
export interface Verdict {
  readonly type: "FailureTarget" | "SuccessCriteriaMet";
  readonly reason: string;
  readonly message: string;
}

const failure = (reason: string, message: string): Verdict => ({ type: "FailureTarget", reason, message });

export const isTrue = (job: Job, type: string): boolean => conditionOf(job.status?.conditions, type)?.status === "True";
export const isFinished = (job: Job): boolean => isTrue(job, "Complete") || isTrue(job, "Failed");

/** A condition as of now. */
export const aCondition = (type: string, { reason, message }: Omit<Verdict, "type">, now: number): JobCondition => ({
  type,
  status: "True",
  reason,
  message,
  lastProbeTime: formatTime(now),
  lastTransitionTime: formatTime(now),
});

function earlierVerdict(job: Job): Verdict | undefined {
  for (const type of ["FailureTarget", "SuccessCriteriaMet"] as const) {
    const { status, reason = "", message = "" } = conditionOf(job.status?.conditions, type) ?? {};
    if (status === "True") return { type, reason, message };
  }
  return undefined;
}

function failsByPolicy(job: Job, { newFailures }: Tally): Verdict | undefined {
  if (!job.spec?.podFailurePolicy) return undefined;
  const judged = newFailures.map((pod) => judge(job, pod)).find(({ action }) => action === "FailJob");
  return judged && failure("PodFailurePolicy", judged.message);
}

const restartsOf = ({ status }: Pod): number =>
  sum(
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])],
    ({ restartCount }) => restartCount ?? 0,
  );

/** Containers that restart inside their pods count as failures, too. */
function restartsTooOften(job: Job, active: readonly Pod[]): boolean {
  const { backoffLimit = 6, template } = job.spec ?? {};
  if (template?.spec?.restartPolicy !== "OnFailure") return false;
  const restarts = sum(active, restartsOf);
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

/** When the job has been active for too long (milliseconds since the epoch); undefined when nothing limits it, or its time begins anew. */
export function deadlineOf(job: Job): number | undefined {
  const { activeDeadlineSeconds } = job.spec ?? {};
  const { startTime } = job.status ?? {};
  if (activeDeadlineSeconds === undefined || startTime === undefined || isSuspended(job) || isTrue(job, "Suspended"))
    return undefined;
  return parseTime(startTime) + activeDeadlineSeconds * 1000;
}

function exceedsLimits(job: Job, tally: Tally, now: number): Verdict | undefined {
  const { backoffLimit = hasLimitPerIndex(job) ? Number.POSITIVE_INFINITY : 6 } = job.spec ?? {};
  if (tally.failed > backoffLimit || restartsTooOften(job, tally.active))
    return failure("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  const deadline = deadlineOf(job);
  return deadline !== undefined && now >= deadline
    ? failure("DeadlineExceeded", "Job was active longer than specified deadline")
    : undefined;
}

function indexesFailed({ spec }: Job, { failedIndexes, completed }: Tally): Verdict | undefined {
  const { maxFailedIndexes, completions = 0 } = spec ?? {};
  if (maxFailedIndexes !== undefined && failedIndexes.size > maxFailedIndexes)
    return failure("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
  return failedIndexes.size > 0 && failedIndexes.size + completed.size >= completions
    ? failure("FailedIndexes", "Job has failed indexes")
    : undefined;
}

function suffices(rule: { succeededIndexes?: string; succeededCount?: number }, completed: Indexes, limit: number) {
  const wanted = rule.succeededIndexes === undefined ? undefined : parseIndexes(rule.succeededIndexes, limit);
  const reached = wanted ? [...wanted].filter((index) => completed.has(index)).length : completed.size;
  return reached >= (rule.succeededCount ?? wanted?.size ?? Number.POSITIVE_INFINITY);
}

function succeedsByPolicy({ spec }: Job, { completed }: Tally): Verdict | undefined {
  const rules = spec?.successPolicy?.rules ?? [];
  const index = rules.findIndex((rule) => suffices(rule, completed, spec?.completions ?? 0));
  if (index < 0) return undefined;
  return { type: "SuccessCriteriaMet", reason: "SuccessPolicy", message: `Matched rules at index ${index}` };
}

function isComplete({ spec }: Job, { succeeded, active }: Tally): Verdict | undefined {
  if (active.length > 0 || succeeded < (spec?.completions ?? 1)) return undefined;
  const message = "Reached expected number of succeeded pods";
  return { type: "SuccessCriteriaMet", reason: "CompletionsReached", message };
}

/** Why the job ends; undefined while it goes on. What was once decided stays. */
export function verdictOn(job: Job, tally: Tally, now: number): Verdict | undefined {
  return (
    earlierVerdict(job) ??
    failsByPolicy(job, tally) ??
    exceedsLimits(job, tally, now) ??
    (isIndexed(job) && hasLimitPerIndex(job) ? indexesFailed(job, tally) : undefined) ??
    (isIndexed(job) ? succeedsByPolicy(job, tally) : undefined) ??
    isComplete(job, tally)
  );
}
