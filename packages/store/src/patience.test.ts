// Writes that may wait for company: fewer syncs, the same durability, and nobody else waits for them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock, settle } from "@knots/std";
import { createFaultDisk } from "./disk.faults.ts";
import { openStore } from "./open.ts";
import type { EmbeddedStore, TxnResult } from "./store.ts";

interface Bench {
  readonly store: EmbeddedStore;
  readonly clock: ReturnType<typeof createVirtualClock>;
  readonly syncs: () => number;
}

/** A store on a disk that counts its syncs. */
async function bench(): Promise<Bench> {
  const clock = createVirtualClock();
  const disk = createFaultDisk();
  const store = await openStore({ disk, clock });
  const before = disk.syncs;
  return { store, clock, syncs: () => disk.syncs - before };
}

const write = (store: EmbeddedStore, key: string, patienceMs?: number): Promise<TxnResult> =>
  store.txn({ compare: [], success: [{ type: "put", key, value: Buffer.from(key) }], patienceMs });

test("a thousand heartbeats within their patience are one sync, and none is acknowledged before it", async () => {
  const { store, clock, syncs } = await bench();
  let acknowledged = 0;
  const beats = Array.from({ length: 1000 }, async (_, node) => {
    await write(store, `node-${node}`, 1000);
    acknowledged++;
  });
  await clock.advance(999);
  assert.deepEqual([acknowledged, syncs()], [0, 0]);
  assert.equal((await store.range({ start: "node-0" })).count, 0, "nobody sees it before it is durable");
  await clock.advance(1);
  await Promise.all(beats);
  assert.deepEqual([acknowledged, syncs()], [1000, 1]);
  await store.close();
});

test("a write without patience takes the patient ones along at once", async () => {
  const { store, syncs } = await bench();
  const beat = write(store, "node", 1000);
  await settle();
  const { revision } = await write(store, "pod");
  assert.equal((await beat).revision, revision - 1);
  assert.equal(syncs(), 1);
  await store.close();
});

test("heartbeats that come while a sync is under way wait for the next one of others, or for their time", async () => {
  const { store, clock, syncs } = await bench();
  const pod = write(store, "pod");
  await Promise.resolve();
  await Promise.resolve();
  const beat = write(store, "node", 1000);
  await pod;
  await settle();
  assert.equal(syncs(), 1);
  await clock.advance(1000);
  await beat;
  assert.equal(syncs(), 2);
  await store.close();
});

test("whoever finds a condition changed by a heartbeat under way waits for its sync only", async () => {
  const { store, syncs } = await bench();
  const beat = write(store, "node", 1000);
  const lost = await store.txn({
    compare: [{ key: "node", target: "create", op: "=", value: 0 }],
    success: [{ type: "delete", key: "node" }],
  });
  assert.equal(lost.succeeded, false);
  assert.equal((await beat).revision, lost.revision);
  assert.equal(syncs(), 1);
  await store.close();
});

test("closing writes what waits", async () => {
  const { store, syncs } = await bench();
  const beat = write(store, "node", 1000);
  await store.close();
  await beat;
  assert.equal(syncs(), 2, "the beat, and the seal of a clean end");
});
