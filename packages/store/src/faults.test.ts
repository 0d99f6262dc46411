// A disk that is full, fails, lies or belongs to somebody else; and what waiting writers share.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock, seededRandom } from "@knots/std";
import { checksum } from "./checksum.node.ts";
import { createFaultDisk, type DiskStep, type FaultDisk } from "./disk.faults.ts";
import { StoreError } from "./error.ts";
import { FORMAT_VERSION, preamble } from "./frame.ts";
import { prefixEnd } from "./keys.ts";
import { openStore } from "./open.ts";
import type { EmbeddedStore, TxnResult } from "./store.ts";

const ALL = { start: "", end: prefixEnd("") };
const clock = createVirtualClock();

const open = (disk: FaultDisk): Promise<EmbeddedStore> =>
  openStore({ disk, clock, history: false, segmentBytes: 2000, retryMs: 1000 });

const put = (store: EmbeddedStore, key: string, value = "v"): Promise<TxnResult> =>
  store.txn({ compare: [], success: [{ type: "put", key, value: Buffer.from(value) }] });

async function dump(store: EmbeddedStore): Promise<string> {
  const { items } = await store.range(ALL);
  return items.map((kv) => `${kv.key}=${Buffer.from(kv.value).toString()}@${kv.modRevision}`).join(" ");
}

test("writers that wait share one sync, and their revisions follow the order of the calls", async () => {
  const disk = createFaultDisk();
  const store = await open(disk);
  const before = disk.syncs;
  const results = await Promise.all(Array.from({ length: 500 }, (_, n) => put(store, `k${n}`)));
  assert.deepEqual(
    results.map(({ revision }) => revision),
    Array.from({ length: 500 }, (_, n) => n + 2),
  );
  assert.equal(disk.syncs - before, 1, "one sync for 500 writers");
  for (let n = 0; n < 5; n++) await put(store, "one by one");
  assert.ok(disk.syncs - before >= 6, "a lone writer gets its own");
});

test("writers that come while a sync is under way share the next one", async () => {
  const disk = createFaultDisk();
  const store = await open(disk);
  const first = put(store, "first");
  await Promise.resolve();
  await Promise.resolve();
  const before = disk.syncs;
  await Promise.all([first, ...Array.from({ length: 100 }, (_, n) => put(store, `k${n}`))]);
  assert.ok(disk.syncs - before <= 2, `${disk.syncs - before} syncs`);
});

test("nobody sees a write before it is durable", async () => {
  const disk = createFaultDisk();
  const store = await open(disk);
  const watch = store.watch({ ...ALL });
  let told = false;
  const seen = watch.next().then((result) => {
    told = true;
    return result;
  });
  disk.inject((step) => {
    if (step === "sync") assert.equal(told, false, "a watcher knew before the sync");
    return undefined;
  });
  const writing = put(store, "a");
  assert.equal((await store.range(ALL)).count, 0);
  const guarded = store.txn({
    compare: [{ key: "a", target: "version", op: "=", value: 0 }],
    success: [],
    failure: [{ type: "range", start: "a" }],
  });
  let answered = false;
  void guarded.then(() => {
    answered = true;
  });
  await Promise.resolve();
  assert.equal(answered, false, "an answer that shows the write waits for it too");
  await writing;
  assert.equal((await guarded).succeeded, false);
  assert.equal((await seen).value?.revision, 2);
});

test("a refusal that shows a write waits for it, and is taken back with it", async () => {
  for (const works of [true, false]) {
    const disk = createFaultDisk();
    const store = await open(disk);
    const { id } = await store.grant(60);
    const leased = { type: "put", key: "a", value: new Uint8Array(1), lease: id } as const;
    const { revision } = await store.txn({ compare: [], success: [leased] });
    if (!works) disk.inject((step) => (step === "sync" ? new StoreError("io", "EIO") : undefined));
    const revoking = store.revoke(id).catch(() => undefined);
    const compacting = store.compact(revision).catch(() => undefined);
    const refusals = [
      store.txn({ compare: [], success: [leased] }),
      store.revoke(id),
      store.keepAlive(id),
      store.compact(revision),
    ];
    for (const [at, refusal] of refusals.entries()) {
      await assert.rejects(refusal, { code: works ? (at === 3 ? "compacted" : "lease") : "io" });
      assert.equal((await store.range({ start: "a" })).count, works ? 0 : 1, "what the refusal said can be seen");
    }
    await Promise.all([revoking, compacting]);
    await store.close();
  }
});

/** Writes until the disk is full at step `at` (and stays full for a while); every acknowledged write must stay, whatever fails. */
async function fillUp(at: number, length: number): Promise<void> {
  const disk = createFaultDisk();
  const store = await open(disk);
  const first = disk.steps;
  const isFull = (): boolean => disk.steps >= first + at && disk.steps < first + at + length;
  const needsSpace: readonly DiskStep[] = ["create", "write"];
  disk.inject((step) => (isFull() && needsSpace.includes(step) ? new StoreError("full", "no space left") : undefined));
  let refused = 0;
  const expected = new Map<string, string>();
  for (let n = 0; n < 40; n++) {
    const key = `k${n % 6}`;
    try {
      const { revision } = await put(store, key, "x".repeat(n * 10));
      expected.set(key, `${key}=${"x".repeat(n * 10)}@${revision}`);
      if (n % 8 === 7) await store.compact(revision);
    } catch (error) {
      assert.ok(error instanceof StoreError && error.code === "full", String(error));
      assert.match(store.status().readOnly ?? "", /no space/);
      refused++;
      await clock.advance(1000);
    }
  }
  const wanted = [...expected].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  assert.equal(await dump(store), wanted.join(" "), `full at ${at}: reads go on`);
  assert.equal(store.status().readOnly, undefined, `full at ${at}: it recovers by itself`);
  const { revision } = store.status();
  for (const files of [disk.afterCut("torn", seededRandom(at)), disk.afterCut("lost", seededRandom(at))]) {
    const reopened = await open(createFaultDisk(files));
    assert.equal(await dump(reopened), wanted.join(" "), `full at ${at}, ${refused} refused: after a restart`);
    assert.equal(reopened.status().revision, revision);
  }
}

test("a full disk refuses writes, keeps every acknowledged one, and takes writes again when there is space", async () => {
  for (let at = 1; at <= 90; at++) await fillUp(at, 1 + (at % 9));
});

test("after a failed sync nothing is acknowledged until the store is opened again", async () => {
  const disk = createFaultDisk();
  const store = await open(disk);
  await put(store, "a");
  disk.inject((step) => (step === "sync" ? new StoreError("io", "EIO") : undefined));
  const results = await Promise.allSettled([put(store, "b"), put(store, "c")]);
  for (const result of results) assert.equal(result.status === "rejected" && result.reason.code, "io");
  disk.inject(() => undefined);
  await clock.advance(60_000);
  await assert.rejects(put(store, "d"), { code: "io" });
  assert.equal(await dump(store), "a=v@2");
  await store.close();
  assert.match(await dump(await open(disk.revive())), /^a=v@2/);
});

test("a flipped bit anywhere is refused with a reason, or does not matter", async () => {
  const disk = createFaultDisk();
  const store = await open(disk);
  for (let n = 0; n < 60; n++) await put(store, `key-${n % 9}`, `value ${n} ${"y".repeat(n)}`);
  await store.compact(30);
  for (let n = 0; n < 9; n++) await put(store, `more-${n}`, "z".repeat(100));
  const expected = await dump(store);
  await store.close();
  const files = disk.afterCut("lost", seededRandom(1));
  assert.ok(
    [...files.keys()].some((name) => name.startsWith("checkpoint-")) && files.size >= 3,
    "several kinds of files",
  );
  let refused = 0;
  let total = 0;
  for (const [name, bytes] of files) {
    for (let at = 0; at < bytes.length; at += 3) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      total++;
      try {
        const reopened = await open(createFaultDisk(new Map([...files, [name, damaged]])));
        assert.equal(await dump(reopened), expected, `${name}, byte ${at}`);
      } catch (error) {
        assert.ok(error instanceof StoreError && error.code === "corrupt", `${name}, byte ${at}: ${String(error)}`);
        assert.match(error.message, /log-|checkpoint-/);
        refused++;
      }
    }
  }
  assert.ok(refused > total * 0.8, `${refused} of ${total} were refused`);
});

test("a missing file is refused with its reason", async () => {
  const disk = createFaultDisk();
  const store = await open(disk);
  for (let n = 0; n < 60; n++) await put(store, `key-${n % 9}`, "v".repeat(100));
  await store.compact(30);
  await put(store, "last");
  await store.close();
  const files = disk.afterCut("kept", seededRandom(1));
  const last = [...files.keys()]
    .filter((name) => name.startsWith("log-"))
    .sort()
    .at(-1);
  for (const missing of files.keys()) {
    if (missing === last) continue;
    const rest = new Map([...files].filter(([name]) => name !== missing));
    await assert.rejects(open(createFaultDisk(rest)), { code: "corrupt", message: /files are missing/ }, missing);
  }
});

test("files of a newer format are refused", async () => {
  const bytes = Buffer.from(preamble());
  bytes.writeUInt32LE(FORMAT_VERSION + 1, 8);
  bytes.writeUInt32LE(checksum(bytes.subarray(0, 12), 0), 12);
  for (const name of ["log-0000000001", "checkpoint-0000000000000007"]) {
    const disk = createFaultDisk(new Map([[name, bytes]]));
    await assert.rejects(open(disk), { code: "format", message: /use a newer one/ });
    await (await disk.lock()).release();
  }
});

test("a disk has one owner at a time", async () => {
  const disk = createFaultDisk();
  const store = await open(disk);
  await assert.rejects(open(disk), { code: "locked" });
  await store.close();
  await (await open(disk)).close();
});

test("too many waiting bytes are refused at once, and nothing of them is written", async () => {
  const disk = createFaultDisk();
  const store = await openStore({ disk, clock, queueBytes: 1000 });
  const writes = await Promise.allSettled(Array.from({ length: 4 }, (_, n) => put(store, `k${n}`, "x".repeat(600))));
  assert.deepEqual(
    writes.map((write) => (write.status === "rejected" ? write.reason.code : "done")),
    ["done", "busy", "busy", "busy"],
  );
  assert.equal((await put(store, "after")).revision, 3);
});
