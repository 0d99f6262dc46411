// DaemonSet: which nodes get a pod, and how pods move to a new template, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControllerRevision, DaemonSet, Node, Pod } from "@knots/api";
import type { Plan } from "@knots/client";
import { deepFreeze } from "@knots/std";
import { aNode, aPod, at, managedBy, meta, NOON } from "../../../../testkit/objects.ts";
import { plan } from "./plan.ts";
import { nodeOf } from "./pod.ts";

const NOW = NOON + 100_000;
type Spec = NonNullable<DaemonSet["spec"]>;
const template = (image: string, spec = {}): Spec["template"] => ({
  metadata: { labels: { app: "log" } },
  spec: { containers: [{ name: "app", image }], ...spec },
});
const set = (spec: Partial<Spec> = {}): DaemonSet => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: meta("log"),
  spec: {
    selector: { matchLabels: { app: "log" } },
    template: template("log:2"),
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    ...spec,
  },
  status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
});
const revision = (hash: string, number: number, data: Spec["template"]): ControllerRevision => ({
  apiVersion: "apps/v1",
  kind: "ControllerRevision",
  metadata: meta(`log-${hash}`, {
    labels: { app: "log", "controller-revision-hash": hash },
    ownerReferences: managedBy(set()),
  }),
  data: { spec: { template: { ...data, $patch: "replace" } } } as never,
  revision: number,
});

/** A pod by its node and mark: `+` ready, `?` pending, `!` failed, `x` leaving; with `old` of the template that is being left. */
function member(text: string): Pod {
  const [, node = "", mark = "+", old] = /^(\w)([+?!x])(old)?$/.exec(text) ?? [];
  const labels = { app: "log", "controller-revision-hash": old ?? "new" };
  const leaving = mark === "x" && { deletionTimestamp: at(50) };
  return aPod(`${node}${old ?? ""}`, {
    meta: { labels, ownerReferences: managedBy(set()), ...leaving },
    ...(mark === "!" ? { status: { phase: "Failed" } } : mark !== "?" && { readyAt: 0 }),
    spec: { nodeName: node },
  });
}
const NODES = ["a", "b", "c"].map((name) => aNode(name, { meta: { labels: { zone: name } } }));

function planFor(owner: DaemonSet, pods: string, nodes: readonly Node[] = NODES): Plan {
  const revisions = [revision("old", 1, template("log:1")), revision("new", 2, owner.spec?.template ?? template(""))];
  const members = pods.split(" ").filter(Boolean).map(member);
  return plan(deepFreeze({ set: owner, nodes, pods: members, revisions }), NOW);
}
const brief = ({ writes = [] }: Plan): string =>
  writes
    .map(({ verb, object }) => `${verb} ${verb === "create" ? nodeOf(object as Pod) : object.metadata.name}`)
    .join(", ");
const tainted = (key: string, effect: "NoSchedule" | "NoExecute"): readonly Node[] => [
  aNode("a", { spec: { taints: [{ key, effect }] } }),
];
const rolling = (rollingUpdate: object): DaemonSet => set({ updateStrategy: { type: "RollingUpdate", rollingUpdate } });

test("what happens next", () => {
  const rows: readonly (readonly [string, DaemonSet, string, string, (readonly Node[])?])[] = [
    ["every node gets a pod", set(), "", "create a, create b, create c"],
    ["and no second one", set(), "a+ b? c+", ""],
    [
      "a node is chosen by its labels",
      set({ template: template("log:2", { nodeSelector: { zone: "b" } }) }),
      "",
      "create b",
    ],
    [
      "a pod on a node that is not meant goes",
      set({ template: template("log:2", { nodeSelector: { zone: "b" } }) }),
      "a+ b+",
      "delete a",
    ],
    ["a mark keeps pods away", set(), "", "", tainted("gpu", "NoSchedule")],
    ["one that is there may stay", set(), "a+", "", tainted("gpu", "NoSchedule")],
    ["unless the mark drives out", set(), "a+", "delete a", tainted("gpu", "NoExecute")],
    ["a cordon is borne", set(), "", "create a", tainted("node.kubernetes.io/unschedulable", "NoSchedule")],
    ["so is silence", set(), "a+", "", tainted("node.kubernetes.io/unreachable", "NoExecute")],
    ["a pod that is leaving is waited for", set(), "ax b+ c+", ""],
    ["a failed pod is replaced", set(), "a! b+ c+", "delete a"],
    ["an update takes one node at a time", set(), "a+old b+old c+old", "delete aold"],
    ["and waits for it", set(), "a? b+old c+old", ""],
    ["or several", rolling({ maxUnavailable: "50%" }), "a+old b+old c+old", "delete aold, delete bold"],
    ["one that is down costs nothing", set(), "a+old b?old c+old", "delete bold"],
    ["with a surge the new one comes first", rolling({ maxUnavailable: 0, maxSurge: 1 }), "a+old b+old c+", "create a"],
    ["the old one stays meanwhile", rolling({ maxUnavailable: 0, maxSurge: 1 }), "a+old a? b+old c+", ""],
    ["and goes then", rolling({ maxUnavailable: 0, maxSurge: 1 }), "a+old a+ b+old c+", "delete aold"],
    ["by hand only", set({ updateStrategy: { type: "OnDelete" } }), "a+old b+old", "create c"],
  ];
  for (const [sentence, owner, pods, expected, nodes] of rows)
    assert.equal(brief(planFor(owner, pods, nodes)), expected, sentence);
});

test("a pod is bound for its node and bears the node's troubles", () => {
  const [write] = planFor(set(), "").writes ?? [];
  assert.ok(write);
  const { spec, metadata } = write.object as Pod;
  assert.deepEqual(spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution, {
    nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["a"] }] }],
  });
  assert.deepEqual(metadata.labels, { app: "log", "controller-revision-hash": "new" });
  assert.deepEqual(
    spec.tolerations?.map(({ key, effect }) => `${key?.split("/")[1]}:${effect}`),
    [
      "not-ready:NoExecute",
      "unreachable:NoExecute",
      "disk-pressure:NoSchedule",
      "memory-pressure:NoSchedule",
      "pid-pressure:NoSchedule",
      "unschedulable:NoSchedule",
    ],
  );
});

test("the status counts nodes", () => {
  const owner = set({ minReadySeconds: 10, template: template("log:2", { nodeSelector: { on: "yes" } }) });
  const nodes = ["a", "b", "c"].map((name) => aNode(name, { meta: { labels: { on: name === "c" ? "no" : "yes" } } }));
  const decided = planFor(owner, "a+ b+old c+", nodes);
  assert.deepEqual((decided.status as DaemonSet).status, {
    currentNumberScheduled: 2,
    numberMisscheduled: 1,
    desiredNumberScheduled: 2,
    numberReady: 2,
    observedGeneration: 1,
    updatedNumberScheduled: 1,
    numberAvailable: 2,
    numberUnavailable: 0,
  });
  assert.equal(planFor(set({ minReadySeconds: 200 }), "a+").wakeAt, NOON + 200_000);
});

test("a failed pod is told", () => {
  const { events } = planFor(set(), "a! b+ c+");
  const message = "Found failed daemon pod default/a on node a, will try to kill it";
  assert.deepEqual(
    events?.map(({ reason, message: text }) => [reason, text]),
    [["FailedDaemonPod", message]],
  );
});
