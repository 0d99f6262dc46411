// The defects that other stores are known for, tried on the embedded engine: in memory, and on a simulated disk whose power fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock, seededRandom, settle } from "@knots/std";
import type { Engine } from "../../../testkit/store/engines.ts";
import { testKnownDefects } from "../../../testkit/store/known-defects.ts";
import { createFaultDisk } from "./disk.faults.ts";
import { openMemoryStore } from "./engine.ts";
import { StoreError } from "./error.ts";
import { openStore } from "./open.ts";
import type { EmbeddedStore } from "./store.ts";

const memory: Engine = {
  name: "memory",
  embedded: true,
  async open() {
    const clock = createVirtualClock();
    const store = openMemoryStore({ clock, history: false });
    return { store, pass: (milliseconds) => clock.advance(milliseconds), close: () => store.close() };
  },
};

const powerless: Engine = {
  name: "a disk that loses power",
  embedded: true,
  async open() {
    const clock = createVirtualClock();
    const random = seededRandom(1);
    let disk = createFaultDisk();
    const start = (): Promise<EmbeddedStore> => openStore({ disk, clock, history: false, segmentBytes: 1500 });
    let store = await start();
    return {
      store,
      async restart() {
        disk.cutAt(disk.steps + random.below(4));
        // Whoever writes at this moment is cut off in the middle.
        await settle();
        disk = createFaultDisk(disk.afterCut("torn", random));
        store = await start();
        return store;
      },
      pass: (milliseconds) => clock.advance(milliseconds),
      close: () => store.close(),
    };
  },
};

testKnownDefects(memory, { restarts: false });
testKnownDefects(powerless);

test("kine, on a disk: a checkpoint that failed is made by a later compaction, and the log shrinks again", async () => {
  const disk = createFaultDisk();
  const store = await openStore({ disk, clock: createVirtualClock(), history: false, segmentBytes: 2000 });
  const churn = async (): Promise<number> => {
    for (let write = 0; write < 100; write++) {
      const put = { type: "put", key: `k${write % 5}`, value: Buffer.alloc(200) } as const;
      await store.txn({ compare: [], success: [put] });
    }
    await store.compact(store.status().revision);
    for (let turn = 0; turn < 20; turn++) await settle();
    return store.status().diskBytes;
  };
  const usual = await churn();
  disk.inject((_, name) => (name.startsWith("checkpoint") ? new StoreError("io", "EIO") : undefined));
  const stuck = await churn();
  assert.ok(stuck > usual * 3, `${stuck} bytes after ${usual}`);
  disk.inject(() => undefined);
  assert.ok((await churn()) < usual * 2);
  await store.close();
});
