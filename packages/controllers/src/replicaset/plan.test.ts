// ReplicaSet: what it creates, deletes, adopts and reports, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod, ReplicaSet } from "@knots/api";
import type { Plan } from "@knots/client";
import { ApiError, failure } from "@knots/machinery";
import { deepFreeze } from "@knots/std";
import { aPod, aReplicaSet, at, managedBy, NOON } from "../../../../testkit/objects.ts";
import { plan, type Snapshot } from "./plan.ts";

const NOW = NOON + 100_000;
const set = (replicas: number, change = {}): ReplicaSet => aReplicaSet("web", replicas, change);
const owned = (name: string, change: Parameters<typeof aPod>[1] = {}): Pod =>
  aPod(name, { ...change, meta: { ownerReferences: managedBy(set(1)), ...change.meta } });
const ready = (count: number): readonly Pod[] =>
  Array.from({ length: count }, (_, i) => owned(`p${i}`, { readyAt: 0 }));

function planFor(replicaSet: ReplicaSet, pods: readonly Pod[], now = NOW): Plan {
  const snapshot: Snapshot = deepFreeze({ replicaSet, pods, related: pods });
  return plan(snapshot, now);
}
const brief = ({ writes = [] }: Plan): string =>
  writes.map(({ verb, object }) => (verb === "create" ? "create" : `${verb} ${object.metadata.name}`)).join(", ");

test("the number of pods", () => {
  const rows: readonly (readonly [string, ReplicaSet, readonly Pod[], string])[] = [
    ["an empty set starts with one pod", set(10), [], "create"],
    ["creations double with the pods that are there", set(10), ready(1), "create, create"],
    ["they never exceed what is wanted", set(2), ready(1), "create"],
    ["a full set writes nothing", set(2), ready(2), ""],
    [
      "after a refusal one pod is tried at a time",
      set(10, { status: { conditions: [{ type: "ReplicaFailure", status: "True" }] } }),
      ready(4),
      "create",
    ],
    ["a surplus is deleted", set(1), ready(3), "delete p0, delete p1"],
    ["scaling to zero deletes all", set(0), ready(2), "delete p0, delete p1"],
    ["a failed pod is replaced", set(1), [owned("p", { status: { phase: "Failed" } })], "create"],
    [
      "a pod that is being deleted is replaced at once",
      set(1),
      [owned("p", { meta: { deletionTimestamp: at(1) } })],
      "create",
    ],
    ["a set that is being deleted creates nothing", set(3, { meta: { deletionTimestamp: at(1) } }), [], ""],
    ["a set that is being deleted deletes nothing", set(0, { meta: { deletionTimestamp: at(1) } }), ready(2), ""],
    ["a matching pod without a manager is adopted and counts", set(1), [aPod("stray")], "patch stray"],
    [
      "an orphan that is being deleted is left alone",
      set(1),
      [aPod("stray", { meta: { deletionTimestamp: at(1) } })],
      "create",
    ],
    [
      "a pod that no longer matches is released and replaced",
      set(1),
      [owned("p", { meta: { labels: { app: "x" } } })],
      "patch p, create",
    ],
    [
      "a set that is being deleted releases nothing",
      set(1, { meta: { deletionTimestamp: at(1) } }),
      [owned("p", { meta: { labels: { app: "x" } } })],
      "",
    ],
    [
      "a namesake's pod (another UID) is not its own",
      set(1),
      [aPod("p", { meta: { ownerReferences: [{ ...managedBy(set(1))[0], uid: "older" } as never] } })],
      "create",
    ],
  ];
  for (const [sentence, replicaSet, pods, expected] of rows) {
    assert.equal(brief(planFor(replicaSet, pods)), expected, sentence);
  }
});

test("adoption is guarded by a live read of the owner, and by the pod's version", () => {
  const [write] = planFor(set(1), [aPod("stray")]).writes ?? [];
  assert.deepEqual(write?.onlyIfLive?.object.metadata.uid, "web-uid");
  assert.deepEqual(write?.verb === "patch" && write.body, {
    metadata: { uid: "stray-uid", resourceVersion: "1", ownerReferences: managedBy(set(1)) },
  });
});

test("a new pod carries the template, a generated name and its owner", () => {
  const template = { metadata: { labels: { app: "web" }, annotations: { a: "b" } }, spec: { containers: [] } };
  const [write] = planFor(set(1, { spec: { template } }), []).writes ?? [];
  assert.deepEqual(write?.object, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: "web-",
      namespace: "default",
      labels: { app: "web" },
      annotations: { a: "b" },
      ownerReferences: managedBy(set(1)),
    },
    spec: { containers: [] },
  });
});

test("which of two pods goes first", () => {
  const later = { meta: { creationTimestamp: at(60) } };
  const rows: readonly (readonly [string, Pod, Pod])[] = [
    ["unassigned before assigned", owned("first"), owned("other", { readyAt: 0 })],
    [
      "pending before running",
      owned("first", { spec: { nodeName: "n" } }),
      owned("other", { spec: { nodeName: "n" }, status: { phase: "Running" } }),
    ],
    [
      "not ready before ready",
      owned("first", { spec: { nodeName: "n" }, status: { phase: "Running" } }),
      owned("other", { readyAt: 0 }),
    ],
    [
      "cheap before dear",
      owned("first", { readyAt: 0 }),
      owned("other", { readyAt: 50, meta: { annotations: { "controller.kubernetes.io/pod-deletion-cost": "5" } } }),
    ],
    ["ready for a short time before ready for long", owned("first", { readyAt: 99 }), owned("other", { readyAt: 0 })],
    [
      "often restarted before calm",
      owned("first", {
        readyAt: 0,
        status: {
          phase: "Running",
          containerStatuses: [{ name: "app", image: "", imageID: "", ready: true, restartCount: 3 }],
          conditions: [{ type: "Ready", status: "True", lastTransitionTime: at(0) }],
        },
      }),
      owned("other", { readyAt: 0 }),
    ],
    ["new before old", owned("first", { readyAt: 0, ...later }), owned("other", { readyAt: 0 })],
  ];
  for (const [sentence, first, other] of rows) {
    for (const pods of [
      [first, other],
      [other, first],
    ])
      assert.equal(brief(planFor(set(1), pods)), "delete first", sentence);
  }
});

test("of pods that are equal otherwise, one that shares its node with siblings goes first", () => {
  const pods = [
    owned("alone", { readyAt: 0, spec: { nodeName: "n2" } }),
    owned("a", { readyAt: 0 }),
    owned("b", { readyAt: 0 }),
  ];
  assert.match(brief(planFor(set(2), pods)), /^delete [ab]$/);
});

test("the status counts what is seen", () => {
  const pods = [
    owned("ready", { readyAt: 0 }),
    owned("young", { readyAt: 95 }),
    owned("pending"),
    owned("ended", { status: { phase: "Succeeded" } }),
    owned("leaving", { readyAt: 0, meta: { deletionTimestamp: at(1) } }),
  ];
  const { status, wakeAt } = planFor(set(3, { spec: { minReadySeconds: 10 } }), pods);
  assert.deepEqual((status as ReplicaSet).status, {
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 2,
    availableReplicas: 1,
    terminatingReplicas: 1,
    observedGeneration: 1,
  });
  assert.equal(wakeAt, NOON + 105_000, "looks again when the young pod becomes available");
});

test("outcomes become events, and a refusal the condition ReplicaFailure", () => {
  const decided = planFor(set(1), []);
  const [write] = decided.writes ?? [];
  assert.ok(write && decided.report);
  const made = decided.report([{ write, object: { metadata: { name: "web-abc12" } } }]);
  assert.deepEqual(
    made.events?.map(({ reason, message }) => [reason, message]),
    [["SuccessfulCreate", "Created pod: web-abc12"]],
  );
  assert.equal(made.status, undefined);

  const error = new ApiError(failure(403, "Forbidden", 'pods "web-" is forbidden: exceeded quota'));
  const refused = decided.report([{ write, error }]);
  assert.deepEqual(
    refused.events?.map(({ type, reason, message }) => [type, reason, message]),
    [["Warning", "FailedCreate", 'Error creating: pods "web-" is forbidden: exceeded quota']],
  );
  assert.deepEqual((refused.status as ReplicaSet).status?.conditions, [
    {
      type: "ReplicaFailure",
      status: "True",
      reason: "FailedCreate",
      message: error.message,
      lastTransitionTime: at(100),
    },
  ]);
  const healed = planFor(refused.status as ReplicaSet, ready(1)).status as ReplicaSet;
  assert.equal(healed.status?.conditions, undefined, "the condition goes once nothing is refused");
});
