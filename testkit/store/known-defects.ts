// The defects that etcd and kine are known for, as tests that any engine of the store can run. Each is named by the number of its report.
// Not here: etcd #14571 (users and permissions differ between members): a store has one client, its API server, and no users.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Op,
  prefixEnd,
  type Revision,
  type Store,
  StoreError,
  type TxnResult,
  type WatchBatch,
} from "@knots/store";
import { judge } from "../history/judge.ts";
import { withPrevious } from "../history/previous.ts";
import { createRecorder, type Recorder } from "../history/recorder.ts";
import { EVERYTHING, runClients } from "./clients.ts";
import type { Engine, Opened } from "./engines.ts";

export interface DefectOptions {
  readonly skip?: string | false | undefined;
  /** How often a defect that needs luck is tried (20). */
  readonly rounds?: number | undefined;
  /** Whether the engine can die and come back (true): else the defects that need it are left out. */
  readonly restarts?: boolean | undefined;
  /** Reports that the installed version of the engine is known to have, with the reason: they may fail. */
  readonly expected?: Readonly<Record<string, string>> | undefined;
}

/** Defines one test for each defect. */
export function testKnownDefects(
  engine: Engine,
  { skip = false, rounds = 20, restarts = true, expected = {} }: DefectOptions = {},
): void {
  for (const [name, { needsRestart = false, run }] of Object.entries(defects)) {
    if (needsRestart && !restarts) continue;
    const todo = Object.entries(expected).find(([number]) => name.includes(number))?.[1];
    test(`${engine.name}: ${name}`, { skip, ...(todo && { todo }) }, async () => {
      const opened = await engine.open();
      try {
        await run({ engine, opened, rounds });
      } finally {
        await opened.close();
      }
    });
  }
}

interface Trial {
  readonly engine: Engine;
  readonly opened: Opened;
  readonly rounds: number;
}

interface Defect {
  readonly needsRestart?: boolean;
  readonly run: (trial: Trial) => Promise<void>;
}

const put = (store: Store, key: string, value = "v"): Promise<TxnResult> =>
  store.txn({ compare: [], success: [{ type: "put", key, value: Buffer.from(value) }] });
const remove = (store: Store, key: string): Promise<TxnResult> =>
  store.txn({ compare: [], success: [{ type: "delete", key }] });

async function restart({ opened }: Trial): Promise<Store> {
  assert.ok(opened.restart !== undefined);
  return opened.restart();
}

/** Who lets time pass: nobody where it is the world's. */
function passing({ engine, opened }: Trial): (() => Promise<void>) | undefined {
  return engine.embedded ? () => opened.pass(50) : undefined;
}

/** Records what a run does on a store, waits until a watch of everything has seen all of it, and demands that nothing is wrong. */
async function judged(trial: Trial, run: (recorder: Recorder) => Promise<Store>): Promise<void> {
  const recorder = createRecorder();
  const store = await run(recorder);
  recorder.settled();
  const { compactedRevision } = await store.status();
  const watch = recorder.watch("everything in the end", store, { ...EVERYTHING, from: compactedRevision + 1 });
  const last = recorder.client("the end", store);
  const { revision } = await last.txn({
    compare: [],
    success: [{ type: "put", key: "end", value: Buffer.from("end") }],
  });
  await last.range(EVERYTHING);
  await watch.reached(revision);
  const { embedded } = trial.engine;
  const recording = recorder.finish(embedded ? revision : undefined);
  const { problems } = judge(embedded ? recording : withPrevious(recording), { shared: !embedded });
  assert.deepEqual(problems, []);
}

/** Reads until a batch of the last revision came; the events as "revision type key". */
async function readTo(watch: AsyncIterable<WatchBatch>, last: Revision): Promise<string[]> {
  const lines: string[] = [];
  for await (const { revision, events } of watch) {
    for (const { type, kv } of events) lines.push(`${revision} ${type} ${kv.key}`);
    if (revision >= last) break;
  }
  return lines;
}

/** Clients at work, and a sudden end in the middle of it. */
async function crashUnderLoad(trial: Trial, { calls, compact }: { calls: number; compact: boolean }): Promise<void> {
  let { store } = trial.opened;
  await judged(trial, async (recorder) => {
    for (let life = 0; life < Math.min(6, trial.rounds); life++) {
      const client = recorder.client(`the start of life ${life}`, store);
      recorder.watch(`everything from life ${life} on`, store, EVERYTHING);
      await client.range(EVERYTHING);
      const working = runClients({
        store,
        recorder,
        seed: 100 + calls,
        clients: 6,
        calls: 100_000,
        life,
        pass: passing(trial),
      });
      for (let write = 0; write < calls + life * 7; write++) {
        const { revision } = await client.txn({
          compare: [],
          success: [{ type: "put", key: "load", value: Buffer.from(`${life}.${write}`) }],
        });
        if (compact && write % 5 === 4) await client.compact(revision).catch(onlyCompacted);
      }
      store = await restart(trial);
      await working;
      recorder.settled();
    }
    return store;
  });
}

function onlyCompacted(error: unknown): void {
  if (!(error instanceof StoreError && error.code === "compacted")) throw error;
}

/** A deletion, a compaction to its very revision, and what a watch from some revision then sees: the deletion, or that it is too late. */
async function deletionAt(store: Store, from: (deleted: Revision) => Revision): Promise<void> {
  await put(store, "a");
  await put(store, "b");
  const { revision: deleted } = await remove(store, "a");
  await store.compact(deleted);
  const { revision: last } = await put(store, "c");
  const seen = await readTo(store.watch({ ...EVERYTHING, from: from(deleted) }), last).catch((error: unknown) => {
    assert.ok(error instanceof StoreError && error.code === "compacted", String(error));
    return "too late";
  });
  if (seen === "too late") assert.ok(from(deleted) <= deleted, "only what is compacted may be refused");
  else assert.deepEqual(seen, [`${deleted} delete a`, `${last} put c`].slice(from(deleted) > deleted ? 1 : 0));
}

const defects: Readonly<Record<string, Defect>> = {
  "etcd #13766: revisions are inconsistent after a crash under load": {
    needsRestart: true,
    run: (trial) => crashUnderLoad(trial, { calls: 20, compact: false }),
  },

  "etcd #14370: a single node loses an acknowledged write when it crashes": {
    needsRestart: true,
    async run(trial) {
      let { store } = trial.opened;
      for (let round = 0; round < trial.rounds; round++) {
        const { revision } = await put(store, "key", `${round}`);
        store = await restart(trial);
        const { items } = await store.range({ start: "key" });
        assert.equal(Buffer.from(items[0]?.value ?? []).toString(), `${round}`);
        assert.equal(items[0]?.modRevision, revision);
      }
    },
  },

  "etcd #14685: a crash while files are rewritten (defragmentation; here: checkpoints) harms them": {
    needsRestart: true,
    async run(trial) {
      let { store } = trial.opened;
      const newest = new Map<string, string>();
      for (let round = 0; round < trial.rounds; round++) {
        for (let write = 0; write < 12; write++) {
          const [key, value] = [`k${write % 5}`, `${round}.${write}`.padEnd(150, ".")];
          await put(store, key, value);
          newest.set(key, value);
        }
        const { revision } = await put(store, "last");
        const compacting = store.compact(revision - 2).catch(() => undefined);
        if (round % 3 !== 0) await compacting;
        store = await restart(trial);
        await compacting;
        const { items } = await store.range({ start: "k", end: prefixEnd("k") });
        assert.deepEqual(
          items.map((kv): [string, string] => [kv.key, Buffer.from(kv.value).toString()]),
          [...newest],
        );
      }
    },
  },

  "etcd #15220: a progress notification overtakes events of its own stream": {
    async run(trial) {
      const { store } = trial.opened;
      await judged(trial, async (recorder) => {
        const client = recorder.client("writer", store);
        const slowly = (): Promise<void> => trial.opened.pass(1);
        for (const name of ["one", "two"]) recorder.watch(name, store, { ...EVERYTHING, progress: true, slowly });
        recorder.watch("few", store, { start: "k1", progress: true, slowly });
        for (let write = 0; write < 10 * trial.rounds; write++) {
          const writing = client.txn({
            compare: [],
            success: [{ type: "put", key: `k${write % 3}`, value: Buffer.from(`${write}`) }],
          });
          store.progress();
          await writing;
          store.progress();
        }
        return store;
      });
    },
  },

  "etcd #15271: a watch that comes back travels back in time": {
    needsRestart: true,
    async run(trial) {
      let { store } = trial.opened;
      let next = 2;
      for (let round = 0; round < Math.min(8, trial.rounds); round++) {
        const written: Revision[] = [];
        for (let write = 0; write < 5; write++) written.push((await put(store, `k${write}`, `${round}`)).revision);
        const middle = written[2] ?? 0;
        const first = await readTo(store.watch({ ...EVERYTHING, from: next }), middle);
        assert.deepEqual(
          first,
          written.slice(0, 3).map((revision, at) => `${revision} put k${at}`),
        );
        store = await restart(trial);
        const rest = await readTo(store.watch({ ...EVERYTHING, from: middle + 1 }), written[4] ?? 0);
        assert.deepEqual(
          rest,
          written.slice(3).map((revision, at) => `${revision} put k${at + 3}`),
        );
        next = (written[4] ?? 0) + 1;
      }
    },
  },

  "etcd #17247: a transaction delivers an event twice": {
    async run(trial) {
      const { store } = trial.opened;
      const watching = [0, 1, 2].map(() => store.watch({ ...EVERYTHING, from: 2 }));
      const expected: string[] = [];
      let last = 1;
      for (let round = 0; round < trial.rounds; round++) {
        const keys = ["a", "b", "c"].slice(round % 3);
        const puts = keys.map((key): Op => ({ type: "put", key, value: Buffer.from(`${round}`) }));
        const reads: Op = { type: "range", ...EVERYTHING };
        const holds = { key: "a", target: "version", op: ">", value: round % 2 === 0 ? -1 : 1e9 } as const;
        last = (await store.txn({ compare: [holds], success: [reads, ...puts, reads], failure: [...puts, reads] }))
          .revision;
        expected.push(...keys.map((key) => `${last} put ${key}`));
      }
      for (const watch of watching) assert.deepEqual(await readTo(watch, last), expected);
    },
  },

  "etcd #17529: starved streams lose events": {
    async run(trial) {
      const { store } = trial.opened;
      await judged(trial, async (recorder) => {
        const watches = Array.from({ length: 100 }, (_, at) => {
          const slowly = at % 4 === 0 ? () => trial.opened.pass(1) : undefined;
          return recorder.watch(`watch ${at}`, store, { ...(at % 3 === 0 ? { start: "k1" } : EVERYTHING), slowly });
        });
        const clients = Array.from({ length: 8 }, (_, at) => recorder.client(`writer ${at}`, store));
        const value = (text: string): Uint8Array => Buffer.from(text.padEnd(2000, "."));
        await Promise.all(
          clients.map(async (client, at) => {
            for (let write = 0; write < trial.rounds * 3; write++) {
              await client.txn({
                compare: [],
                success: [{ type: "put", key: `k${write % 4}`, value: value(`${at}.${write}`) }],
              });
            }
          }),
        );
        const { revision } = await recorder.client("last", store).txn({
          compare: [],
          success: [{ type: "put", key: "k1", value: value("last") }],
        });
        await Promise.all(watches.map((watch) => watch.reached(revision)));
        return store;
      });
    },
  },

  "etcd #17780: the revision decreases after a crash during a compaction": {
    needsRestart: true,
    async run(trial) {
      let { store } = trial.opened;
      let highest = 1;
      for (let round = 0; round < trial.rounds; round++) {
        for (let write = 0; write < 8; write++) await put(store, `k${write}`, `${round}`);
        // The newest revisions hold nothing that is still alive.
        for (let write = 0; write < 8; write++) highest = (await remove(store, `k${write}`)).revision;
        const compacting = store.compact(highest).catch(() => undefined);
        if (round % 2 === 0) await compacting;
        store = await restart(trial);
        await compacting;
        assert.equal((await store.status()).revision, highest);
        assert.equal((await store.range(EVERYTHING)).revision, highest);
        assert.equal((await put(store, "next")).revision, highest + 1);
      }
    },
  },

  "etcd #17780, under load: revisions and compactions before and after a crash": {
    needsRestart: true,
    run: (trial) => crashUnderLoad(trial, { calls: 15, compact: true }),
  },

  "etcd #18089: a watch drops the event when its deletion is compacted": {
    async run(trial) {
      const { store } = trial.opened;
      const before = store.watch({ ...EVERYTHING, from: 2 });
      await deletionAt(store, (deleted) => deleted + 1);
      // Opened before the compaction, but never read: everything, or that it is too late; nothing in between.
      const seen = await readTo(before, 5).catch((error: unknown) => {
        assert.ok(error instanceof StoreError && ["compacted", "slow"].includes(error.code), String(error));
        return undefined;
      });
      if (seen !== undefined) assert.deepEqual(seen, ["2 put a", "3 put b", "4 delete a", "5 put c"]);
    },
  },

  "etcd #18667: a transaction reads at a compacted revision (here it cannot ask for one, and reads the present)": {
    async run(trial) {
      const { store } = trial.opened;
      for (let write = 0; write < 5; write++) await put(store, "a", `${write}`);
      await store.compact(5);
      await assert.rejects(store.range({ start: "a", at: 4 }), { code: "compacted" });
      const read: Op = { type: "range", start: "a" };
      const { revision, responses } = await store.txn({
        compare: [{ key: "a", target: "mod", op: "=", value: 6 }],
        success: [read, { type: "put", key: "b", value: Buffer.from("1") }, read],
      });
      assert.equal(revision, 7);
      assert.deepEqual(
        responses.map((one) => (one.type === "range" ? one.items[0]?.modRevision : one.type)),
        [6, "put", 6],
      );
    },
  },

  "etcd #19179: a watch that opens at the compacted revision misses the deletion there": {
    run: (trial) => deletionAt(trial.opened.store, (deleted) => deleted),
  },

  "etcd #20221: a watch from a future revision delivers older events": {
    async run(trial) {
      const { store } = trial.opened;
      for (let round = 0; round < Math.min(8, trial.rounds); round++) {
        const { revision } = await put(store, "now");
        const watch = store.watch({ ...EVERYTHING, from: revision + 4, progress: true });
        const reading = readTo(watch, revision + 5);
        for (let write = 1; write <= 5; write++) {
          await put(store, `k${write}`);
          store.progress();
        }
        assert.deepEqual(await reading, [`${revision + 4} put k4`, `${revision + 5} put k5`]);
      }
    },
  },

  "kine: compaction stops for good after it failed once": {
    async run(trial) {
      const { store } = trial.opened;
      let { revision } = await put(store, "a");
      for (let round = 0; round < trial.rounds; round++) {
        revision = (await put(store, "a", `${round}`)).revision;
        // Two at once: at most one can win, and whoever loses must not stand in the way of the next.
        const outcomes = await Promise.allSettled([
          store.compact(revision),
          store.compact(revision),
          store.compact(revision + 100),
        ]);
        assert.ok(outcomes.some(({ status }) => status === "fulfilled"));
        assert.equal(outcomes[2]?.status, "rejected");
        assert.equal((await store.status()).compactedRevision, revision);
      }
    },
  },

  "kine: the log grows without end": {
    async run(trial) {
      const { store } = trial.opened;
      const sizes: number[] = [];
      for (let round = 0; round < 6; round++) {
        for (let write = 0; write < 200; write++)
          await put(store, `k${write % 10}`, `${round}.${write}`.padEnd(300, "."));
        await store.compact((await store.status()).revision);
        await trial.opened.pass(100);
        sizes.push((await store.status()).diskBytes);
      }
      // An engine that takes its files in large steps reports the same size again and again.
      assert.ok((sizes.at(-1) ?? 0) <= Math.max(...sizes.slice(0, 3)) * 1.5, sizes.join(" "));
    },
  },

  "kine: a list is served with a revision that is not its own": {
    async run(trial) {
      const { store } = trial.opened;
      await judged(trial, async (recorder) => {
        await runClients({
          store,
          recorder,
          seed: 7,
          clients: 6,
          calls: trial.rounds * 3,
          life: 0,
          pass: passing(trial),
        });
        return store;
      });
      const { revision, items } = await store.range(EVERYTHING);
      assert.ok(items.every((kv) => kv.modRevision <= revision));
      assert.deepEqual((await store.range({ ...EVERYTHING, at: revision })).items, items);
    },
  },
};
