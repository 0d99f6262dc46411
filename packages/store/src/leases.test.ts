// The clock of leases by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock } from "@knots/std";
import { createLeaseClock } from "./leases.ts";

test("leases whose time is no whole number of milliseconds end once, not before their time, and let the clock go on", async () => {
  for (let part = 1; part < 200; part++) {
    const clock = createVirtualClock();
    const ended: number[] = [];
    const leases = createLeaseClock(clock, (ids) => {
      ended.push(...ids);
      for (const id of ids) leases.drop(id);
    });
    leases.renew(1, 1 + part / 7919);
    leases.renew(2, 1 + part / 7907);
    await clock.advance(1000 + Math.floor(part / 7.919));
    assert.deepEqual(ended, [], `after ${clock.monotonic()} ms`);
    await clock.advance(100);
    assert.deepEqual(
      ended.sort((a, b) => a - b),
      [1, 2],
    );
    leases.close();
  }
});
