// Jobs: how each pod is counted once, when a job ends and why, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job, JobSpec, JobStatus, Pod } from "@knots/api";
import type { Plan } from "@knots/client";
import { conditionOf } from "@knots/machinery";
import { deepFreeze } from "@knots/std";
import { aPod, at, managedBy, meta, NOON } from "../../../../testkit/objects.ts";
import { plan } from "./plan.ts";
import { INDEX, TRACKING } from "./pods.ts";

const labels = { app: "web" };
function aJob(spec: Partial<JobSpec> = {}, status: JobStatus = {}): Job {
  const template = { metadata: { labels }, spec: { restartPolicy: "Never", containers: [{ name: "app" }] } };
  const usual = { parallelism: 1, completions: 1, backoffLimit: 6, selector: { matchLabels: labels }, template };
  const started = { startTime: at(0), ...status };
  const object = { apiVersion: "batch/v1", kind: "Job", metadata: meta("job"), spec: { ...usual, ...spec } };
  return { ...object, status: started } as unknown as Job;
}
interface PodFacts {
  readonly tracked?: boolean;
  readonly index?: number;
  readonly exitCode?: number;
  readonly leaving?: boolean;
}
function jobPod(name: string, phase: "Running" | "Succeeded" | "Failed", facts: PodFacts = {}): Pod {
  const { tracked = true, index, exitCode = phase === "Failed" ? 1 : 0, leaving } = facts;
  const terminated = { exitCode, finishedAt: at(0) };
  return aPod(name, {
    meta: {
      labels,
      ownerReferences: managedBy(aJob()),
      ...(tracked && { finalizers: [TRACKING] }),
      ...(index !== undefined && { annotations: { [INDEX]: `${index}` } }),
      ...(leaving && { deletionTimestamp: at(5) }),
    },
    status: {
      phase,
      ...(phase !== "Running" && {
        containerStatuses: [
          { name: "app", image: "", imageID: "", ready: false, restartCount: 0, state: { terminated } },
        ],
      }),
    },
  });
}
const FAILURES = { count: 0, lastAt: 0 };
const decide = (job: Job | undefined, pods: readonly Pod[], left: readonly Pod[] = []): Plan =>
  plan(deepFreeze({ job, pods, left, failures: FAILURES }), NOON + 10_000);
const statusOf = (decision: Plan): JobStatus => (decision.status as Job | undefined)?.status ?? {};
const writesOf = ({ writes = [] }: Plan): string =>
  writes.map(({ verb, object }) => `${verb} ${object.metadata.name ?? object.metadata.generateName}`).join(", ");
/** Numbers, then pods that are noted. */
function counted(decision: Plan): string {
  const { succeeded = 0, failed = 0, uncountedTerminatedPods } = statusOf(decision);
  const noted = [uncountedTerminatedPods?.succeeded ?? [], uncountedTerminatedPods?.failed ?? []];
  return `${succeeded}+${noted[0]?.length} ${failed}+${noted[1]?.length}`;
}

test("a pod is noted, then let go, then counted; at no step twice, at no step lost", () => {
  const open = { parallelism: 3, completions: 3 };
  const noted = { uncountedTerminatedPods: { succeeded: ["a-uid"] } };
  const [held, free] = [jobPod("a", "Succeeded"), jobPod("a", "Succeeded", { tracked: false })];
  const running = [jobPod("x", "Running"), jobPod("y", "Running")];
  const rows: readonly (readonly [string, JobStatus, readonly Pod[], string, string])[] = [
    ["seen for the first time", {}, [held], "0+1 0+0", ""],
    ["the status has it: it may go", noted, [held], "0+1 0+0", "patch a"],
    ["it is let go: it is a number", noted, [free], "1+0 0+0", ""],
    ["it is gone: it is a number", noted, [], "1+0 0+0", ""],
    ["what was counted before is not counted again", { succeeded: 1 }, [free], "1+0 0+0", ""],
    ["a failure goes the same way", {}, [jobPod("a", "Failed")], "0+0 0+1", "create job-"],
    ["deletion is failure", {}, [jobPod("a", "Running", { leaving: true })], "0+0 0+1", "create job-"],
  ];
  for (const [sentence, status, pods, numbers, writes] of rows) {
    const decision = decide(aJob(open, status), [...pods, ...running]);
    assert.equal(counted(decision), numbers, sentence);
    assert.equal(writesOf(decision), writes, sentence);
  }
});

test("when a job ends, and why", () => {
  const indexed = { completionMode: "Indexed" as const, completions: 3, parallelism: 3 };
  const policy = (action: "FailJob" | "Ignore" | "Count") => ({
    podFailurePolicy: { rules: [{ action, onExitCodes: { operator: "In" as const, values: [7] } }] },
  });
  const failedBefore = { failed: 6 };
  const rows: readonly (readonly [string, Job, readonly Pod[], string])[] = [
    ["nothing has ended", aJob(), [jobPod("a", "Running")], ""],
    ["enough have succeeded", aJob(), [jobPod("a", "Succeeded")], "CompletionsReached"],
    ["not while one still runs", aJob(), [jobPod("a", "Succeeded"), jobPod("b", "Running")], ""],
    [
      "any success is enough without completions",
      aJob({ completions: undefined as never }),
      [jobPod("a", "Succeeded")],
      "CompletionsReached",
    ],
    ["one failure more than is forgiven", aJob({}, failedBefore), [jobPod("a", "Failed")], "BackoffLimitExceeded"],
    ["as many as are forgiven", aJob({}, failedBefore), [], ""],
    ["too long", aJob({ activeDeadlineSeconds: 10 }), [jobPod("a", "Running")], "DeadlineExceeded"],
    ["a suspended job has no deadline", aJob({ activeDeadlineSeconds: 10, suspend: true }), [], ""],
    [
      "nor has one that is resumed now",
      aJob({ activeDeadlineSeconds: 10 }, { conditions: [{ type: "Suspended", status: "True" }] }),
      [],
      "",
    ],
    [
      "a failure that its policy makes final",
      aJob(policy("FailJob")),
      [jobPod("a", "Failed", { exitCode: 7 })],
      "PodFailurePolicy",
    ],
    ["another exit code", aJob(policy("FailJob")), [jobPod("a", "Failed", { exitCode: 8 })], ""],
    [
      "an ignored failure does not count",
      aJob({ backoffLimit: 0, ...policy("Ignore") }),
      [jobPod("a", "Failed", { exitCode: 7 })],
      "",
    ],
    [
      "one that counts does",
      aJob({ backoffLimit: 0, ...policy("Count") }),
      [jobPod("a", "Failed", { exitCode: 7 })],
      "BackoffLimitExceeded",
    ],
    [
      "too many indexes have failed",
      aJob({ ...indexed, backoffLimitPerIndex: 0, maxFailedIndexes: 0 }),
      [jobPod("a", "Failed", { index: 1 })],
      "MaxFailedIndexesExceeded",
    ],
    [
      "all indexes have ended, one of them badly",
      aJob({ ...indexed, backoffLimitPerIndex: 0 }, { completedIndexes: "0,2" }),
      [jobPod("a", "Failed", { index: 1 })],
      "FailedIndexes",
    ],
    [
      "its policy calls two successes enough",
      aJob({ ...indexed, successPolicy: { rules: [{ succeededIndexes: "1-2" }] } }, { completedIndexes: "2" }),
      [jobPod("a", "Succeeded", { index: 1 })],
      "SuccessPolicy",
    ],
  ];
  for (const [sentence, job, pods, reason] of rows) {
    const { conditions } = statusOf(decide(job, pods));
    const end = conditionOf(conditions, "FailureTarget") ?? conditionOf(conditions, "SuccessCriteriaMet");
    assert.equal(end?.reason ?? "", reason, sentence);
    assert.equal(conditionOf(conditions, "Failed") ?? conditionOf(conditions, "Complete"), undefined, sentence);
  }
});

test("the end is final when every pod has stopped, is counted and let go", () => {
  const heading = (more: JobStatus = {}) =>
    aJob(
      {},
      {
        conditions: [
          {
            type: "FailureTarget",
            status: "True",
            reason: "DeadlineExceeded",
            message: "late",
            lastTransitionTime: at(1),
          },
        ],
        ...more,
      },
    );
  const rows: readonly (readonly [string, Job, readonly Pod[], string, string])[] = [
    ["what runs is stopped", heading(), [jobPod("a", "Running")], "delete a", ""],
    ["what stops is noted", heading(), [jobPod("a", "Running", { leaving: true })], "", ""],
    [
      "then let go",
      heading({ uncountedTerminatedPods: { failed: ["a-uid"] } }),
      [jobPod("a", "Running", { leaving: true })],
      "patch a",
      "",
    ],
    ["while it stops nothing is final", heading(), [jobPod("a", "Running", { leaving: true, tracked: false })], "", ""],
    ["nothing is left", heading({ failed: 1 }), [], "", "DeadlineExceeded"],
  ];
  for (const [sentence, job, pods, writes, reason] of rows) {
    const decision = decide(job, pods);
    assert.equal(writesOf(decision), writes, sentence);
    assert.equal(conditionOf(statusOf(decision).conditions, "Failed")?.reason ?? "", reason, sentence);
  }
});

test("a finished job and one that is gone hold no pods", () => {
  const done = aJob({}, { conditions: [{ type: "Complete", status: "True" }] });
  assert.equal(writesOf(decide(done, [jobPod("a", "Succeeded")])), "patch a");
  assert.equal(writesOf(decide(undefined, [], [jobPod("a", "Running")])), "patch a");
});

test("surplus pods leave the count before they leave the cluster", () => {
  const job = aJob({ parallelism: 0, completions: 3 });
  assert.equal(writesOf(decide(job, [jobPod("a", "Running")])), "patch a");
  assert.equal(writesOf(decide(job, [jobPod("a", "Running", { tracked: false })])), "delete a");
});

test("failures hold back new pods, each twice as long, up to ten minutes", () => {
  for (const [count, seconds] of [
    [1, 10],
    [2, 20],
    [6, 320],
    [7, 600],
    [50, 600],
  ] as const) {
    const failures = { count, lastAt: NOON + 5000 };
    const decision = plan(deepFreeze({ job: aJob({ backoffLimit: 99 }), pods: [], left: [], failures }), NOON + 5001);
    assert.equal(writesOf(decision), "");
    assert.equal(decision.wakeAt, NOON + 5000 + seconds * 1000);
  }
});
