// Stale marks of disruption, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "@knots/api";
import { conditionOf } from "@knots/machinery";
import { deepFreeze } from "@knots/std";
import { aPod, at, NOON } from "../../../../testkit/objects.ts";
import { plan } from "./stale.ts";

const marked = (reason: string, change: Parameters<typeof aPod>[1] = {}): Pod =>
  aPod("p", {
    ...change,
    status: {
      phase: "Running",
      conditions: [{ type: "DisruptionTarget", status: "True", reason, lastTransitionTime: at(0) }],
      ...change.status,
    },
  });

test("until when a mark stands", () => {
  const rows: readonly (readonly [string, Pod, number, string])[] = [
    ["a pod without a mark", aPod("p", { readyAt: 0 }), 500, "nothing"],
    ["a fresh mark", marked("EvictionByEvictionAPI"), 10, "look at 120"],
    ["two minutes later it is taken back", marked("EvictionByEvictionAPI"), 120, "False"],
    ["a kubelet's mark stands", marked("TerminationByKubelet"), 500, "nothing"],
    ["a pod that leaves", marked("PreemptionByScheduler", { meta: { deletionTimestamp: at(1) } }), 500, "nothing"],
  ];
  for (const [sentence, pod, seconds, expected] of rows) {
    const { status, wakeAt } = plan(deepFreeze(pod), NOON + seconds * 1000);
    const look = wakeAt === undefined ? "nothing" : `look at ${(wakeAt - NOON) / 1000}`;
    const mark = conditionOf((status as Pod | undefined)?.status?.conditions, "DisruptionTarget");
    assert.equal(mark?.status ?? look, expected, sentence);
  }
});
