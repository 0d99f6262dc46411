// The shared tests of the store on its embedded engine: in memory, and on a simulated disk that loses its power.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock } from "@knots/std";
import { testBehaviour } from "../../../testkit/store/behaviour.ts";
import type { Engine } from "../../../testkit/store/engines.ts";
import { checkAgainstOracle } from "../../../testkit/store/oracle-run.ts";
import { createMemoryDisk } from "./disk.memory.ts";
import { openMemoryStore } from "./engine.ts";
import { openStore } from "./open.ts";
import type { Store } from "./store.ts";

const HOUR = 3_600_000;

const memory: Engine = {
  name: "memory",
  embedded: true,
  async open({ history, progressMs = HOUR } = {}) {
    const clock = createVirtualClock();
    const store = openMemoryStore({ clock, history: history ?? false, progressMs });
    return { store, pass: (milliseconds) => clock.advance(milliseconds), close: () => store.close() };
  },
};

const disk: Engine = {
  name: "disk",
  embedded: true,
  async open({ history, progressMs = HOUR } = {}) {
    const clock = createVirtualClock();
    const files = createMemoryDisk();
    const start = (): Promise<Store> =>
      openStore({ disk: files, clock, history: history ?? false, progressMs, segmentBytes: 700 });
    let store = await start();
    return {
      store,
      async restart() {
        await store.close();
        store = await start();
        return store;
      },
      pass: (milliseconds) => clock.advance(milliseconds),
      close: () => store.close(),
    };
  },
};

for (const engine of [memory, disk]) {
  testBehaviour(engine);
  test(`${engine.name}: every answer is the oracle's`, () => checkAgainstOracle(engine, { runs: 80, length: 120 }));
}

test("a watch from before the compacted revision is refused, even where nothing happened in between", async () => {
  const store = openMemoryStore({ clock: createVirtualClock(), history: false });
  await store.txn({ compare: [], success: [{ type: "put", key: "a", value: Buffer.from("1") }] });
  await store.compact(2);
  await assert.rejects(store.watch({ start: "a", from: 1 }).next(), { code: "compacted" });
  await store.close();
});
