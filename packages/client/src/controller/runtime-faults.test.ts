// Tests of the controller runtime in bad times: seeded lives in which everything fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, type VirtualClock } from "@knots/std";
import { type Faults, faulty } from "../testing/faulty.ts";
import { setUpWidgets, widgets, writesOf } from "../testing/widget-bench.ts";
import type { Transport } from "../transport/transport.ts";

const BAD: Faults = {
  conflict: 0.1,
  refuse: 0.1,
  lostRequest: 0.05,
  lostAnswer: 0.1,
  brokenAnswer: 0.05,
  lateCommit: 0.05,
  lateBy: 3000,
  latency: 50,
  eventDelay: 800,
  breakWatch: 0.1,
  expireWatch: 0.05,
  staleList: 0.2,
};

/** One life of three widgets while everything fails, then nothing; answers what was seen. */
async function live(seed: number) {
  let faults: Faults = BAD;
  const wrap = (transport: Transport, clock: VirtualClock): Transport =>
    faulty(transport, { clock, random: seededRandom(seed), faults: () => faults });
  const { run, make, read, parts, clock, informers, api } = setUpWidgets({ wrap, seed });
  const random = seededRandom(seed + 1000);
  const names = ["a", "b", "c"];
  for (const name of names) await make(name, 1 + random.below(4));
  const most = new Map<string, number>();
  const wishes = new Map<string, number>();
  const running = run(widgets());
  const watchStore = async (): Promise<void> => {
    const all = await parts();
    for (const name of names) {
      const count = all.filter(({ owner }) => owner === name).length;
      most.set(name, Math.max(most.get(name) ?? 0, count));
    }
  };
  for (const name of names) wishes.set(name, (await read(name)).spec?.parts ?? 0);
  for (let step = 0; step < 60; step++) {
    await clock.advance(random.below(2000));
    await watchStore();
  }
  faults = {};
  await clock.advance(2_000_000);
  await watchStore();
  const counts = names.map((name) => [name, most.get(name)]);
  const final = (await parts()).length;
  const statuses = await Promise.all(names.map(async (name) => (await read(name)).status?.parts));
  const idle = running.idle();
  await running.close();
  await informers.close();
  return { counts, wishes: [...wishes], final, statuses, idle, timers: clock.nextAt(), writes: writesOf(api).length };
}

test("through any faults no widget ever has more parts than it wants, and in the end it has as many (EMB-05)", async () => {
  // 255: a create that took effect after its repetition had been refused.
  for (const seed of [...Array(25).keys(), 255]) {
    const { counts, wishes, final, statuses, idle, timers } = await live(seed);
    assert.deepEqual(counts, wishes, `seed ${seed}`);
    assert.equal(
      final,
      wishes.reduce((sum, [, count]) => sum + count, 0),
    );
    assert.deepEqual(
      statuses,
      wishes.map(([, count]) => count),
    );
    assert.deepEqual([idle, timers], [true, undefined], `seed ${seed}`);
  }
});

test("the same seed gives the same life", async () => {
  assert.deepEqual(await live(7), await live(7));
});
