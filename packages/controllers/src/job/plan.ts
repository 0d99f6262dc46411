// Jobs: pods until enough of them have succeeded, each of them counted once, and an end that is final when all are let go.
import { Job, type JobCondition, type JobStatus, Pod } from "@knots/api";
import type { Plan, PlannedEvent, Write } from "@knots/client";
import { conditionOf, selectorFromObject, withCondition } from "@knots/machinery";
import { formatTime } from "@knots/std";
import { claim } from "../shared/owner.ts";
import { podEvent } from "../shared/pod-events.ts";
import { isActive } from "../shared/pods.ts";
import { formatIndexes, type Indexes, parseIndexes } from "./indexes.ts";
import { hasFailed, hasLimitPerIndex, indexOf, isIndexed, isSuspended, isTracked, TRACKING } from "./pods.ts";
import { type Failures, replacedPods, type Scaling, scalingOf } from "./scale.ts";
import { counts, MOST_NOTED, type Noted, notedIn, type Tally, tallyOf } from "./tally.ts";
import { aCondition, deadlineOf, isFinished, isTrue, type Verdict, verdictOn } from "./verdict.ts";

/** What a decision about one job is made from. */
export interface Snapshot {
  /** Undefined when it is gone. */
  readonly job: Job | undefined;
  /** Pods that it manages, and pods of its namespace that nobody manages. */
  readonly pods: readonly Pod[];
  /** Pods of jobs that had its name and are gone. */
  readonly left: readonly Pod[];
  readonly failures: Failures;
}

/** Lets a pod go: from here on it is in no count but the one that the status has. */
function release(pod: Pod): Write {
  const { uid, resourceVersion, finalizers = [] } = pod.metadata;
  const others = finalizers.filter((finalizer) => finalizer !== TRACKING);
  const metadata = { uid, resourceVersion, finalizers: others.length > 0 ? others : null };
  return { verb: "patch", kind: Pod, object: pod, body: { metadata } };
}
const releases = (pods: readonly Pod[]): readonly Write[] => pods.filter(isTracked).map(release);

/** What one look at a job has brought to light. */
interface Look {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly tally: Tally;
  readonly verdict: Verdict | undefined;
  readonly noted: Noted;
  readonly replaced: ReadonlyMap<number, Pod>;
  readonly now: number;
}

/** Whether the pod's end may be taken into the status now. */
function isOver({ job, verdict, replaced }: Look, pod: Pod): boolean {
  if (job.metadata.deletionTimestamp !== undefined || pod.status?.phase === "Succeeded") return true;
  if (verdict) return !isActive(pod);
  const index = indexOf(job, pod);
  return hasFailed(job, pod) && (index === undefined || replaced.get(index)?.metadata.uid !== pod.metadata.uid);
}

/** How a pod that is over is counted: as success, as failure, or not at all. */
function outcomeOf({ job, verdict }: Look, pod: Pod): "succeeded" | "failed" | "none" {
  if (pod.status?.phase === "Succeeded") return "succeeded";
  const lost = isIndexed(job) && indexOf(job, pod) === undefined;
  // What is deleted because the job has succeeded has not failed.
  const stopped = verdict ? verdict.type === "FailureTarget" : hasFailed(job, pod);
  const failed = pod.status?.phase === "Failed" || stopped;
  return failed && !lost && counts(job, pod) ? "failed" : "none";
}

interface Passage {
  /** UIDs to note before their pods are let go. */
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  /** Pods whose end stands in the status, or needs not. */
  readonly free: readonly Pod[];
}
type Step = "wait" | "free" | "succeeded" | "failed";

/** The next step of a tracked pod: the status has its end before it is let go. An index in the status needs no UID. */
function stepOf(look: Look, stored: Indexes, pod: Pod): Step {
  const { job, noted, verdict } = look;
  const { uid } = pod.metadata;
  if (!isOver(look, pod)) return "wait";
  if (noted.succeeded.has(uid) || noted.failed.has(uid)) return "free";
  const outcome = outcomeOf(look, pod);
  if (outcome === "succeeded" && isIndexed(job)) {
    const index = indexOf(job, pod);
    return index === undefined || stored.has(index) ? "free" : "wait";
  }
  if (outcome !== "none") return outcome;
  return !verdict || isTrue(job, verdict.type) ? "free" : "wait";
}

/** Pods that have ended and are still held: to be noted first, or already free to go. */
function passageOf(look: Look): Passage {
  const { job, pods } = look;
  const stored = parseIndexes(job.status?.completedIndexes, job.spec?.completions ?? 0);
  const steps = pods.filter(isTracked).map((pod) => ({ pod, step: stepOf(look, stored, pod) }));
  const at = (wanted: Step): readonly Pod[] => steps.filter(({ step }) => step === wanted).map(({ pod }) => pod);
  const uids = (some: readonly Pod[]): readonly string[] => some.map(({ metadata }) => metadata.uid);
  return { succeeded: uids(at("succeeded")), failed: uids(at("failed")), free: at("free") };
}

/** Uncounted pods that are held no more: now they are numbers. */
function settled({ noted, pods }: Look): { readonly succeeded: readonly string[]; readonly failed: readonly string[] } {
  const held = new Set(pods.filter(isTracked).map(({ metadata }) => metadata.uid));
  const gone = (uids: ReadonlySet<string>) => [...uids].filter((uid) => !held.has(uid));
  return { succeeded: gone(noted.succeeded), failed: gone(noted.failed) };
}

function countsAfter(look: Look, passage: Passage): JobStatus {
  const { job, noted, tally } = look;
  const { succeeded: _s, failed: _f, completedIndexes: _c, failedIndexes: _i, active: _a, ...rest } = job.status ?? {};
  const done = settled(look);
  const open = (uids: ReadonlySet<string>, gone: readonly string[], fresh: readonly string[]): readonly string[] =>
    [...[...uids].filter((uid) => !gone.includes(uid)), ...fresh].slice(0, Math.max(MOST_NOTED, uids.size));
  const uncounted = {
    succeeded: open(noted.succeeded, done.succeeded, passage.succeeded),
    failed: open(noted.failed, done.failed, passage.failed),
  };
  const completed = formatIndexes(tally.completed);
  const numbers = {
    active: tally.active.length,
    succeeded: isIndexed(job) ? tally.completed.size : (job.status?.succeeded ?? 0) + done.succeeded.length,
    failed: (job.status?.failed ?? 0) + done.failed.length,
  };
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(numbers).filter(([, number]) => number > 0)),
    ready: tally.ready,
    terminating: tally.terminating.length,
    uncountedTerminatedPods: {
      ...(uncounted.succeeded.length > 0 && { succeeded: uncounted.succeeded }),
      ...(uncounted.failed.length > 0 && { failed: uncounted.failed }),
    },
    ...(completed !== "" && { completedIndexes: completed }),
    ...(hasLimitPerIndex(job) && { failedIndexes: formatIndexes(tally.failedIndexes) }),
  };
}

const FINAL = { FailureTarget: "Failed", SuccessCriteriaMet: "Complete" } as const;

/** The verdict comes first; it is final when no pod is left that runs, ends or waits to be counted. */
function withEnd(status: JobStatus, { job, pods, tally, now }: Look, verdict: Verdict): JobStatus {
  const { type } = verdict;
  if (!isTrue(job, type))
    return { ...status, conditions: withCondition(status.conditions, aCondition(type, verdict, now)) };
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const open = tally.active.length + tally.terminating.length + succeeded.length + failed.length;
  if (open > 0 || pods.some(isTracked)) return status;
  const conditions = withCondition(status.conditions, aCondition(FINAL[type], verdict, now));
  return { ...status, conditions, ...(type === "SuccessCriteriaMet" && { completionTime: formatTime(now) }) };
}

/** Start time and the condition Suspended; a job that goes on counts its time anew. */
function withSuspension(status: JobStatus, { job, now }: Look): JobStatus {
  const known = conditionOf(status.conditions, "Suspended")?.status === "True";
  if (isSuspended(job)) {
    const words = { reason: "JobSuspended", message: "Job suspended" };
    return known
      ? status
      : { ...status, conditions: withCondition(status.conditions, aCondition("Suspended", words, now)) };
  }
  if (!known) return { ...status, startTime: status.startTime ?? formatTime(now) };
  const resumed = aCondition("Suspended", { reason: "JobResumed", message: "Job resumed" }, now);
  const conditions = withCondition<JobCondition>(status.conditions, { ...resumed, status: "False" });
  return { ...status, conditions, startTime: formatTime(now) };
}

function eventsOf(job: Job, status: JobStatus): readonly PlannedEvent[] {
  const events: PlannedEvent[] = [];
  const tell = (type: "Normal" | "Warning", reason: string, message: string): void =>
    void events.push({ regarding: job, type, reason, message });
  const now = (type: string) => conditionOf(status.conditions, type);
  if (now("Suspended")?.status !== conditionOf(job.status?.conditions, "Suspended")?.status) {
    if (now("Suspended")?.status === "True") tell("Normal", "Suspended", "Job suspended");
    else tell("Normal", "Resumed", "Job resumed");
  }
  const { reason = "", message = "" } = now("Failed") ?? {};
  if (now("Failed")) tell("Warning", reason, message);
  if (now("Complete")) tell("Normal", "Completed", "Job completed");
  return events;
}

/** Surplus pods leave the count first, then the cluster. */
const dismiss = (pod: Pod): Write => (isTracked(pod) ? release(pod) : { verb: "delete", kind: Pod, object: pod });

function changesOf({ tally, verdict }: Look, { surplus, creations }: Scaling): readonly Write[] {
  if (verdict) return tally.active.map((object) => ({ verb: "delete", kind: Pod, object }));
  return [...surplus.map(dismiss), ...creations];
}

const NO_SCALING: Scaling = { surplus: [], creations: [] };

function work(look: Look, claims: readonly Write[], failures: Failures): Plan {
  const { job, verdict, tally, replaced, now } = look;
  const leaving = job.metadata.deletionTimestamp !== undefined;
  const scaling = verdict || leaving ? NO_SCALING : scalingOf(job, { tally, replaced, failures }, now);
  const passage = passageOf(look);
  const counted = withSuspension(countsAfter(look, passage), look);
  const status = verdict ? withEnd(counted, look, verdict) : counted;
  const times = [scaling.wakeAt, deadlineOf({ ...job, status })].filter((at) => at !== undefined && at > now);
  return {
    writes: [...claims, ...passage.free.map(release), ...changesOf(look, scaling)],
    status: { ...job, status } as Job,
    events: eventsOf(job, status),
    report: (outcomes) => ({ events: outcomes.flatMap((outcome) => podEvent(job, outcome) ?? []) }),
    ...(times.length > 0 && !verdict && { wakeAt: Math.min(...(times as number[])) }),
  };
}

/** Pods that are adopted are held from then on, like those that the job made. */
function tracking(write: Write): Write {
  if (write.verb !== "patch" || !write.onlyIfLive) return write;
  const finalizers = [...(write.object.metadata.finalizers ?? []), TRACKING];
  const { metadata } = write.body as { readonly metadata: object };
  return { ...write, body: { metadata: { ...metadata, finalizers } } };
}

/** Decides what to do about one job. */
export function plan({ job, pods, left, failures }: Snapshot, now: number): Plan {
  if (!job) return { writes: releases(left) };
  const selector = selectorFromObject(job.spec?.selector);
  const { claimed, writes } = claim({ ownerKind: Job, owner: job, selector }, Pod, pods);
  if (isFinished(job)) return { writes: releases([...left, ...claimed]) };
  const tally = tallyOf(job, claimed);
  const verdict = verdictOn(job, tally, now);
  const noted = notedIn(job);
  const look = { job, pods: claimed, tally, verdict, noted, replaced: replacedPods(job, claimed, tally), now };
  return work(look, [...releases(left), ...writes.map(tracking)], failures);
}
