// Taint eviction: until when a pod stays, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod, Taint } from "@knots/api";
import type { Plan } from "@knots/client";
import { deepFreeze } from "@knots/std";
import { aNode, aPod, at, NOON } from "../../../../testkit/objects.ts";
import { plan } from "./plan.ts";

type Tolerations = NonNullable<NonNullable<Pod["spec"]>["tolerations"]>;
const gone: Taint = { key: "gone", effect: "NoExecute", timeAdded: at(0) };
const bears = (key: string, tolerationSeconds?: number): Tolerations[number] => ({
  key,
  operator: "Exists",
  effect: "NoExecute",
  ...(tolerationSeconds !== undefined && { tolerationSeconds }),
});
function outcome({ writes = [], status, wakeAt }: Plan): string {
  if (writes[0]) return `${writes[0].verb} ${writes[0].object.metadata.name}`;
  if (status) return "mark";
  return wakeAt === undefined ? "stay" : `look at ${(wakeAt - NOON) / 1000}`;
}

test("until when a pod stays on a tainted node", () => {
  const rows: readonly (readonly [string, readonly Taint[], Tolerations, number, string])[] = [
    ["no taint, no matter", [], [], 0, "stay"],
    ["a taint that only keeps new pods off", [{ key: "a", effect: "NoSchedule" }], [], 0, "stay"],
    ["not tolerated", [gone], [], 0, "mark"],
    ["tolerated for ever", [gone], [bears("gone")], 1000, "stay"],
    ["tolerated for a while, counted from the taint", [gone], [bears("gone", 300)], 10, "look at 300"],
    ["then no more", [gone], [bears("gone", 300)], 300, "mark"],
    ["the shortest of several tolerations counts", [gone], [bears("gone", 300), bears("gone", 60)], 10, "look at 60"],
    ["every taint must be tolerated", [gone, { ...gone, key: "other" }], [bears("gone")], 0, "mark"],
    ["a negative time is none", [gone], [bears("gone", -5)], 0, "mark"],
  ];
  for (const [sentence, taints, tolerations, seconds, expected] of rows) {
    const snapshot = deepFreeze({
      pod: aPod("p", { readyAt: 0, spec: { tolerations } }),
      node: aNode("node-1", { spec: { taints } }),
    });
    assert.equal(outcome(plan(snapshot, NOON + seconds * 1000)), expected, sentence);
  }
});

test("the condition comes first, then the deletion and its event", () => {
  const node = aNode("node-1", { spec: { taints: [gone] } });
  const { status } = plan({ pod: aPod("p", { readyAt: 0 }), node }, NOON);
  const marked = status as Pod;
  assert.deepEqual(marked.status?.conditions?.at(-1), {
    type: "DisruptionTarget",
    status: "True",
    reason: "DeletionByTaintManager",
    message: "Taint manager: deleting due to NoExecute taint",
    lastTransitionTime: at(0),
  });
  const second = plan({ pod: marked, node }, NOON);
  assert.equal(outcome(second), "delete p");
  assert.deepEqual(
    second.events?.map(({ reason, message }) => `${reason}: ${message}`),
    ["TaintManagerEviction: Marking for deletion Pod default/p"],
  );
});
