// Tests of the work queue: against a slow model that keeps plain lists, and its times in virtual time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock, type Deferred, deferred, settle } from "@knots/std";
import fc from "fast-check";
import { createWorkQueue, type WorkResult } from "./work-queue.ts";

type Step = { readonly act: "add" | "end"; readonly key: string; readonly at: number };
const steps = fc.array(
  fc.record<Step>({
    act: fc.constantFrom("add", "add", "end"),
    key: fc.constantFrom("a", "b", "c", "d", "e"),
    at: fc.nat(4),
  }),
  { maxLength: 60 },
);

/** What a queue does, written for reading: lists searched from the front. */
function createModel(workers: number) {
  let waiting: string[] = [];
  const running: { key: string; again: boolean }[] = [];
  const started: string[] = [];
  const fill = (): void => {
    while (running.length < workers && waiting.length > 0) {
      const [key = "", ...rest] = waiting;
      waiting = rest;
      running.push({ key, again: false });
      started.push(key);
    }
  };
  return {
    started,
    running,
    add(key: string) {
      const active = running.find((one) => one.key === key);
      if (active) active.again = true;
      else if (!waiting.includes(key)) waiting.push(key);
      fill();
    },
    end(at: number) {
      const [ended] = running.splice(at, 1);
      fill();
      if (ended?.again) this.add(ended.key);
    },
  };
}

test("keys start in the order, as often and as exclusively as in the model", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 3 }), async (list, workers) => {
      const model = createModel(workers);
      const started: string[] = [];
      const running: { key: string; done: Deferred<WorkResult> }[] = [];
      const work = (key: string): Promise<WorkResult> => {
        assert.ok(!running.some((one) => one.key === key), "one key is never worked on twice at once");
        const done = deferred<WorkResult>();
        started.push(key);
        running.push({ key, done });
        return done.promise;
      };
      const queue = createWorkQueue({ clock: createVirtualClock(), workers, work });
      queue.start();
      for (const { act, key, at } of list) {
        if (act === "add") {
          queue.add(key);
          model.add(key);
        } else if (running.length > 0) {
          const place = at % running.length;
          model.end(place);
          running.splice(place, 1)[0]?.done.resolve({});
          for (let turn = 0; turn < 10; turn++) await Promise.resolve();
        }
        assert.deepEqual(started, model.started);
        assert.equal(queue.idle, model.running.length === 0);
      }
    }),
  );
});

function setUp(results: readonly WorkResult[]) {
  const clock = createVirtualClock(0);
  const rounds: number[] = [];
  const work = async (): Promise<WorkResult> => {
    rounds.push(clock.now());
    return results[rounds.length - 1] ?? {};
  };
  const queue = createWorkQueue({ clock, workers: 1, work });
  queue.start();
  return { clock, rounds, queue };
}
const retry = { retry: true };

test("failures are retried after 5 ms, 10 ms, 20 ms ...; success starts over", async () => {
  const { clock, rounds, queue } = setUp([retry, retry, retry, {}, retry, {}]);
  queue.add("a");
  await clock.advance(100);
  assert.deepEqual(rounds, [0, 5, 15, 35]);
  queue.add("a");
  await clock.advance(100);
  assert.deepEqual(rounds.slice(4), [100, 105]);
  assert.ok(queue.idle);
});

test("the longest wait between retries is 1000 s", async () => {
  const { clock, rounds, queue } = setUp(Array(30).fill(retry));
  queue.add("a");
  await clock.advance(10_000_000);
  const gaps = rounds.slice(1).map((time, at) => time - (rounds[at] ?? 0));
  assert.equal(Math.max(...gaps), 1_000_000);
  await queue.close();
});

test("a key that waits for a retry is not idle, one that waits for its time is", async () => {
  const { clock, rounds, queue } = setUp([retry, { wakeAt: 1000 }, {}]);
  queue.add("a");
  await settle();
  assert.deepEqual([queue.idle, queue.counts.retrying], [false, 1]);
  await clock.advance(10);
  assert.ok(queue.idle);
  await clock.advance(2000);
  assert.deepEqual(rounds, [0, 5, 1000]);
});

test("a new round forgets the wish of the last one", async () => {
  const { clock, rounds, queue } = setUp([{ wakeAt: 1000 }, {}]);
  queue.add("a");
  await settle();
  queue.add("a");
  await clock.advance(5000);
  assert.equal(rounds.length, 2);
  assert.equal(clock.nextAt(), undefined);
});

test("a held key frees its worker but is not worked on again", async () => {
  const hold = deferred();
  const order: string[] = [];
  const work = async (key: string): Promise<WorkResult> => {
    order.push(key);
    return key === "a" && order.length === 1 ? { hold: hold.promise } : {};
  };
  const queue = createWorkQueue({ clock: createVirtualClock(), workers: 1, work });
  queue.start();
  for (const key of ["a", "b"]) queue.add(key);
  await settle();
  queue.add("a");
  await settle();
  assert.deepEqual([order.join(""), queue.idle, queue.counts.held], ["ab", false, 1]);
  hold.resolve();
  await queue.settled();
  assert.equal(order.join(""), "aba");
});

test("nothing is worked on before the start, and settled waits for it", async () => {
  const order: string[] = [];
  const work = async (key: string): Promise<WorkResult> => {
    order.push(key);
    return {};
  };
  const queue = createWorkQueue({ clock: createVirtualClock(), workers: 1, work });
  queue.add("a");
  queue.add("a");
  await settle();
  assert.deepEqual([order, queue.idle], [[], false]);
  const settled = queue.settled();
  queue.start();
  await settled;
  assert.deepEqual(order, ["a"]);
});

test("closing drops what waits, ends timers and waits for what runs", async () => {
  const clock = createVirtualClock();
  const done = deferred<WorkResult>();
  const queue = createWorkQueue({
    clock,
    workers: 1,
    work: (key) => (key === "slow" ? done.promise : Promise.reject(new Error("no"))),
  });
  queue.start();
  queue.add("bad");
  await settle();
  queue.add("slow");
  queue.add("never");
  let closed = false;
  const closing = queue.close().then(() => {
    closed = true;
  });
  await settle();
  assert.equal(closed, false);
  done.resolve(retry);
  await closing;
  assert.equal(clock.nextAt(), undefined);
  queue.add("late");
  assert.deepEqual(queue.counts, { queued: 0, running: 0, held: 0, retrying: 0 });
});

test("more keys than the limit break an invariant", () => {
  const queue = createWorkQueue({ clock: createVirtualClock(), workers: 1, limit: 2, work: async () => ({}) });
  queue.add("a");
  queue.add("b");
  assert.throws(() => queue.add("c"), /at most 2 keys/);
});
