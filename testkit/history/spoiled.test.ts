// Real recordings of concurrent clients pass, and stop passing when any one thing in them is spoiled.
import assert from "node:assert/strict";
import { test } from "node:test";
import { defined, type Random, seededRandom } from "@knots/std";
import type { WatchBatch } from "@knots/store";
import { recordMemoryRun } from "../store/runs.ts";
import { judge, type Recording } from "./judge.ts";
import type { Operation, WatchRecord } from "./operation.ts";

function pick<T>(items: readonly T[], random: Random): T {
  return defined(items[random.below(items.length)], "something to choose from");
}

function withWatch(
  recording: Recording,
  random: Random,
  spoil: (batches: WatchBatch[], at: number) => WatchBatch[],
): Recording {
  const { watches = [] } = recording;
  const busy = watches.filter(({ batches }) => batches.filter(({ events }) => events.length > 0).length > 3);
  const victim = pick(busy, random);
  const full = [...victim.batches.keys()].filter((at) => (victim.batches[at]?.events.length ?? 0) > 0).slice(0, -1);
  const spoiled: WatchRecord = { ...victim, batches: spoil([...victim.batches], pick(full, random)) };
  return { ...recording, watches: watches.map((watch) => (watch === victim ? spoiled : watch)) };
}

function withAnswer(
  recording: Recording,
  random: Random,
  wanted: (operation: Operation) => boolean,
  spoil: (operation: Operation) => Operation[],
): Recording {
  const victim = pick(recording.history.filter(wanted), random);
  return {
    ...recording,
    history: recording.history.flatMap((operation) => (operation === victim ? spoil(victim) : operation)),
  };
}

const isRead = ({ op, outcome }: Operation): boolean =>
  op.type === "range" &&
  outcome.type === "range" &&
  outcome.result.items.some((kv) => kv.version > 1 && kv.value.length > 0);
const wrote = ({ outcome }: Operation): boolean =>
  outcome.type === "txn" && outcome.result.responses.some(({ type }) => type === "put");

const spoilers: Readonly<Record<string, (recording: Recording, random: Random) => Recording>> = {
  "an event is lost": (recording, random) => withWatch(recording, random, (batches, at) => batches.toSpliced(at, 1)),
  "an event comes twice": (recording, random) =>
    withWatch(recording, random, (batches, at) => batches.toSpliced(at, 0, defined(batches[at], "batch"))),
  "an event comes late": (recording, random) =>
    withWatch(recording, random, (batches, at) => [
      ...batches.slice(0, at),
      ...batches.slice(at + 1),
      defined(batches[at], "batch"),
    ]),
  "progress comes early": (recording, random) =>
    withWatch(recording, random, (batches, at) =>
      batches.toSpliced(at, 0, { revision: defined(batches[at], "batch").revision, events: [] }),
    ),
  "an event shows another revision": (recording, random) =>
    withWatch(recording, random, (batches, at) => {
      const { revision, events } = defined(batches[at], "batch");
      return batches.with(at, {
        revision,
        events: events.map((event) => ({ ...event, kv: { ...event.kv, modRevision: event.kv.modRevision + 1 } })),
      });
    }),
  "an event forgets what was there": (recording, random) =>
    withWatch(recording, random, (batches, at) => {
      const { revision, events } = defined(batches[at], "batch");
      return batches.with(at, {
        revision,
        events: events.map(({ type, kv, previous }) => (previous ? { type, kv } : { type, kv, previous: kv })),
      });
    }),
  "a read shows an older version": (recording, random) =>
    withAnswer(recording, random, isRead, (operation) => {
      if (operation.outcome.type !== "range") return [operation];
      const { result } = operation.outcome;
      const items = result.items.map((kv) => ({ ...kv, version: kv.version - 1 }));
      return [{ ...operation, outcome: { type: "range", result: { ...result, items } } }];
    }),
  "a read misses a key": (recording, random) =>
    withAnswer(recording, random, isRead, (operation) => {
      if (operation.outcome.type !== "range") return [operation];
      const { result } = operation.outcome;
      return [
        {
          ...operation,
          outcome: { type: "range", result: { ...result, items: result.items.slice(1), count: result.count - 1 } },
        },
      ];
    }),
  "a write was never asked for": (recording, random) => withAnswer(recording, random, wrote, () => []),
  "a write is acknowledged twice": (recording, random) =>
    withAnswer(recording, random, wrote, (operation) => [operation, operation]),
  "a write is acknowledged with the revision before": (recording, random) =>
    withAnswer(recording, random, wrote, (operation) => {
      if (operation.outcome.type !== "txn") return [operation];
      const { result } = operation.outcome;
      return [{ ...operation, outcome: { type: "txn", result: { ...result, revision: result.revision - 1 } } }];
    }),
  "a guarded write says that it failed": (recording, random) =>
    withAnswer(recording, random, wrote, (operation) => {
      if (operation.outcome.type !== "txn") return [operation];
      const { result } = operation.outcome;
      return [{ ...operation, outcome: { type: "txn", result: { ...result, succeeded: !result.succeeded } } }];
    }),
};

for (const single of [false, true]) {
  const size = { clients: 6, calls: 60, single };
  for (const [says, spoil] of Object.entries(spoilers)) {
    test(`${single ? "in parts" : "as a whole"}: ${says}`, async () => {
      for (let seed = 1; seed <= 6; seed++) {
        const recording = await recordMemoryRun({ ...size, seed });
        assert.deepEqual(judge(recording).problems, [], `seed ${seed}`);
        const { problems } = judge(spoil(recording, seededRandom(seed)));
        assert.ok(problems.length > 0, `seed ${seed} was not noticed`);
        assert.doesNotMatch(problems.join(), /gave up/);
      }
    });
  }
}
