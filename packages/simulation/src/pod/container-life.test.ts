// The life of a simulated container, as a table of moments.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Life, lifeAt, type RestartPolicy } from "./container-life.ts";
import type { ContainerScript } from "./script.ts";

const brief = (life: Life): string =>
  `${life.state}${life.state === "ended" ? ` ${life.end.exitCode}` : ""}${life.restarts > 0 ? ` after ${life.restarts}` : ""}`;

test("what a container does at a moment", () => {
  const rows: readonly (readonly [string, ContainerScript, RestartPolicy, number, string, number | undefined])[] = [
    ["before its start it is being created", { startAfter: 1000 }, "Always", 999, "creating", 1000],
    ["then it runs, not yet ready", { startAfter: 1000, readyAfter: 500 }, "Always", 1000, "running", 1500],
    ["for ever", { startAfter: 1000, readyAfter: 500 }, "Always", 1_000_000, "running", undefined],
    ["one that ends well may stay ended", { endsAfter: 5000 }, "OnFailure", 5000, "ended 0", undefined],
    ["one that fails may too", { endsAfter: 5000, exitCode: 3 }, "Never", 5000, "ended 3", undefined],
    [
      "the first restart is immediate",
      { endsAfter: 5000, exitCode: 1, startAfter: 10 },
      "Always",
      5020,
      "running after 1",
      10_020,
    ],
    [
      "the second waits ten seconds",
      { endsAfter: 5000, exitCode: 1, startAfter: 10 },
      "OnFailure",
      10_020,
      "backing-off after 1",
      20_020,
    ],
    ["and comes", { endsAfter: 5000, exitCode: 1, startAfter: 10 }, "Always", 20_030, "running after 2", 25_030],
    [
      "the third waits twenty",
      { endsAfter: 5000, exitCode: 1, startAfter: 10 },
      "Always",
      45_029,
      "backing-off after 2",
      45_030,
    ],
    [
      "a calm run forgets earlier failures",
      { endsAfter: 600_000, exitCode: 1, startAfter: 10 },
      "Always",
      1_200_020,
      "creating after 2",
      1_200_030,
    ],
  ];
  for (const [sentence, script, policy, now, expected, next] of rows) {
    const life = lifeAt({ script, policy, from: 0, restartsBefore: 0 }, now);
    assert.deepEqual([brief(life), life.next], [expected, next], sentence);
  }
});

test("restarts from before a reboot are kept", () => {
  assert.equal(brief(lifeAt({ script: {}, policy: "Always", from: 0, restartsBefore: 4 }, 10)), "running after 4");
});
