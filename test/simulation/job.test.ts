// Jobs in a simulated cluster: completions, failures, indexes, deadlines and time to live, in virtual time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds, Event, Job, type JobSpec, Pod } from "@knots/api";
import { controllers, runLoops } from "@knots/controllers";
import { conditionOf } from "@knots/machinery";
import type { ContainerScript } from "@knots/simulation";
import { startWorld, type World } from "../../testkit/world.ts";

const KEY = { namespace: "default", name: "work" };
const INDEX = "batch.kubernetes.io/job-completion-index";
const FOREVER = 3_600_000;

type Course = (pod: Pod) => ContainerScript;
const start = (course: Course, seed = 5): Promise<World> =>
  startWorld({
    seed,
    nodes: 3,
    behaviour: (pod) => ({ startAfter: 200, stopAfter: 500, ...course(pod) }),
    controllers: (clock) => controllers({ clock }),
    loops: (outside) => runLoops({ ...outside, kinds: () => builtinKinds }),
  });

async function submit({ client }: World, spec: Partial<JobSpec>, restartPolicy = "Never"): Promise<void> {
  const labels = { "batch.kubernetes.io/controller-uid": "chosen", job: "work" };
  await client.create(Job, {
    metadata: KEY,
    spec: {
      parallelism: 1,
      ...(spec.parallelism === undefined && { completions: 1 }),
      backoffLimit: 6,
      completionMode: "NonIndexed",
      selector: { matchLabels: labels },
      ...spec,
      template: {
        metadata: { labels },
        spec: { restartPolicy: restartPolicy as "Never", containers: [{ name: "main", image: "work:1" }] },
      },
    },
  });
}
const jobOf = ({ client }: World) => client.get(Job, KEY);
const podsOf = async ({ client }: World) => (await client.list(Pod, { namespace: "default" })).items;
async function ended(world: World, type: "Complete" | "Failed", seconds = 3600): Promise<NonNullable<Job["status"]>> {
  await world.until(
    `the job is ${type}`,
    async () => conditionOf((await jobOf(world)).status?.conditions, type)?.status === "True",
    seconds,
  );
  return (await jobOf(world)).status ?? {};
}
const brief = ({ succeeded = 0, failed = 0, active = 0, ready, terminating }: NonNullable<Job["status"]>) =>
  `${succeeded} ${failed} ${active} ${ready} ${terminating}`;
const held = async (world: World): Promise<number> =>
  (await podsOf(world)).filter(({ metadata }) => (metadata.finalizers ?? []).length > 0).length;

test("a job runs until enough pods have succeeded, and counts each of them once", async () => {
  const world = await start(() => ({ endsAfter: 5000 }));
  await submit(world, { completions: 7, parallelism: 3 });
  let most = 0;
  world.informers.informer(Pod).subscribe({
    added: () => {
      const pods = world.informers.informer(Pod).list("default");
      most = Math.max(most, pods.filter(({ status }) => status?.phase !== "Succeeded").length);
    },
    updated: () => {},
    deleted: () => {},
  });
  const status = await ended(world, "Complete");
  assert.equal(brief(status), "7 0 0 0 0");
  assert.deepEqual(
    status.conditions?.map(({ type, reason }) => [type, reason]),
    [
      ["SuccessCriteriaMet", "CompletionsReached"],
      ["Complete", "CompletionsReached"],
    ],
  );
  assert.ok(status.startTime && status.completionTime);
  assert.deepEqual(status.uncountedTerminatedPods, {});
  assert.equal((await podsOf(world)).length, 7);
  assert.ok(most <= 3, `${most} at once`);
  assert.equal(await held(world), 0);
  await world.close();
});

test("failed pods are tried again after 10, 20, 40 s, until the limit is passed", async () => {
  const world = await start(() => ({ endsAfter: 1000, exitCode: 1 }));
  await submit(world, { backoffLimit: 3 });
  const status = await ended(world, "Failed");
  assert.equal(brief(status), "0 4 0 0 0");
  assert.deepEqual(
    status.conditions?.map(({ type, reason }) => [type, reason]),
    [
      ["FailureTarget", "BackoffLimitExceeded"],
      ["Failed", "BackoffLimitExceeded"],
    ],
  );
  const created = (await podsOf(world))
    .map(({ metadata }) => Date.parse(metadata.creationTimestamp))
    .sort((a, b) => a - b);
  const gaps = created.slice(1).map((at, index) => (at - (created[index] ?? 0)) / 1000);
  for (const [index, wanted] of [10, 20, 40].entries()) {
    const gap = gaps[index] ?? 0;
    assert.ok(gap >= wanted && gap <= wanted + 4, `gap ${gap} s instead of ${wanted} s`);
  }
  assert.equal(await held(world), 0);
  await world.close();
});

test("an indexed job gives each index its pod, name, label and host name", async () => {
  const world = await start((pod) => ({ endsAfter: Number(pod.metadata.labels?.[INDEX]) === 1 ? FOREVER : 2000 }));
  await submit(world, { completions: 4, parallelism: 4, completionMode: "Indexed" });
  await world.until("three are done", async () => (await jobOf(world)).status?.completedIndexes === "0,2,3");
  const pods = await podsOf(world);
  const facts = ({ metadata, spec }: Pod): string =>
    `${metadata.labels?.[INDEX]} ${metadata.annotations?.[INDEX]} ${spec?.hostname}`;
  assert.deepEqual(new Set(pods.map(facts)), new Set([0, 1, 2, 3].map((index) => `${index} ${index} work-${index}`)));
  assert.ok(pods.every(({ metadata }) => metadata.name.startsWith(`work-${metadata.labels?.[INDEX]}-`)));
  assert.deepEqual(pods[0]?.spec?.containers[0]?.env, [
    {
      name: "JOB_COMPLETION_INDEX",
      valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: `metadata.labels['${INDEX}']` } },
    },
  ]);
  await world.close();
});

test("each index has a limit of its own; the others go on, and then the job has failed", async () => {
  const world = await start(({ metadata }) => ({
    endsAfter: 1000,
    exitCode: metadata.labels?.[INDEX] === "1" ? 1 : 0,
  }));
  await submit(world, {
    completions: 3,
    parallelism: 1,
    completionMode: "Indexed",
    backoffLimitPerIndex: 1,
    backoffLimit: 100,
  });
  const status = await ended(world, "Failed");
  assert.equal(status.completedIndexes, "0,2");
  assert.equal(status.failedIndexes, "1");
  assert.equal(brief(status), "2 2 0 0 0");
  assert.equal(conditionOf(status.conditions, "Failed")?.reason, "FailedIndexes");
  const notes = (await podsOf(world)).map(
    ({ metadata }) => metadata.annotations?.["batch.kubernetes.io/job-index-failure-count"],
  );
  assert.deepEqual(new Set(notes), new Set(["0", "1"]));
  await world.close();
});

test("a success policy ends a job early and takes away what still runs", async () => {
  const world = await start(({ metadata }) => ({ endsAfter: metadata.labels?.[INDEX] === "0" ? 2000 : FOREVER }));
  await submit(world, {
    completions: 3,
    parallelism: 3,
    completionMode: "Indexed",
    successPolicy: { rules: [{ succeededIndexes: "0" }] },
  });
  const status = await ended(world, "Complete");
  assert.equal(brief(status), "1 0 0 0 0");
  assert.equal(conditionOf(status.conditions, "Complete")?.reason, "SuccessPolicy");
  await world.until("one pod is left", async () => (await podsOf(world)).length === 1);
  await world.close();
});

test("a failure policy ends the job at once", async () => {
  const world = await start(() => ({ endsAfter: 1000, exitCode: 42 }));
  const rules = [{ action: "FailJob" as const, onExitCodes: { operator: "In" as const, values: [42] } }];
  await submit(world, { podFailurePolicy: { rules } });
  const status = await ended(world, "Failed", 30);
  const { reason, message = "" } = conditionOf(status.conditions, "Failed") ?? {};
  assert.equal(reason, "PodFailurePolicy");
  assert.match(
    message,
    /^Container main for pod default\/work-\w+ failed with exit code 42 matching FailJob rule at index 0$/,
  );
  assert.equal(status.failed, 1);
  await world.close();
});

test("a deadline ends the job, its pod is stopped and counted as failed", async () => {
  const world = await start(() => ({}));
  await submit(world, { activeDeadlineSeconds: 30 });
  const before = world.clock.now();
  const status = await ended(world, "Failed");
  const seconds = (world.clock.now() - before) / 1000;
  assert.ok(seconds >= 30 && seconds < 36, `${seconds} s`);
  assert.equal(conditionOf(status.conditions, "Failed")?.reason, "DeadlineExceeded");
  assert.equal(brief(status), "0 1 0 0 0");
  await world.close();
});

test("a suspended job has no pods; resumed it counts its time anew", async () => {
  const world = await start(() => ({ endsAfter: 20_000 }));
  await submit(world, { parallelism: 2, completions: 2 });
  const suspend = (suspended: boolean) =>
    world.client.patch(Job, KEY, { type: "application/merge-patch+json", body: { spec: { suspend: suspended } } });
  await world.until("two run", async () => (await jobOf(world)).status?.ready === 2);
  const { startTime } = (await jobOf(world)).status ?? {};
  await suspend(true);
  await world.until("none is left", async () => (await podsOf(world)).length === 0);
  await world.clock.advance(60_000);
  const { status } = await jobOf(world);
  assert.equal(conditionOf(status?.conditions, "Suspended")?.status, "True");
  assert.equal(brief(status ?? {}), "0 0 0 0 0");
  await suspend(false);
  const done = await ended(world, "Complete", 60);
  assert.equal(brief(done), "2 0 0 0 0");
  assert.equal(conditionOf(done.conditions, "Suspended")?.status, "False");
  assert.ok(startTime && done.startTime && done.startTime > startTime);
  const { items } = await world.client.list(Event, { namespace: "default" });
  const reasons = new Set(
    items.filter(({ involvedObject }) => involvedObject.kind === "Job").map(({ reason }) => reason),
  );
  assert.deepEqual(reasons, new Set(["Completed", "Resumed", "SuccessfulCreate", "SuccessfulDelete", "Suspended"]));
  await world.close();
});

test("a finished job goes when its time is over, and its pods with it", async () => {
  const world = await start(() => ({ endsAfter: 1000 }));
  await submit(world, { ttlSecondsAfterFinished: 60 });
  await ended(world, "Complete");
  const before = world.clock.now();
  await world.until(
    "it is gone",
    async () => (await world.client.find(Job, KEY)) === undefined && (await podsOf(world)).length === 0,
  );
  assert.ok(world.clock.now() - before >= 55_000);
  await world.close();
});

test("a job that is deleted lets its pods go", async () => {
  const world = await start(() => ({}));
  await submit(world, { parallelism: 2, completions: 2 });
  await world.until("two run", async () => (await jobOf(world)).status?.ready === 2);
  await world.client.delete(Job, KEY, { propagationPolicy: "Background" });
  await world.until("they are gone", async () => (await podsOf(world)).length === 0, 120);
  await world.close();
});

test("containers that restart in place count against the limit", async () => {
  const world = await start(() => ({ endsAfter: 1000, exitCode: 1 }));
  await submit(world, { backoffLimit: 2 }, "OnFailure");
  const status = await ended(world, "Failed");
  assert.equal(conditionOf(status.conditions, "Failed")?.reason, "BackoffLimitExceeded");
  await world.close();
});
