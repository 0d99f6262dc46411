// Power cuts at every write boundary of a recorded workload, on a disk that loses, keeps or tears what was not synced.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock, seededRandom, settle } from "@knots/std";
import { type CutMode, createFaultDisk, type Fate, type FaultDisk } from "./disk.faults.ts";
import { StoreError } from "./error.ts";
import { prefixEnd } from "./keys.ts";
import { openStore } from "./open.ts";
import type { EmbeddedStore, KeyValue, Op, Revision } from "./store.ts";

const ALL = { start: "", end: prefixEnd("") };
const MODES: readonly CutMode[] = ["lost", "kept", "torn", "torn", "mangled", "mangled"];

interface Recording {
  /** What every revision should look like, acknowledged or not: the same in every run. */
  readonly states: Map<Revision, string>;
  acknowledged: Revision;
  compacted: Revision;
}

const describe = (items: readonly KeyValue[]): string =>
  items
    .map((kv) => `${kv.key}=${Buffer.from(kv.value).toString()}@${kv.createRevision}/${kv.modRevision}/${kv.version}`)
    .join(" ");

function open(disk: FaultDisk, segmentBytes = 1500): Promise<EmbeddedStore> {
  return openStore({ disk, clock: createVirtualClock(), history: false, segmentBytes });
}

/** Four writers at a time, deletes, a lease, compactions with checkpoints and several segments. */
async function workload(store: EmbeddedStore, recording: Recording): Promise<void> {
  const acknowledge = (revision: Revision): void => {
    recording.acknowledged = Math.max(recording.acknowledged, revision);
  };
  const write = async (success: Op[]): Promise<void> =>
    acknowledge((await store.txn({ compare: [], success })).revision);
  const { id } = await store.grant(60);
  for (let round = 0; round < 12; round++) {
    const value = (n: number): Uint8Array => Buffer.from(`${"x".repeat(40 + ((round * 37) % 300))}${round}.${n}`);
    await Promise.all([
      write([{ type: "put", key: `a/${round % 5}`, value: value(1) }]),
      write([
        { type: "put", key: `b/${round}`, value: value(2), lease: round === 3 ? id : 0 },
        { type: "deleteRange", start: "a/", end: "a/2" },
      ]),
      write([
        { type: "put", key: "c", value: value(3) },
        { type: "put", key: `d/${round % 3}`, value: value(4) },
      ]),
      write([
        { type: "delete", key: `b/${round - 2}` },
        { type: "put", key: "e", value: value(5) },
      ]),
    ]);
    if (round % 4 === 3) {
      const to = store.status().revision - 2;
      await store.compact(to);
      recording.compacted = to;
      await settle();
    }
  }
  await store.revoke(id);
  acknowledge(store.status().revision);
  await store.close();
}

type Workload = (store: EmbeddedStore, recording: Recording) => Promise<void>;

async function record(
  work: Workload = workload,
  segmentBytes?: number,
): Promise<{ recording: Recording; steps: number }> {
  const recording: Recording = { states: new Map(), acknowledged: 1, compacted: 0 };
  const disk = createFaultDisk();
  const store = await open(disk, segmentBytes);
  const watch = store.watch({ ...ALL, from: 1 });
  const mirror = new Map<string, KeyValue>();
  const watching = (async () => {
    recording.states.set(1, "");
    for await (const { revision, events } of watch) {
      for (const { type, kv } of events) {
        if (type === "put") mirror.set(kv.key, kv);
        else mirror.delete(kv.key);
      }
      recording.states.set(revision, describe([...mirror.values()].sort((a, b) => (a.key < b.key ? -1 : 1))));
    }
  })();
  await work(store, recording);
  await assert.rejects(watching, { code: "closed" });
  assert.equal(recording.states.size, recording.acknowledged, "the recording has every revision");
  const names = await disk.list();
  assert.ok(
    names.some((name) => name.startsWith("checkpoint-")) && !names.includes("log-0000000001"),
    "files were dropped",
  );
  return { recording, steps: disk.steps };
}

async function check(store: EmbeddedStore, expected: Recording, run: Recording, what: string): Promise<void> {
  const { revision, compactedRevision } = store.status();
  assert.ok(
    revision >= run.acknowledged,
    `${what}: revision ${run.acknowledged} was acknowledged, ${revision} is there`,
  );
  assert.ok(compactedRevision >= run.compacted, `${what}: the compaction is remembered`);
  const now = await store.range(ALL);
  assert.equal(describe(now.items), expected.states.get(revision), `${what}: the state at revision ${revision}`);
  for (let at = Math.max(1, compactedRevision); at < revision; at++) {
    assert.equal(
      describe((await store.range({ ...ALL, at })).items),
      expected.states.get(at),
      `${what}: revision ${at}`,
    );
  }
  const next = await store.txn({ compare: [], success: [{ type: "put", key: "z", value: new Uint8Array(1) }] });
  assert.equal(next.revision, revision + 1, `${what}: the next revision`);
}

test("no acknowledged write is lost and every state is right after a power cut at any boundary", async () => {
  const { recording, steps } = await record();
  assert.ok(steps > 60, `${steps} boundaries`);
  for (let cut = 1; cut <= steps; cut++) {
    const run: Recording = { states: new Map(), acknowledged: 1, compacted: 0 };
    const disk = createFaultDisk();
    disk.cutAt(cut);
    await open(disk)
      .then((store) => workload(store, run))
      .catch((error: unknown) => assert.ok(error instanceof StoreError && error.code === "io", String(error)));
    for (const [attempt, mode] of MODES.entries()) {
      const what = `cut at ${cut}, ${mode} ${attempt}`;
      const random = seededRandom(cut * 10 + attempt);
      let files = disk.afterCut(mode, random);
      // The power fails again while the store is being opened, at every boundary of that.
      for (let again = 1; ; again++) {
        const second = createFaultDisk(files);
        second.cutAt(again);
        const opened = await open(second).catch((error: unknown) => {
          assert.ok(error instanceof StoreError && error.code === "io", `${what}, ${again}: ${String(error)}`);
          return undefined;
        });
        if (opened !== undefined) break;
        files = second.afterCut(mode, random);
        assert.ok(again < 20, `${what}: opening comes to an end`);
      }
      const store = await open(createFaultDisk(files));
      await check(store, recording, run, what);
      await store.close();
    }
  }
});

/** Few and small writes, so that every way in which a power cut can leave them can be tried; still with rotations, a lease and checkpoints. */
async function smallWorkload(store: EmbeddedStore, recording: Recording): Promise<void> {
  const value = (n: number): Uint8Array => Buffer.from(`${n}`.padEnd(n % 3 === 0 ? 900 : 30, "."));
  for (let n = 1; n <= 9; n++) {
    const writes = [1, 2, 3].map((part) =>
      store.txn({ compare: [], success: [{ type: "put", key: `k${(n * part) % 4}`, value: value(n) }] }),
    );
    for (const { revision } of await Promise.all(writes))
      recording.acknowledged = Math.max(recording.acknowledged, revision);
    if (n % 3 !== 0) continue;
    const to = store.status().revision - 1;
    await store.compact(to);
    recording.compacted = to;
    await settle();
  }
  await store.close();
}

/** Every combination of the fates, one after the other. */
function* everyFate(disk: FaultDisk, fates: readonly Fate[]): Generator<[string, Map<string, Uint8Array>]> {
  let changes = 0;
  disk.afterFate(() => {
    changes++;
    return "lost";
  });
  const all = fates.length ** changes;
  assert.ok(all < 10_000, `${changes} changes are too many to try everything`);
  for (let at = 0; at < all; at++) {
    let code = at;
    const files = disk.afterFate(() => {
      const fate = fates[code % fates.length] ?? "lost";
      code = Math.floor(code / fates.length);
      return fate;
    });
    yield [`${at} of ${all} outcomes`, files];
  }
}

for (const [says, fates] of [
  ["lost or kept", ["lost", "kept"]],
  ["lost, kept or mangled", ["lost", "kept", "mangled"]],
] as const) {
  test(`a small workload: every boundary, and every way in which names and sectors can be ${says}`, async (context) => {
    const segmentBytes = 400;
    const { recording, steps } = await record(smallWorkload, segmentBytes);
    let outcomes = 0;
    for (let cut = 1; cut <= steps; cut++) {
      const run: Recording = { states: new Map(), acknowledged: 1, compacted: 0 };
      const disk = createFaultDisk();
      disk.cutAt(cut);
      await open(disk, segmentBytes)
        .then((store) => smallWorkload(store, run))
        .catch((error: unknown) => assert.ok(error instanceof StoreError && error.code === "io", String(error)));
      for (const [outcome, files] of everyFate(disk, fates)) {
        outcomes++;
        const store = await open(createFaultDisk(files), segmentBytes);
        await check(store, recording, run, `cut at ${cut}, ${outcome}`);
        await store.close();
      }
    }
    assert.ok(steps > 60 && outcomes > 2 * steps, `${outcomes} outcomes at ${steps} boundaries`);
    context.diagnostic(`${outcomes} outcomes at ${steps} boundaries`);
  });
}

test("what a successor reads after a killed process is durable, even if the power fails then", async () => {
  const { recording, steps } = await record();
  for (let cut = 1; cut <= steps; cut++) {
    const run: Recording = { states: new Map(), acknowledged: 1, compacted: 0 };
    const disk = createFaultDisk();
    disk.cutAt(cut);
    await open(disk)
      .then((store) => workload(store, run))
      .catch((error: unknown) => assert.ok(error instanceof StoreError && error.code === "io", String(error)));
    const found = disk.revive();
    const { revision } = (await open(found)).status();
    const store = await open(createFaultDisk(found.afterCut("lost", seededRandom(cut))));
    assert.equal(store.status().revision, revision, `killed at ${cut}`);
    await check(store, recording, run, `killed at ${cut}`);
  }
});

test("what a successor of a killed process acknowledges survives, whichever names were not durable yet", async () => {
  const { steps } = await record();
  for (let cut = 1; cut <= steps; cut++) {
    const disk = createFaultDisk();
    disk.cutAt(cut);
    const run: Recording = { states: new Map(), acknowledged: 1, compacted: 0 };
    await open(disk)
      .then((store) => workload(store, run))
      .catch(() => undefined);
    const found = disk.revive();
    const successor = await open(found);
    const write = { type: "put", key: "successor", value: Buffer.from("was here") } as const;
    const { revision } = await successor.txn({ compare: [], success: [write] });
    const store = await open(createFaultDisk(found.afterCut("lost", seededRandom(cut))));
    assert.equal(store.status().revision, revision, `killed at ${cut}`);
  }
});

test("what was written after a power cut survives the next one", async () => {
  const random = seededRandom(7);
  let files = new Map<string, Uint8Array>();
  let acknowledged = 0;
  let revision = 1;
  for (let life = 0; life < 60; life++) {
    const disk = createFaultDisk(files);
    const store = await open(disk);
    assert.ok(store.status().revision >= revision, `life ${life}: revisions never go back`);
    const value = (await store.range({ start: "n" })).items[0]?.value;
    assert.ok(Number(Buffer.from(value ?? []).toString()) >= acknowledged, `life ${life}: the counter`);
    disk.cutAt(disk.steps + 1 + Math.floor(random.next() * 30));
    try {
      for (let n = acknowledged + 1; ; n++) {
        const put = { type: "put", key: "n", value: Buffer.from(String(n)) } as const;
        revision = (await store.txn({ compare: [], success: [put] })).revision;
        acknowledged = n;
        if (n % 7 === 0) await store.compact(revision);
      }
    } catch (error) {
      assert.ok(error instanceof StoreError && error.code === "io");
    }
    files = disk.afterCut("torn", random);
  }
  assert.ok(acknowledged > 100, "the lives were long enough to say something");
});
