// Cron jobs: a job for each time that is due, as far as the policy lets it, and only so many finished ones.
import { type CronJob, type CronJobStatus, Job } from "@knots/api";
import type { Plan, PlannedEvent, Write, WriteOutcome } from "@knots/client";
import { CronError, type CronSchedule, conditionOf, type KubeObject, parseCron } from "@knots/machinery";
import { formatTime, parseTime } from "@knots/std";
import { jobName, newJob } from "./draft.ts";
import { type Due, dueOf } from "./due.ts";

/** What a decision about one cron job is made from. */
export interface Snapshot {
  readonly cronJob: CronJob;
  /** Jobs that it manages. */
  readonly jobs: readonly Job[];
}
type Reference = NonNullable<CronJobStatus["active"]>[number];

/** What the plan has come to so far. */
interface Course {
  readonly active: readonly Reference[];
  readonly writes: readonly Write[];
  readonly events: readonly PlannedEvent[];
}

const endOf = ({ status }: Job): "Complete" | "Failed" | undefined =>
  (["Complete", "Failed"] as const).find((type) => conditionOf(status?.conditions, type)?.status === "True");

function teller(regarding: CronJob) {
  return (type: "Normal" | "Warning", reason: string, message: string): PlannedEvent => ({
    regarding,
    type,
    reason,
    message,
  });
}

const referenceTo = ({ metadata }: KubeObject): Reference => ({
  apiVersion: "batch/v1",
  kind: "Job",
  namespace: metadata.namespace ?? "",
  name: metadata.name ?? "",
  uid: metadata.uid ?? "",
  resourceVersion: metadata.resourceVersion ?? "",
});

/** The jobs that still run; those that ended or went missing are told of. */
function stillActive({ cronJob, jobs }: Snapshot): Course {
  const tell = teller(cronJob);
  const known = cronJob.status?.active ?? [];
  const events: PlannedEvent[] = [];
  const active = known.filter(({ uid, name }) => {
    const job = jobs.find(({ metadata }) => metadata.uid === uid);
    const end = job && endOf(job);
    if (end) events.push(tell("Normal", "SawCompletedJob", `Saw completed job: ${name}, condition: ${end}`));
    if (!job) events.push(tell("Normal", "MissingJob", `Active job went missing: ${name}`));
    return job !== undefined && !end;
  });
  const uids = new Set(known.map(({ uid }) => uid));
  for (const job of jobs.filter(({ metadata }) => !uids.has(metadata.uid))) {
    if (endOf(job) || job.metadata.deletionTimestamp !== undefined) continue;
    const message = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`;
    events.push(tell("Warning", "UnexpectedJob", message));
  }
  return { active, writes: [], events };
}

const remove = (object: Job): Write => ({
  verb: "delete",
  kind: Job,
  object,
  options: { propagationPolicy: "Background" },
});

/** Finished jobs beyond the limits, oldest first. */
function outdated({ cronJob, jobs }: Snapshot): readonly Write[] {
  const { successfulJobsHistoryLimit: successes, failedJobsHistoryLimit: failures } = cronJob.spec ?? {};
  const startOf = ({ metadata, status }: Job): number => parseTime(status?.startTime ?? metadata.creationTimestamp);
  const beyond = (end: "Complete" | "Failed", limit: number | undefined): readonly Job[] => {
    const ended = jobs.filter((job) => endOf(job) === end && job.metadata.deletionTimestamp === undefined);
    const oldest = ended.toSorted((a, b) => startOf(a) - startOf(b));
    return limit === undefined ? [] : oldest.slice(0, Math.max(0, ended.length - limit));
  };
  return [...beyond("Complete", successes), ...beyond("Failed", failures)].map(remove);
}

function lastSuccess({ cronJob, jobs }: Snapshot): { readonly lastSuccessfulTime?: string } {
  const ends = jobs.map(({ status }) => status?.completionTime).filter((end) => end !== undefined);
  const all = [...ends, cronJob.status?.lastSuccessfulTime].filter((time) => time !== undefined);
  return all.length === 0 ? {} : { lastSuccessfulTime: formatTime(Math.max(...all.map(parseTime))) };
}

function withActive(cronJob: CronJob, active: readonly Reference[], change: CronJobStatus): CronJob {
  const { active: _before, ...rest } = cronJob.status ?? {};
  return { ...cronJob, status: { ...rest, ...change, ...(active.length > 0 && { active }) } };
}

/** Why nothing is made for the time that is due; undefined when a job is to be made. */
function obstacle(
  { cronJob }: Snapshot,
  { active }: Course,
  due: number,
  now: number,
): PlannedEvent | "done" | undefined {
  const tell = teller(cronJob);
  const { startingDeadlineSeconds: deadline, concurrencyPolicy } = cronJob.spec ?? {};
  if (deadline !== undefined && due + deadline * 1000 < now)
    return tell("Warning", "MissSchedule", `Missed scheduled time to start a job: ${formatTime(due)}`);
  const name = jobName(cronJob, due);
  const made = cronJob.status?.lastScheduleTime === formatTime(due);
  if (made || active.some((reference) => reference.name === name)) return "done";
  if (concurrencyPolicy !== "Forbid" || active.length === 0) return undefined;
  const why = "Not starting job because prior execution is running and concurrency policy is Forbid";
  return tell("Normal", "JobAlreadyActive", why);
}

/** Makes the job; with Replace, those that run are deleted at the same time. */
function start(snapshot: Snapshot, course: Course, due: number): Course {
  const { cronJob, jobs } = snapshot;
  const made = newJob(cronJob, due);
  if (cronJob.spec?.concurrencyPolicy !== "Replace") return { ...course, writes: [...course.writes, made] };
  const running = new Set(course.active.map(({ uid }) => uid));
  const replaced = jobs.filter(({ metadata }) => running.has(metadata.uid)).map(remove);
  return { ...course, active: [], writes: [...course.writes, ...replaced, made] };
}

function scheduled(snapshot: Snapshot, course: Course, due: Due, now: number): Course {
  const tell = teller(snapshot.cronJob);
  if (due.at === undefined) return course;
  const advice = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
  const events = [...course.events, ...(due.many ? [tell("Warning", "TooManyMissedTimes", advice)] : [])];
  const why = obstacle(snapshot, course, due.at, now);
  if (why === "done") return course;
  return why ? { ...course, events: [...events, why] } : start(snapshot, { ...course, events }, due.at);
}

function eventOf(cronJob: CronJob, { write, error }: WriteOutcome): readonly PlannedEvent[] {
  const tell = teller(cronJob);
  const { name } = write.object.metadata;
  if (write.verb === "create") {
    const made = tell("Normal", "SuccessfulCreate", `Created job ${name}`);
    return [error ? tell("Warning", "FailedCreate", `Error creating job: ${error.message}`) : made];
  }
  const gone = tell("Normal", "SuccessfulDelete", `Deleted job ${name}`);
  return [error ? tell("Warning", "FailedDelete", `Deleted job: ${error.message}`) : gone];
}

/** The run is noted once its job is there, also when an earlier round made it. */
function reportOn(
  { cronJob, jobs }: Snapshot,
  course: Course,
  due: Due,
  base: CronJobStatus,
): NonNullable<Plan["report"]> {
  return (outcomes) => {
    const events = outcomes.flatMap((outcome) => eventOf(cronJob, outcome));
    const made = outcomes.find(({ write, error }) => write.verb === "create" && !error);
    if (!made || due.at === undefined) return { events };
    const job = made.object ?? jobs.find(({ metadata }) => metadata.name === made.write.object.metadata.name);
    const active = job ? [...course.active, referenceTo(job)] : course.active;
    return { events, status: withActive(cronJob, active, { ...base, lastScheduleTime: formatTime(due.at) }) };
  };
}

function scheduleOf({ spec }: CronJob): CronSchedule | string {
  try {
    return parseCron(spec?.schedule ?? "");
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
}

/** Decides what to do about one cron job. */
export function plan(snapshot: Snapshot, now: number): Plan {
  const { cronJob } = snapshot;
  const base = lastSuccess(snapshot);
  const seen = stillActive(snapshot);
  const status = withActive(cronJob, seen.active, base);
  if (cronJob.metadata.deletionTimestamp !== undefined) return { events: seen.events, status };
  const { events } = seen;
  const writes = outdated(snapshot);
  const report = (outcomes: readonly WriteOutcome[]) => ({ events: outcomes.flatMap((one) => eventOf(cronJob, one)) });
  if (cronJob.spec?.suspend) return { writes, events, status, report };
  const schedule = scheduleOf(cronJob);
  if (typeof schedule === "string") {
    const message = `unparseable schedule: ${JSON.stringify(cronJob.spec?.schedule)} : ${schedule}`;
    return { writes, events: [...events, teller(cronJob)("Warning", "UnparseableSchedule", message)], status, report };
  }
  const due = dueOf(cronJob, schedule, now);
  const course = scheduled(snapshot, { ...seen, writes }, due, now);
  return {
    writes: course.writes,
    events: course.events,
    status: withActive(cronJob, course.active, base),
    ...(due.next !== undefined && { wakeAt: due.next }),
    report: reportOn(snapshot, course, due, base),
  };
}
