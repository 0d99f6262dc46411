// Disruption budgets: what they count and allow, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetSpec, PodDisruptionBudgetStatus } from "@knots/api";
import { deepFreeze } from "@knots/std";
import { aDeployment, aPod, aReplicaSet, at, managedBy, meta, NOON } from "../../../../testkit/objects.ts";
import type { Scaled } from "./expected.ts";
import { plan } from "./plan.ts";

const deployment = aDeployment("web", 10);
const rolled = aReplicaSet("web-1", 10, { meta: { ownerReferences: managedBy(deployment) } });
const alone = aReplicaSet("alone", 4);
const job: Scaled = { apiVersion: "batch/v1", kind: "Job", metadata: meta("job") };
const OWNERS = new Map<string, Scaled>([deployment, rolled, alone].map((owner) => [owner.metadata.uid, owner]));

function aBudget(spec: PodDisruptionBudgetSpec, status?: PodDisruptionBudgetStatus): PodDisruptionBudget {
  const metadata = meta("budget", { generation: 3 });
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { selector: { matchLabels: { app: "web" } }, ...spec },
    ...(status && { status }),
  };
}
/** Pods of an owner, the first `ready` of them ready. */
const podsOf = (owner: Scaled | undefined, count: number, ready = count): readonly Pod[] =>
  Array.from({ length: count }, (_, index) =>
    aPod(`${owner?.metadata.name ?? "naked"}-${index}`, {
      meta: owner ? { ownerReferences: managedBy(owner) } : {},
      ...(index < ready && { readyAt: 0 }),
    }),
  );
const decide = (budget: PodDisruptionBudget, pods: readonly Pod[], seconds = 0) => {
  const { status, ...rest } = plan(deepFreeze({ budget, pods, owners: OWNERS }), NOON + seconds * 1000);
  return { status: (status as PodDisruptionBudget).status ?? {}, ...rest };
};
const numbers = ({ expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed }: PodDisruptionBudgetStatus) =>
  [expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed].join(" ");

test("expected, desired, healthy and allowed", () => {
  const rows: readonly (readonly [string, PodDisruptionBudgetSpec, readonly Pod[], string])[] = [
    ["a number that must stay counts the pods that are there", { minAvailable: 2 }, podsOf(rolled, 3), "3 2 3 1"],
    ["whoever manages them, or nobody", { minAvailable: 2 }, podsOf(undefined, 3), "3 2 3 1"],
    ["pods that are not ready are not healthy", { minAvailable: 2 }, podsOf(rolled, 4, 2), "4 2 2 0"],
    ["a share that must stay counts the Deployment's scale", { minAvailable: "50%" }, podsOf(rolled, 7), "10 5 7 2"],
    ["it is rounded up", { minAvailable: "41%" }, podsOf(rolled, 7), "10 5 7 2"],
    ["what may be missing counts the scale, too", { maxUnavailable: 2 }, podsOf(rolled, 9), "10 8 9 1"],
    ["a share that may be missing is rounded up", { maxUnavailable: "11%" }, podsOf(rolled, 10), "10 8 10 2"],
    ["a set of its own has its own scale", { maxUnavailable: 1 }, podsOf(alone, 4), "4 3 4 1"],
    [
      "several managers are added up",
      { maxUnavailable: 1 },
      [...podsOf(alone, 4), ...podsOf(rolled, 10)],
      "14 13 14 1",
    ],
    ["more may be missing than there are", { maxUnavailable: 20 }, podsOf(alone, 4), "4 0 4 4"],
    ["nothing may be missing", { maxUnavailable: 0 }, podsOf(alone, 4), "4 4 4 0"],
    ["no pods, nothing to allow", { minAvailable: 0 }, [], "0 0 0 0"],
    ["pods without a manager have no scale", { maxUnavailable: 1 }, podsOf(undefined, 2), "0 0 2 0"],
    ["no bound, no disruption", {}, podsOf(alone, 4), "0 0 4 0"],
  ];
  for (const [sentence, spec, pods, expected] of rows) {
    assert.equal(numbers(decide(aBudget(spec), pods).status), expected, sentence);
  }
});

test("the condition tells whether a disruption is allowed", () => {
  const allowed = decide(aBudget({ minAvailable: 1 }), podsOf(alone, 2)).status;
  assert.equal(allowed.observedGeneration, 3);
  assert.deepEqual(allowed.conditions, [
    {
      type: "DisruptionAllowed",
      status: "True",
      reason: "SufficientPods",
      message: "",
      observedGeneration: 3,
      lastTransitionTime: at(0),
    },
  ]);
  const [condition] = decide(aBudget({ minAvailable: 2 }, allowed), podsOf(alone, 2), 60).status.conditions ?? [];
  assert.deepEqual(
    [condition?.status, condition?.reason, condition?.lastTransitionTime],
    ["False", "InsufficientPods", at(60)],
  );
});

test("an allowed eviction counts until the pod leaves, or for two minutes", () => {
  const budget = aBudget({ minAvailable: 1 }, { disruptedPods: { "alone-0": at(0), "long-gone": at(0) } });
  const rows: readonly (readonly [string, readonly Pod[], number, string, readonly string[]])[] = [
    ["it is not healthy any more", podsOf(alone, 3), 60, "3 1 2 1", ["alone-0"]],
    [
      "once it leaves it needs no note",
      podsOf(alone, 3).map((pod, index) =>
        index === 0 ? { ...pod, metadata: { ...pod.metadata, deletionTimestamp: at(1) } } : pod,
      ),
      60,
      "3 1 2 1",
      [],
    ],
    ["after two minutes it counts again", podsOf(alone, 3), 121, "3 1 3 2", []],
  ];
  for (const [sentence, pods, seconds, expected, noted] of rows) {
    const { status } = decide(budget, pods, seconds);
    assert.equal(numbers(status), expected, sentence);
    assert.deepEqual(Object.keys(status.disruptedPods ?? {}), noted, sentence);
  }
  assert.equal(decide(budget, podsOf(alone, 3), 60).wakeAt, NOON + 120_001);
  assert.deepEqual(
    decide(budget, podsOf(alone, 3), 121).events?.map(({ regarding, reason }) => [regarding.metadata.name, reason]),
    [["alone-0", "NotDeleted"]],
  );
});

test("pods that cannot be counted forbid every disruption", () => {
  const gone = aReplicaSet("gone", 4);
  const before = { expectedPods: 4, desiredHealthy: 3, currentHealthy: 4, disruptionsAllowed: 1 };
  const rows: readonly (readonly [string, readonly Pod[], string])[] = [
    ["a job has no scale", podsOf(job, 2), "jobs.batch does not implement the scale subresource"],
    ["the manager is gone", podsOf(gone, 2), 'found no controllers for pod "gone-0"'],
  ];
  for (const [sentence, pods, fault] of rows) {
    const { status, events = [] } = decide(aBudget({ maxUnavailable: 1 }, before), pods);
    assert.equal(numbers(status), "4 3 4 0", sentence);
    const [condition] = status.conditions ?? [];
    assert.deepEqual([condition?.status, condition?.reason, condition?.message], ["False", "SyncFailed", fault]);
    assert.deepEqual(
      events.map(({ type, reason, message }) => [type, reason, message]),
      [["Warning", "CalculateExpectedPodCountFailed", `Failed to calculate the number of expected pods: ${fault}`]],
      sentence,
    );
  }
});

test("events about what a budget selects", () => {
  const reasons = (spec: PodDisruptionBudgetSpec, pods: readonly Pod[]) =>
    decide(aBudget(spec), pods).events?.map(({ type, reason }) => `${type} ${reason}`);
  assert.deepEqual(reasons({ minAvailable: 1 }, []), ["Normal NoPods"]);
  assert.deepEqual(reasons({ maxUnavailable: 1 }, podsOf(undefined, 1)), ["Warning UnmanagedPods"]);
  assert.deepEqual(reasons({ minAvailable: 1 }, podsOf(undefined, 1)), []);
});
