// StatefulSet: what it creates, replaces and removes, in which order, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from "@knots/api";
import type { Plan } from "@knots/client";
import { ApiError, failure, type KubeObject } from "@knots/machinery";
import { deepFreeze } from "@knots/std";
import { aPod, at, managedBy, meta, NOON } from "../../../../testkit/objects.ts";
import { plan, type Snapshot } from "./plan.ts";

const NOW = NOON + 100_000;
type Spec = NonNullable<StatefulSet["spec"]>;

const template = (image: string): Spec["template"] => ({
  metadata: { labels: { app: "db" } },
  spec: { containers: [{ name: "app", image }] },
});
const set = (replicas: number, spec: Partial<Spec> = {}, status: Partial<StatefulSet["status"]> = {}): StatefulSet => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: meta("db"),
  spec: {
    replicas,
    selector: { matchLabels: { app: "db" } },
    serviceName: "db",
    template: template("db:2"),
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
    ...spec,
  },
  status: { replicas: 0, availableReplicas: 0, currentRevision: "db-old", ...status },
});
const revision = (name: string, number: number, image: string): ControllerRevision => ({
  apiVersion: "apps/v1",
  kind: "ControllerRevision",
  metadata: meta(name, { labels: { app: "db" }, ownerReferences: managedBy(set(1)) }),
  data: { spec: { template: { ...template(image), $patch: "replace" } } } as never,
  revision: number,
});
const OLD = revision("db-old", 1, "db:1");
const NEW = revision("db-new", 2, "db:2");

const labelsOf = (ordinal: number, hash: string) => ({
  app: "db",
  "statefulset.kubernetes.io/pod-name": `db-${ordinal}`,
  "apps.kubernetes.io/pod-index": String(ordinal),
  "controller-revision-hash": hash,
});
/** A pod by its mark: `+` ready, `?` pending, `!` failed, `x` leaving; with `old` the template that is being left. */
function member(text: string): Pod {
  const [, digits = "", mark = "+", old] = /^(\d+)([+?!x])(old)?$/.exec(text) ?? [];
  const labels = labelsOf(Number(digits), old ? "db-old" : "db-new");
  const leaving = mark === "x" && { deletionTimestamp: at(50) };
  return aPod(`db-${digits}`, {
    meta: { labels, ownerReferences: managedBy(set(1)), ...leaving },
    ...(mark === "!" ? { status: { phase: "Failed" } } : mark !== "?" && { readyAt: 0 }),
  });
}
const members = (text: string): readonly Pod[] => text.split(" ").filter(Boolean).map(member);

function planFor(owner: StatefulSet, pods: readonly Pod[], change: Partial<Snapshot> = {}): Plan {
  return plan(deepFreeze({ set: owner, pods, revisions: [OLD, NEW], claims: [], ...change }), NOW);
}
const hashOf = (object: KubeObject): string | undefined => object.metadata.labels?.["controller-revision-hash"];
const brief = ({ writes = [] }: Plan): string =>
  writes
    .map(({ verb, object }) => {
      const old = verb === "create" && hashOf(object) === "db-old" ? " (old)" : "";
      return `${verb} ${object.metadata.name}${old}`;
    })
    .join(", ");

const parallel = { podManagementPolicy: "Parallel" };
const rolling = (rollingUpdate: object): Partial<Spec> => ({
  updateStrategy: { type: "RollingUpdate", rollingUpdate },
});

test("what happens next", () => {
  const rows: readonly (readonly [string, StatefulSet, string, string])[] = [
    ["the first pod comes first", set(3), "", "create db-0"],
    ["the next one once it is ready", set(3), "0+", "create db-1"],
    ["and not before", set(3), "0?", ""],
    ["nor before it is available", set(3, { minReadySeconds: 200 }), "0+", ""],
    ["all at once when that is wanted", set(3, parallel), "0?", "create db-1, create db-2"],
    ["a gap is filled before anything else", set(3), "1+ 2+old", "create db-0"],
    ["numbers may start elsewhere", set(2, { ordinals: { start: 5 } }), "5+", "create db-6"],
    ["pods below the start go, the highest first", set(1, { ordinals: { start: 2 } }), "0+ 1+ 2+", "delete db-1"],
    ["a failed pod is replaced", set(2), "0! 1+", "delete db-0"],
    ["a pod that is leaving is waited for", set(2), "0x", ""],
    ["the highest goes first", set(1), "0+ 1+ 2+", "delete db-2"],
    ["one after another", set(1), "0+ 1+ 2x", ""],
    ["not while a kept pod is down", set(1), "0? 1+ 2+", ""],
    ["nor while another surplus pod is", set(1), "0+ 1? 2+", "delete db-2"],
    ["one that is down itself may go", set(1), "0+ 1+ 2?", "delete db-2"],
    ["all at once when that is wanted, too", set(1, parallel), "0? 1+ 2+", "delete db-2, delete db-1"],
    ["an update begins at the highest", set(3), "0+old 1+old 2+old", "delete db-2"],
    ["and waits for it", set(3), "0+old 1+old 2?", ""],
    ["then goes on", set(3), "0+old 1+old 2+", "delete db-1"],
    ["down to the partition", set(3, rolling({ partition: 2 })), "0+old 1+old 2+", ""],
    ["below it pods keep the old template", set(3, rolling({ partition: 2 })), "1+old 2+", "create db-0 (old)"],
    ["above it they get the new one", set(3, rolling({ partition: 1 })), "0+old", "create db-1"],
    [
      "several may be missing",
      set(4, rolling({ maxUnavailable: 2 })),
      "0+old 1+old 2+old 3+old",
      "delete db-3, delete db-2",
    ],
    [
      "as a part of all",
      set(4, rolling({ maxUnavailable: "50%" })),
      "0+old 1+old 2+old 3+",
      "delete db-2, delete db-1",
    ],
    ["one that is down costs nothing", set(3, parallel), "0?old 1+old 2+", "delete db-0"],
    ["by hand only", set(3, { updateStrategy: { type: "OnDelete" } }), "0+old 1+old 2+old", ""],
    ["and then with the new template", set(3, { updateStrategy: { type: "OnDelete" } }), "0+old 1+old", "create db-2"],
    ["a settled set rests", set(2), "0+ 1+", ""],
  ];
  for (const [sentence, owner, pods, expected] of rows)
    assert.equal(brief(planFor(owner, members(pods))), expected, sentence);
});

test("a pod has a name, labels and a host name of its own, and volumes for its claims", () => {
  const volumeClaimTemplates = [{ metadata: { name: "data", labels: { tier: "hot" } }, spec: {} }] as never;
  const owner = set(1, { volumeClaimTemplates });
  const first = planFor(owner, []);
  assert.equal(brief(first), "create data-db-0", "the claim comes before the pod");
  const claim = first.writes?.[0]?.object as PersistentVolumeClaim;
  assert.deepEqual(claim.metadata, { name: "data-db-0", namespace: "default", labels: { tier: "hot", app: "db" } });
  const [write] = planFor(owner, [], { claims: [claim] }).writes ?? [];
  assert.deepEqual(write?.object, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "db-0",
      namespace: "default",
      labels: labelsOf(0, "db-new"),
      ownerReferences: managedBy(owner),
    },
    spec: {
      containers: [{ name: "app", image: "db:2" }],
      hostname: "db-0",
      subdomain: "db",
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } }],
    },
  });
});

test("who owns a claim", () => {
  const volumeClaimTemplates = [{ metadata: { name: "data" }, spec: {} }] as never;
  const owner = (replicas: number, whenDeleted: "Retain" | "Delete", whenScaled: "Retain" | "Delete"): StatefulSet =>
    set(replicas, { volumeClaimTemplates, persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } });
  const claim = (ownerReferences: ReturnType<typeof managedBy>): PersistentVolumeClaim => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: meta("data-db-0", { ownerReferences }),
    spec: {},
  });
  const [pod] = members("0+");
  assert.ok(pod);
  const [bySet, byPod] = [managedBy(set(1)), managedBy(pod)];
  const byEarlier = byPod.map((reference) => ({ ...reference, uid: "earlier" }));
  const rows: readonly (readonly [string, StatefulSet, string, typeof bySet, string])[] = [
    ["nobody", owner(1, "Retain", "Retain"), "0+", [], ""],
    ["the set, where it should take claims along", owner(1, "Delete", "Retain"), "0+", [], "update db"],
    ["the set stays it", owner(1, "Delete", "Delete"), "0+", bySet, ""],
    ["nobody again", owner(1, "Retain", "Retain"), "0+", bySet, "update"],
    ["a pod that is scaled away", owner(0, "Retain", "Delete"), "0+", [], "update db-0"],
    ["and only then it goes", owner(0, "Retain", "Delete"), "0+", byPod, "delete db-0"],
    ["a claim that stays is kept from its pod", owner(0, "Retain", "Retain"), "0+", [], "delete db-0"],
    ["a claim that goes with an earlier pod is waited for", owner(1, "Retain", "Delete"), "", byEarlier, ""],
  ];
  for (const [sentence, decided, pods, owners, expected] of rows) {
    const { writes = [] } = planFor(decided, members(pods), { claims: [claim(owners)] });
    const told = writes.map(({ verb, object }) => {
      const names = (object.metadata.ownerReferences ?? []).map(({ name }) => name);
      return verb === "update" ? [verb, ...names].join(" ") : `${verb} ${object.metadata.name}`;
    });
    assert.equal(told.join(), expected, sentence);
  }
});

test("templates become revisions", () => {
  const fresh = planFor(set(1), [], { revisions: [OLD] });
  const made = fresh.writes?.[0]?.object as ControllerRevision;
  assert.deepEqual([made.kind, made.revision, made.data], ["ControllerRevision", 2, NEW.data]);
  assert.equal(made.metadata.name, `db-${made.metadata.labels?.["controller.kubernetes.io/hash"]}`);
  const [write] = fresh.writes ?? [];
  assert.ok(write);
  const error = new ApiError(failure(409, "AlreadyExists", "taken"));
  const clashed = fresh.report?.([{ write, error }]).status as StatefulSet;
  assert.equal(clashed.status?.collisionCount, 1);
  const [other] = planFor(clashed, [], { revisions: [OLD] }).writes ?? [];
  assert.notEqual(other?.object.metadata.name, made.metadata.name, "another name after a clash");

  const back = planFor(set(1, { template: template("db:1") }), members("0+old"));
  assert.deepEqual(
    back.writes?.map((each) => each.verb === "patch" && [each.object.metadata.name, each.body]),
    [["db-old", { metadata: { uid: "db-old-uid", resourceVersion: "1" }, revision: 3 }]],
    "a rollback makes the old revision the newest",
  );
  const many = [1, 2].map((number) => revision(`db-${number}`, number - 1, `db:0.${number}`));
  const trimmed = planFor(set(1, { revisionHistoryLimit: 1 }), members("0+"), { revisions: [...many, NEW] });
  assert.equal(brief(trimmed), "delete db-1", "the oldest unused one goes");
});

test("the status counts what is seen, and the end of a rollout makes its revision the current one", () => {
  const middle = planFor(set(3, { minReadySeconds: 10 }), members("0+old 1+ 2x")).status as StatefulSet;
  assert.deepEqual(middle.status, {
    observedGeneration: 1,
    replicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    currentReplicas: 1,
    updatedReplicas: 1,
    currentRevision: "db-old",
    updateRevision: "db-new",
    collisionCount: 0,
  });
  const { status } = planFor(set(2), members("0+ 1+")).status as StatefulSet;
  assert.deepEqual([status?.currentRevision, status?.currentReplicas], ["db-new", 2]);
  assert.equal(planFor(set(1, { minReadySeconds: 200 }), members("0+")).wakeAt, NOON + 200_000);
});

test("pods are adopted by name and selector", () => {
  const orphan = aPod("db-0", { meta: { labels: { app: "db" } } });
  assert.equal(brief(planFor(set(1), [orphan])), "patch db-0");
  const stranger = aPod("web-0", { meta: { labels: { app: "db" } } });
  assert.equal(brief(planFor(set(1), [stranger])), "create db-0");
  const adopted = aPod("db-0", { meta: { labels: { app: "db" }, ownerReferences: managedBy(set(1)) }, readyAt: 0 });
  assert.equal(brief(planFor(set(1), [adopted])), "patch db-0", "it gets the labels of its ordinal");
});

test("outcomes become events", () => {
  const decided = planFor(set(1), []);
  const [write] = decided.writes ?? [];
  assert.ok(write && decided.report);
  const error = new ApiError(failure(403, "Forbidden", "quota"));
  const told = [
    { write, object: write.object },
    { write, error },
  ].flatMap((outcome) => decided.report?.([outcome]).events ?? []);
  assert.deepEqual(
    told.map(({ type, reason, message }) => [type, reason, message]),
    [
      ["Normal", "SuccessfulCreate", "create Pod db-0 in StatefulSet db successful"],
      ["Warning", "FailedCreate", "create Pod db-0 in StatefulSet db failed error: quota"],
    ],
  );
  const failed = planFor(set(1), members("0!"));
  assert.deepEqual(
    failed.events?.map(({ reason, message }) => [reason, message]),
    [["RecreatingFailedPod", "StatefulSet default/db is recreating failed Pod db-0"]],
  );
});
