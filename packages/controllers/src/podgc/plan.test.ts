// Pod garbage: what is removed and when, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "@knots/api";
import type { Plan } from "@knots/client";
import { deepFreeze } from "@knots/std";
import { aPod, at, NOON } from "../../../../testkit/objects.ts";
import { plan } from "./plan.ts";

const outcome = ({ writes = [], status, wakeAt }: Plan): string => {
  if (writes.length > 0) return writes.map(({ verb, object }) => `${verb} ${object.metadata.name}`).join(", ");
  if (status) return `${(status as Pod).status?.phase} ${(status as Pod).status?.conditions?.at(-1)?.reason}`;
  return wakeAt === undefined ? "stay" : `look at ${(wakeAt - NOON) / 1000}`;
};

test("pods without a node", () => {
  const rows: readonly (readonly [string, Pod, boolean, number, string])[] = [
    ["a pod on a node", aPod("p", { readyAt: 0 }), true, 100, "stay"],
    ["on a node that is gone: it fails first", aPod("p", { readyAt: 0 }), false, 100, "Failed DeletionByPodGC"],
    ["then it is deleted", aPod("p", { readyAt: 0, status: { phase: "Failed" } }), false, 100, "delete p"],
    ["but not before its node had time to be seen", aPod("p", { readyAt: 0 }), false, 10, "look at 40"],
    ["a pod that waits for a node", aPod("p"), false, 100, "stay"],
    [
      "one that was deleted before it had one",
      aPod("p", { meta: { deletionTimestamp: at(1) } }),
      false,
      100,
      "delete p",
    ],
  ];
  for (const [sentence, pod, nodeExists, seconds, expected] of rows) {
    assert.equal(
      outcome(plan(deepFreeze({ about: "pod", pod, nodeExists }), NOON + seconds * 1000)),
      expected,
      sentence,
    );
  }
});

test("of too many ended pods the oldest go", () => {
  const pods = [3, 1, 2].map((age) =>
    aPod(`p${age}`, { meta: { creationTimestamp: at(age) }, status: { phase: "Succeeded" } }),
  );
  assert.equal(outcome(plan(deepFreeze({ about: "ended", pods, threshold: 1 }), NOON)), "delete p1, delete p2");
  assert.equal(outcome(plan(deepFreeze({ about: "ended", pods, threshold: 3 }), NOON)), "stay");
});
