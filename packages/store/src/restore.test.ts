// Backups and restores, an older format, and the check of files on demand.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { createVirtualClock, defined, seededRandom, settle } from "@knots/std";
import { checkStore } from "./check.ts";
import { createFaultDisk } from "./disk.faults.ts";
import { createMemoryDisk } from "./disk.memory.ts";
import type { Disk } from "./disk.ts";
import { prefixEnd } from "./keys.ts";
import { openStore } from "./open.ts";
import { restoreStore } from "./restore.ts";
import { segmentsAmong } from "./segment.ts";
import type { EmbeddedStore } from "./store.ts";

const ALL = { start: "", end: prefixEnd("") };
const clock = createVirtualClock();
const open = (disk: Disk): Promise<EmbeddedStore> => openStore({ disk, clock, history: false, segmentBytes: 1500 });
const put = (store: EmbeddedStore, key: string, value = key, lease = 0) =>
  store.txn({ compare: [], success: [{ type: "put", key, value: Buffer.from(value), lease }] });

async function contents(store: EmbeddedStore): Promise<string[]> {
  const { items } = await store.range(ALL);
  return items.map((kv) => `${kv.key}=${Buffer.from(kv.value).toString().slice(0, 8)}@${kv.modRevision}`);
}

async function backupOf(store: EmbeddedStore): Promise<Disk> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.backup()) pieces.push(piece);
  return createMemoryDisk([["backup", Buffer.concat(pieces)]]);
}

async function filled(disk: Disk, writes = 40): Promise<EmbeddedStore> {
  const store = await open(disk);
  for (let n = 0; n < writes; n++) await put(store, `key-${n % 7}`, `${n} ${"v".repeat(80)}`);
  return store;
}

const restoreTo = (disk: Disk, source: Disk) =>
  restoreStore({ disk, clock, source, name: "backup", keepAs: "before-restore" });

test("a backup taken while others write is one state, and restores to it", async () => {
  const store = await filled(createMemoryDisk());
  const { id } = await store.grant(60);
  await put(store, "leased", "x", id);
  const [before, { revision }] = [await contents(store), store.status()];
  const pieces: Uint8Array[] = [];
  for await (const piece of store.backup()) {
    pieces.push(piece);
    await put(store, `late-${pieces.length}`);
  }
  const disk = createMemoryDisk();
  const restored = await restoreTo(disk, createMemoryDisk([["backup", Buffer.concat(pieces)]]));
  assert.equal(restored.from, revision);
  const copy = await open(disk);
  assert.deepEqual(await contents(copy), before);
  assert.deepEqual([copy.status().keys, copy.status().leases], [before.length, 1]);
  await clock.advance(61_000);
  assert.equal((await copy.range({ start: "leased" })).count, 0, "leases live on, with their whole time");
  await Promise.all([store.close(), copy.close()]);
});

test("revisions go on behind those of the store that is replaced, and whoever knew them is told to list anew", async () => {
  const disk = createMemoryDisk();
  const store = await filled(disk);
  const backup = await backupOf(store);
  for (let n = 0; n < 10; n++) await put(store, "later", String(n));
  const { revision: last } = store.status();
  await store.close();
  const restored = await restoreTo(disk, backup);
  assert.deepEqual({ ...restored, keys: 0 }, { from: last - 10, revision: last + 1, keys: 0, replaced: true });
  const after = await open(disk);
  await assert.rejects(after.watch({ ...ALL, from: last }).next(), { code: "compacted" });
  await assert.rejects(after.range({ ...ALL, at: last }), { code: "compacted" });
  assert.equal((await put(after, "new")).revision, last + 2);
  assert.equal((await after.range({ start: "later" })).count, 0);
  await after.close();
  const again = await open(disk);
  assert.equal(again.status().revision, last + 2, "what was written since the restore is there after a restart");
  await again.close();
  const names = await disk.list();
  const kept = names.filter((name) => name.startsWith("before-restore/"));
  const old = createMemoryDisk(await Promise.all(kept.map((name) => bytesOf(disk, name))));
  assert.equal((await checkStore(old)).revision, last, "the files that were replaced are kept");
});

async function bytesOf(disk: Disk, name: string): Promise<[string, Uint8Array]> {
  const file = await disk.open(name);
  return [defined(name.split("/").at(-1), name), await file.read(0, await file.size())];
}

test("a store that cannot be read is replaced too, its revisions left behind with a wide gap", async () => {
  const disk = createFaultDisk();
  const store = await filled(disk);
  const backup = await backupOf(store);
  const { revision } = store.status();
  await store.close();
  const files = disk.afterCut("kept", seededRandom(1));
  defined(files.get("log-0000000001"), "a segment")[200] = 0xff;
  const broken = createFaultDisk(files);
  await assert.rejects(open(broken), { code: "corrupt" });
  const restored = await restoreTo(broken, backup);
  assert.match(restored.unreadable ?? "", /log-0000000001 is damaged/);
  assert.equal(restored.revision, revision + 1_000_000_001);
  const after = await open(broken);
  assert.equal(after.status().revision, restored.revision);
  await after.close();
  assert.deepEqual(segmentsAmong(await broken.list()).length, 1, "what is stale was removed");
});

test("a damaged or cut backup changes nothing", async () => {
  const disk = createMemoryDisk();
  const store = await filled(disk);
  const [, bytes] = await bytesOf(await backupOf(store), "backup");
  const before = await contents(store);
  await store.close();
  for (const bad of [bytes.subarray(0, bytes.length - 8), bytes.with(300, 7), bytes.subarray(0, 10)]) {
    await assert.rejects(restoreTo(disk, createMemoryDisk([["backup", bad]])), { code: "corrupt", message: /backup/ });
  }
  const same = await open(disk);
  assert.deepEqual(await contents(same), before);
  await assert.rejects(restoreTo(disk, createMemoryDisk()), { code: "locked" });
  await same.close();
});

test("power lost at any step of a restore leaves the old store or the new one", async () => {
  const old = createFaultDisk();
  const store = await filled(old);
  const backup = await backupOf(store);
  await put(store, "later");
  const { revision } = store.status();
  await store.close();
  const files = old.afterCut("kept", seededRandom(1));
  const seen = new Set<number>();
  for (let step = 1; step < 60; step++) {
    for (const mode of ["lost", "kept", "torn", "torn"] as const) {
      const disk = createFaultDisk(files);
      disk.cutAt(step);
      const done = await restoreTo(disk, backup).then(
        () => true,
        () => false,
      );
      const after = await open(createFaultDisk(disk.afterCut(mode, seededRandom(step))));
      const now = after.status().revision;
      assert.ok(now === revision || now === revision + 1, `step ${step}, ${mode}: at ${now}`);
      assert.equal((await after.range({ start: "later" })).count, now === revision ? 1 : 0);
      if (done) assert.equal(now, revision + 1);
      seen.add(now);
      await after.close();
    }
  }
  assert.equal(seen.size, 2);
});

const fixture = new URL("../fixtures/format-1/", import.meta.url);

test("a store of format 1 opens with all its history, goes on in the present format and keeps the old files", async () => {
  const files = readdirSync(fixture).map((name): [string, Uint8Array] => [name, readFileSync(new URL(name, fixture))]);
  const disk = createMemoryDisk(files);
  assert.equal((await checkStore(disk)).version, 1);
  const store = await open(disk);
  const expected = [
    "c0=18 xxxxx@20",
    "c1=19 xxxxx@21",
    "c2=20 xxxxx@22",
    "c3=21 xxxxx@23",
    "c4=22 xxxxx@24",
    "c5=23 xxxxx@25",
  ];
  assert.deepEqual(
    (await contents(store)).map((line) => line.split("/").at(-1)),
    expected,
  );
  assert.deepEqual([store.status().compactedRevision, store.status().leases], [10, 1]);
  assert.equal((await store.range({ ...ALL, at: 11 })).count, 5);
  await put(store, "new");
  await store.close();
  assert.equal((await checkStore(disk)).version, 2);
  const kept = (await disk.list()).filter((name) => name.startsWith("before-format-2/"));
  assert.deepEqual(new Set(kept), new Set(files.map(([name]) => `before-format-2/${name}`)));
  const again = await open(disk);
  assert.equal(again.status().revision, 26);
  assert.equal((await again.range({ ...ALL, at: 11 })).count, 5, "the history is there after the move, too");
  await again.close();
  assert.equal((await disk.list()).filter((name) => name.startsWith("before-format-2/")).length, files.length);
});

test("a check finds every changed byte of every file while the store works", async () => {
  const disk = createFaultDisk();
  const store = await filled(disk);
  await store.compact(20);
  await put(store, "more");
  await settle();
  const sound = await store.check();
  assert.deepEqual(sound.problems, []);
  const names = (await disk.list()).filter((name) => /^(log|checkpoint)-\d+$/.test(name));
  assert.equal(sound.files, names.length);
  for (const name of names) {
    const file = await disk.open(name);
    const at = Math.floor((await file.size()) / 2);
    const [byte = 0] = await file.read(at, 1);
    await file.write(at, Uint8Array.of(byte ^ 4));
    const { problems } = await store.check();
    assert.equal(problems.length, 1, name);
    assert.match(problems[0] ?? "", new RegExp(`^${name}: .* at byte \\d+$`));
    await file.write(at, Uint8Array.of(byte));
  }
  assert.deepEqual((await store.check()).problems, []);
  await store.close();
});
