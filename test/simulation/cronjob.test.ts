// Cron jobs in a simulated cluster: an hour of runs, policies and history in virtual time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds, CronJob, type CronJobSpec, Event, Job } from "@knots/api";
import { controllers, runLoops } from "@knots/controllers";
import { startWorld, type World } from "../../testkit/world.ts";

const KEY = { namespace: "default", name: "tick" };
const MINUTE = 60_000;

async function ticking(seconds: number, spec: Partial<CronJobSpec>): Promise<World> {
  const world = await startWorld({
    seed: 3,
    nodes: 2,
    behaviour: () => ({ startAfter: 200, endsAfter: seconds * 1000, stopAfter: 100 }),
    controllers: (clock) => controllers({ clock }),
    loops: (outside) => runLoops({ ...outside, kinds: () => builtinKinds }),
  });
  const labels = { "batch.kubernetes.io/controller-uid": "chosen" };
  await world.client.create(CronJob, {
    metadata: KEY,
    spec: {
      schedule: "*/10 * * * *",
      concurrencyPolicy: "Allow",
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      ...spec,
      jobTemplate: {
        spec: {
          parallelism: 1,
          completions: 1,
          backoffLimit: 6,
          // The server would make a selector for each job; here one pod at a time is theirs by its owner alone.
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { restartPolicy: "Never", containers: [{ name: "main", image: "tick:1" }] },
          },
        },
      },
    },
  });
  return world;
}
const eventsOf = async ({ client }: World, reason: string): Promise<number> => {
  const { items } = await client.list(Event, { namespace: "default" });
  const ours = items.filter((event) => event.reason === reason && event.involvedObject.kind === "CronJob");
  return ours.reduce((total, { count = 1 }) => total + count, 0);
};
const jobsOf = async ({ client }: World) => (await client.list(Job, { namespace: "default" })).items;

test("a job every ten minutes, and the last three are kept", async () => {
  const world = await ticking(30, {});
  await world.clock.advance(61 * MINUTE);
  assert.equal(await eventsOf(world, "SuccessfulCreate"), 6);
  const jobs = await jobsOf(world);
  assert.equal(jobs.length, 3);
  const { status } = await world.client.get(CronJob, KEY);
  assert.equal(Date.parse(status?.lastScheduleTime ?? "") % (10 * MINUTE), 0);
  assert.ok((status?.lastSuccessfulTime ?? "") > (status?.lastScheduleTime ?? ""));
  assert.deepEqual(status?.active ?? [], []);
  const minute = Date.parse(status?.lastScheduleTime ?? "") / MINUTE;
  assert.ok(jobs.some(({ metadata }) => metadata.name === `tick-${minute}`));
  await world.close();
});

test("a run that still goes on lets no other start, or is replaced", async () => {
  for (const [concurrencyPolicy, made, running] of [
    // What was held back is made up for as soon as the run before has ended.
    ["Forbid", 4, 1],
    ["Replace", 6, 1],
    ["Allow", 6, 2],
  ] as const) {
    const world = await ticking(15 * 60, { concurrencyPolicy });
    await world.clock.advance(61 * MINUTE);
    assert.equal(await eventsOf(world, "SuccessfulCreate"), made, concurrencyPolicy);
    const { status } = await world.client.get(CronJob, KEY);
    assert.equal(status?.active?.length, running, concurrencyPolicy);
    await world.close();
  }
});

test("a suspended cron job makes nothing, and nothing of what it missed beyond the last run", async () => {
  const world = await ticking(30, { suspend: true });
  await world.clock.advance(61 * MINUTE);
  assert.equal((await jobsOf(world)).length, 0);
  await world.client.patch(CronJob, KEY, { type: "application/merge-patch+json", body: { spec: { suspend: false } } });
  await world.clock.advance(MINUTE);
  assert.equal((await jobsOf(world)).length, 1);
  await world.close();
});
