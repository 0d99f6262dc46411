// Snapshots: held whatever is compacted, forked from, and gone back to as one more revision.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock, defined, settle } from "@knots/std";
import { createMemoryDisk } from "./disk.memory.ts";
import { openMemoryStore } from "./engine.ts";
import { prefixEnd } from "./keys.ts";
import { openStore } from "./open.ts";
import type { EmbeddedStore, WatchBatch } from "./store.ts";

const ALL = { start: "", end: prefixEnd("") };
const put = (store: EmbeddedStore, key: string, value = key, lease = 0) =>
  store.txn({ compare: [], success: [{ type: "put", key, value: Buffer.from(value), lease }] });
const remove = (store: EmbeddedStore, key: string) => store.txn({ compare: [], success: [{ type: "delete", key }] });
const show = async (store: EmbeddedStore): Promise<string> =>
  (await store.range(ALL)).items.map((kv) => `${kv.key}=${Buffer.from(kv.value).toString()}`).join(" ");

test("going back is one revision that watchers see as the changes it takes", async () => {
  const store = openMemoryStore({ clock: createVirtualClock() });
  for (const key of ["kept", "changed", "removed"]) await put(store, key);
  const start = store.snapshot();
  await put(store, "changed", "later");
  await remove(store, "removed");
  await put(store, "new");
  const watch = store.watch(ALL);
  const revision = await store.reset(start);
  const { value } = (await watch.next()) as IteratorResult<WatchBatch, undefined>;
  const batch = defined(value, "a batch");
  assert.deepEqual(
    [batch.revision, batch.events.map(({ type, kv }) => `${type} ${kv.key}`)],
    [revision, ["put changed", "delete new", "put removed"]],
  );
  assert.equal(await show(store), "changed=changed kept=kept removed=removed");
  assert.equal(await store.reset(start), revision, "nothing differs: nothing is written");
  assert.equal((await put(store, "after")).revision, revision + 1);
  await store.close();
});

test("a snapshot outlives the history it was taken from, for a reset and for a fork", async () => {
  const store = openMemoryStore({ clock: createVirtualClock(), history: false });
  await put(store, "a", "1");
  const start = store.snapshot();
  for (let n = 0; n < 50; n++) await put(store, "a", String(n));
  await store.compact(store.status().revision);
  const fork = store.fork(start);
  assert.equal(await show(fork), "a=1");
  assert.equal((await put(fork, "b")).revision, start.revision + 1);
  await store.reset(start);
  assert.equal(await show(store), "a=1");
  await Promise.all([store.close(), fork.close()]);
});

test("what a lease took away meanwhile stays away, and a reset on a disk survives a restart", async () => {
  const clock = createVirtualClock();
  const disk = createMemoryDisk();
  const store = await openStore({ disk, clock });
  const { id } = await store.grant(10);
  await put(store, "leased", "x", id);
  await put(store, "plain", "1");
  const start = store.snapshot();
  await put(store, "plain", "2");
  await clock.advance(11_000);
  await settle();
  const revision = await store.reset(start);
  await store.close();
  const again = await openStore({ disk, clock });
  assert.deepEqual([await show(again), again.status().revision], ["plain=1", revision]);
  await again.close();
});
