// How long finished jobs stay, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job } from "@knots/api";
import { deepFreeze } from "@knots/std";
import { at, meta, NOON } from "../../../../testkit/objects.ts";
import { plan } from "./plan.ts";

const aJob = (ttl: number | undefined, type: string | undefined, change: Parameters<typeof meta>[1] = {}): Job =>
  ({
    metadata: meta("job", change),
    spec: { ...(ttl !== undefined && { ttlSecondsAfterFinished: ttl }) },
    status: { conditions: type ? [{ type, status: "True", lastTransitionTime: at(10) }] : [] },
  }) as unknown as Job;

test("when a job goes", () => {
  const rows: readonly (readonly [string, Job, number, string])[] = [
    ["it has not finished", aJob(60, undefined), 500, "stays"],
    ["it may stay for ever", aJob(undefined, "Complete"), 500, "stays"],
    ["its time runs from its end", aJob(60, "Complete"), 30, "look at 70"],
    ["and then it goes", aJob(60, "Complete"), 70, "goes"],
    ["failed jobs, too", aJob(0, "Failed"), 10, "goes"],
    ["what is only heading for its end stays", aJob(0, "FailureTarget"), 500, "stays"],
    ["what is being deleted needs no second deletion", aJob(0, "Failed", { deletionTimestamp: at(20) }), 500, "stays"],
  ];
  for (const [sentence, job, seconds, expected] of rows) {
    const { writes, wakeAt } = plan(deepFreeze(job), NOON + seconds * 1000);
    const look = wakeAt === undefined ? "stays" : `look at ${(wakeAt - NOON) / 1000}`;
    assert.equal(writes ? "goes" : look, expected, sentence);
  }
});
