// Cron jobs: which runs are made, and what becomes of those before, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CronJob, CronJobSpec, CronJobStatus, Job } from "@knots/api";
import type { Plan } from "@knots/client";
import { deepFreeze } from "@knots/std";
import { at, managedBy, meta, NOON } from "../../../../testkit/objects.ts";
import { plan } from "./plan.ts";

const MINUTE = 60;
function aCronJob(spec: Partial<CronJobSpec> = {}, status: CronJobStatus = {}): CronJob {
  const usual = { schedule: "*/10 * * * *", concurrencyPolicy: "Allow", jobTemplate: { metadata: {}, spec: {} } };
  const object = { apiVersion: "batch/v1", kind: "CronJob", metadata: meta("tick"), spec: { ...usual, ...spec } };
  return { ...object, status } as unknown as CronJob;
}
function aJob(name: string, end?: "Complete" | "Failed", seconds = 0): Job {
  const conditions = end ? [{ type: end, status: "True" }] : [];
  const status = { startTime: at(seconds), conditions, ...(end === "Complete" && { completionTime: at(seconds + 5) }) };
  return { metadata: meta(name, { ownerReferences: managedBy(aCronJob()) }), status } as unknown as Job;
}
const active = (name: string) => ({ active: [{ name, uid: `${name}-uid` }] });
const decide = (cronJob: CronJob, seconds: number, jobs: readonly Job[] = []): Plan =>
  plan(deepFreeze({ cronJob, jobs }), NOON + seconds * 1000);
const writesOf = ({ writes = [] }: Plan): string =>
  writes.map(({ verb, object }) => `${verb} ${object.metadata.name}`).join(", ");
const reasonsOf = ({ events = [] }: Plan): string => events.map(({ reason }) => reason).join(", ");
/** Name of the job that is due `minutes` after noon. */
const run = (minutes: number): string => `tick-${NOON / 60_000 + minutes}`;

test("which run is made, and when the next look is", () => {
  const hour = 60 * MINUTE;
  const rows: readonly (readonly [string, CronJob, number, string, string, number | undefined])[] = [
    ["not before its time", aCronJob(), 9 * MINUTE, "", "", 10],
    ["at its time", aCronJob(), 10 * MINUTE, `create ${run(10)}`, "", 20],
    ["of several that were missed the last", aCronJob(), 47 * MINUTE, `create ${run(40)}`, "", 50],
    ["each once", aCronJob({}, { lastScheduleTime: at(40 * MINUTE) }), 47 * MINUTE, "", "", 50],
    ["too late is too late", aCronJob({ startingDeadlineSeconds: 60 }), 15 * MINUTE, "", "", 20],
    ["late, but not too late", aCronJob({ startingDeadlineSeconds: 400 }), 15 * MINUTE, `create ${run(10)}`, "", 20],
    ["very many were missed", aCronJob(), 17 * hour, `create ${run(1020)}`, "TooManyMissedTimes", 1030],
    ["a hundred are not too many", aCronJob(), 1000 * MINUTE, `create ${run(1000)}`, "", 1010],
    ["suspended", aCronJob({ suspend: true }), hour, "", "", undefined],
    ["no schedule", aCronJob({ schedule: "x" }), hour, "", "UnparseableSchedule", undefined],
    ["uneven times", aCronJob({ schedule: "0 13,18 * * *" }), 7 * hour, `create ${run(360)}`, "", 25 * 60],
    [
      "in another zone",
      aCronJob({ schedule: "0 9 * * *", timeZone: "Asia/Tokyo" }),
      12 * hour,
      `create ${run(720)}`,
      "",
      36 * 60,
    ],
  ];
  for (const [sentence, cronJob, seconds, writes, events, next] of rows) {
    const decision = decide(cronJob, seconds);
    assert.equal(writesOf(decision), writes, sentence);
    assert.equal(reasonsOf(decision), events, sentence);
    assert.equal(decision.wakeAt, next === undefined ? undefined : NOON + next * MINUTE * 1000, sentence);
  }
});

test("what happens while the job before still runs", () => {
  const rows = [
    ["Allow", `create ${run(10)}`, ""],
    ["Forbid", "", "JobAlreadyActive"],
    ["Replace", `delete old, create ${run(10)}`, ""],
  ] as const;
  for (const [concurrencyPolicy, writes, events] of rows) {
    const decision = decide(aCronJob({ concurrencyPolicy }, active("old")), 10 * MINUTE, [aJob("old")]);
    assert.equal(writesOf(decision), writes, concurrencyPolicy);
    assert.equal(reasonsOf(decision), events, concurrencyPolicy);
  }
});

test("the list of active jobs, and when one last succeeded", () => {
  const rows: readonly (readonly [string, readonly Job[], number, string, string | undefined])[] = [
    ["it runs", [aJob("old")], 1, "", undefined],
    ["it has succeeded", [aJob("old", "Complete")], 0, "SawCompletedJob", at(5)],
    ["it has failed", [aJob("old", "Failed")], 0, "SawCompletedJob", undefined],
    ["it is gone", [], 0, "MissingJob", undefined],
    ["there is another one", [aJob("old"), aJob("odd")], 1, "UnexpectedJob", undefined],
  ];
  for (const [sentence, jobs, count, events, success] of rows) {
    const decision = decide(aCronJob({}, active("old")), 60, jobs);
    const { status } = decision.status as CronJob;
    assert.equal(status?.active?.length ?? 0, count, sentence);
    assert.equal(reasonsOf(decision), events, sentence);
    assert.equal(status?.lastSuccessfulTime, success, sentence);
  }
});

test("finished jobs beyond the limits go, oldest first", () => {
  const jobs = [aJob("c", "Complete", 30), aJob("a", "Complete", 10), aJob("b", "Complete", 20), aJob("f", "Failed")];
  const limits = { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1 };
  assert.equal(writesOf(decide(aCronJob(limits), 60, jobs)), "delete a, delete b");
  assert.equal(
    writesOf(decide(aCronJob({ ...limits, failedJobsHistoryLimit: 0 }), 60, jobs)),
    "delete a, delete b, delete f",
  );
  assert.equal(writesOf(decide(aCronJob(), 60, jobs)), "");
});

test("a run is noted when its job is there, and only then", () => {
  const decision = decide(aCronJob(), 10 * MINUTE);
  const [write] = decision.writes ?? [];
  assert.ok(write);
  const job = { ...aJob(run(10)), kind: "Job" };
  const { status, events } = decision.report?.([{ write, object: job }]) ?? {};
  assert.deepEqual((status as CronJob).status?.lastScheduleTime, at(10 * MINUTE));
  assert.deepEqual(
    (status as CronJob).status?.active?.map(({ uid }) => uid),
    [`${run(10)}-uid`],
  );
  assert.deepEqual(
    events?.map(({ message }) => message),
    [`Created job ${run(10)}`],
  );
  assert.equal((decision.status as CronJob).status?.lastScheduleTime, undefined);
  const scheduled = write.object.metadata.annotations?.["batch.kubernetes.io/cronjob-scheduled-timestamp"];
  assert.equal(scheduled, at(10 * MINUTE));
});
