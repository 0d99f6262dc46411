// Node lifecycle: silence, taints and return, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Node, Pod } from "@knots/api";
import type { Plan } from "@knots/client";
import { deepFreeze } from "@knots/std";
import { aNode, aPod, at, NOON } from "../../../../testkit/objects.ts";
import { plan } from "./plan.ts";

const GRACE = 50_000;
const ready = (status: "True" | "False" | "Unknown") => [
  { type: "Ready", status, reason: "R", message: "M", lastHeartbeatTime: at(0), lastTransitionTime: at(0) },
];
const node = (change: Parameters<typeof aNode>[1] = {}): Node => aNode("n1", change);
function planAt(
  seconds: number,
  subject: Node,
  options: { readonly pods?: readonly Pod[]; readonly alone?: boolean } = {},
): Plan {
  const { pods = [], alone = false } = options;
  return plan(deepFreeze({ node: subject, pods, heardAt: NOON, grace: GRACE, alone }), NOON + seconds * 1000);
}
function taintsOf({ writes = [] }: Plan): readonly string[] | undefined {
  const written = writes.find(({ object }) => object.kind === "Node")?.object as Node | undefined;
  return (
    written &&
    (written.spec?.taints ?? []).map(({ key, effect }) => `${key.replace("node.kubernetes.io/", "")}:${effect}`)
  );
}

test("taints that follow from conditions", () => {
  const both = (key: string) =>
    ["NoSchedule", "NoExecute"].map((effect) => ({ key: `node.kubernetes.io/${key}`, effect: effect as "NoSchedule" }));
  const pressed = [...ready("True"), { type: "DiskPressure", status: "True" as const }];
  const rows: readonly (readonly [string, number, Node, boolean, readonly string[] | undefined])[] = [
    ["a node that was heard of keeps its peace", 50, node(), false, undefined],
    ["a silent one is kept clear and emptied", 51, node(), false, ["unreachable:NoSchedule", "unreachable:NoExecute"]],
    ["but not emptied when no other node is ready", 51, node(), true, ["unreachable:NoSchedule"]],
    [
      "one that says it is not ready too",
      1,
      node({ status: { conditions: ready("False") } }),
      false,
      ["not-ready:NoSchedule", "not-ready:NoExecute"],
    ],
    ["one that returns is freed", 1, node({ spec: { taints: both("unreachable") } }), false, []],
    [
      "taints of others stay",
      1,
      node({ spec: { taints: [...both("unreachable"), { key: "mine", effect: "NoExecute" }] } }),
      false,
      ["mine:NoExecute"],
    ],
    ["pressure keeps new pods off", 1, node({ status: { conditions: pressed } }), false, ["disk-pressure:NoSchedule"]],
    ["so does a cordon", 1, node({ spec: { unschedulable: true } }), false, ["unschedulable:NoSchedule"]],
    ["what is tainted already is left alone", 51, node({ spec: { taints: both("unreachable") } }), false, undefined],
  ];
  for (const [sentence, seconds, subject, alone, expected] of rows) {
    assert.deepEqual(taintsOf(planAt(seconds, subject, { alone })), expected, sentence);
  }
});

test("a silent node's conditions become Unknown, once", () => {
  const { status, events } = planAt(51, node());
  const conditions = (status as Node).status?.conditions ?? [];
  assert.deepEqual(
    conditions.map(({ type, status: value, reason }) => `${type} ${value} ${reason}`),
    [
      "Ready Unknown NodeStatusUnknown",
      "MemoryPressure Unknown NodeStatusNeverUpdated",
      "DiskPressure Unknown NodeStatusNeverUpdated",
      "PIDPressure Unknown NodeStatusNeverUpdated",
    ],
  );
  assert.deepEqual(conditions[0], {
    ...ready("Unknown")[0],
    reason: "NodeStatusUnknown",
    message: "Kubelet stopped posting node status.",
    lastTransitionTime: at(51),
  });
  assert.deepEqual(
    events?.map(({ message }) => message),
    ["Node n1 status is now: NodeNotReady"],
  );
  assert.deepEqual(planAt(90, status as Node).status, status, "nothing new to say later");
});

test("pods of a lost node are no longer ready", () => {
  const pods = [aPod("p1", { readyAt: 0 }), aPod("p2", { status: { phase: "Running", conditions: [] } })];
  const { writes = [], events = [] } = planAt(51, node(), { pods });
  assert.deepEqual(
    writes
      .filter(({ object }) => object.kind === "Pod")
      .map(({ object }) => [object.metadata.name, (object as Pod).status?.conditions]),
    [["p1", [{ type: "Ready", status: "False", lastTransitionTime: at(51) }]]],
  );
  assert.deepEqual(
    events.map(({ regarding, reason }) => `${regarding.metadata.name} ${reason}`),
    ["n1 NodeNotReady", "p1 NodeNotReady"],
  );
});

test("pods of the only node, or of one among many that fell silent at once, stay in their services", () => {
  for (const conditions of [ready("True"), ready("False"), ready("Unknown")]) {
    const subject = node({ status: { conditions } });
    const { writes = [] } = planAt(51, subject, { pods: [aPod("p1", { readyAt: 0 })], alone: true });
    assert.deepEqual(
      writes.filter(({ object }) => object.kind === "Pod"),
      [],
    );
  }
});

test("a node that was heard of is looked at when its grace is over", () => {
  assert.equal(planAt(10, node()).wakeAt, NOON + GRACE + 1);
});
