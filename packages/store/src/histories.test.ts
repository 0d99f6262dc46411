// Concurrent clients that do a bit of everything, under the judges of histories: in memory, and on a disk that fails, fills up, loses power and comes back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { livesRun } from "../../../testkit/store/lives.ts";
import { memoryRun } from "../../../testkit/store/runs.ts";

test("in memory: one order explains all answers, and watchers see all of it", async () => {
  for (let seed = 1; seed <= 24; seed++) {
    const { problems, operations } = await memoryRun({ seed, clients: 8, calls: 80, single: seed % 4 === 0 });
    assert.deepEqual(problems, [], `seed ${seed}`);
    assert.ok(operations > 400);
  }
});

for (const fault of ["cut", "kill", "eio", "full", "full and cut", "full and kill"] as const) {
  test(`on a simulated disk, ${fault}: one order explains the answers of all lives`, async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const size = { clients: 5, calls: 40, lives: 6, single: seed % 4 === 0 };
      const { problems, operations } = await livesRun({ ...size, seed, faults: [fault] });
      assert.deepEqual(problems, [], `seed ${seed}`);
      assert.ok(operations > 100, `seed ${seed}: ${operations} operations`);
    }
  });
}

test("on a simulated disk, everything at once", async () => {
  for (let seed = 101; seed <= 140; seed++) {
    const { problems } = await livesRun({ seed, clients: 5, calls: 40, lives: 6, single: seed % 4 === 0 });
    assert.deepEqual(problems, [], `seed ${seed}`);
  }
});
