// A running build: what it makes, how it ends and what it says, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Build, ContainerStateTerminated, Pod, Release, Secret } from "@knots/api";
import type { Plan } from "@knots/client";
import { ApiError, failure } from "@knots/machinery";
import { deepFreeze } from "@knots/std";
import { aBuild, aRelease, aSite, hash, microAt } from "../../../../testkit/delivery-objects.ts";
import { aPod, at, managedBy, meta, NOON } from "../../../../testkit/objects.ts";
import { testSettings } from "../../../../testkit/platform.ts";
import { type BuildSnapshot, plan } from "./plan.ts";

const NOW = NOON + 10_000;
const BEGUN = {
  phase: "Running" as const,
  startedAt: microAt(2),
  steps: [{ name: "Queued" as const, finishedAt: microAt(2) }],
};
const FOLLOWED = { ...BEGUN, log: { pod: "one-1-build" } };
const running = (status: NonNullable<Build["status"]> = FOLLOWED, spec: Partial<Build["spec"]> = {}): Build =>
  aBuild("one", 1, { status, spec });

type Ends = Partial<Record<"clone" | "build" | "pack", Partial<ContainerStateTerminated>>>;
function pod(ends: Ends, status: Partial<NonNullable<Pod["status"]>> = {}): Pod {
  const statuses = (names: readonly (keyof Ends)[]) =>
    names.flatMap((name) => {
      const state = ends[name];
      const base = { name, image: "i", imageID: "", ready: false, restartCount: 0 };
      return state ? [{ ...base, state: { terminated: { exitCode: 0, finishedAt: at(9), ...state } } }] : [];
    });
  return aPod("one-1-build", {
    meta: { ownerReferences: managedBy(running()) },
    status: { initContainerStatuses: statuses(["clone", "build"]), containerStatuses: statuses(["pack"]), ...status },
  });
}
const secret: Secret = { apiVersion: "v1", kind: "Secret", metadata: meta("one-1-build"), type: "Opaque" };

function decide(change: Partial<BuildSnapshot>, now = NOW): Plan {
  const snapshot: BuildSnapshot = {
    build: running(),
    site: aSite("one"),
    pod: undefined,
    secret,
    releases: [],
    tokens: undefined,
    settings: testSettings,
    ...change,
  };
  return plan(deepFreeze(snapshot), now);
}
const verbs = ({ writes = [] }: Plan): string =>
  writes.map(({ verb, kind, object }) => `${verb} ${kind.kind} ${object.metadata.name}`).join(", ");
const statusOf = (decided: Pick<Plan, "status">) => (decided.status as Build | undefined)?.status;
const good = { message: JSON.stringify({ digest: `sha256:${"d".repeat(64)}`, bytes: 10, outputDirectory: "dist" }) };
const report = (reason: string, values = {}): string => JSON.stringify({ reason, values, tail: "the end" });

test("the pod", () => {
  const tokens = { clone: "c", push: "p" };
  const rows: readonly (readonly [string, Partial<BuildSnapshot>, string])[] = [
    [
      "a build that begins makes a Secret and a Pod",
      { build: running(BEGUN), secret: undefined, tokens },
      "create Secret one-1-build, create Pod one-1-build",
    ],
    ["a Secret that is there already stays", { build: running(BEGUN), tokens }, "create Pod one-1-build"],
    ["a build that waits makes nothing", { build: aBuild("one", 1), secret: undefined, tokens }, ""],
    [
      "a cancelled build stops its pod and drops its tokens",
      { build: running(FOLLOWED, { cancelled: true }), pod: pod({}) },
      "delete Pod one-1-build, delete Secret one-1-build",
    ],
    [
      "a build whose site goes stops too",
      { site: undefined, pod: pod({}) },
      "delete Pod one-1-build, delete Secret one-1-build",
    ],
    [
      "an ended build drops its tokens first",
      { build: running({ phase: "Failed", finishedAt: microAt(9) }), pod: pod({}) },
      "delete Secret one-1-build",
    ],
    [
      "and its pod when people had time to read its log",
      { build: running({ phase: "Failed", finishedAt: microAt(-600) }), secret: undefined, pod: pod({}) },
      "delete Pod one-1-build",
    ],
    [
      "a build that is being deleted is left to the collector",
      { build: aBuild("one", 1, { meta: { deletionTimestamp: at(0) }, status: BEGUN }), tokens },
      "",
    ],
  ];
  for (const [sentence, change, expected] of rows) assert.equal(verbs(decide(change)), expected, sentence);
});

test("how a build fails", () => {
  const second = { clone: {} };
  const third = { clone: {}, build: {} };
  const rows: readonly (readonly [string, Partial<BuildSnapshot>, reason: string, RegExp, number?])[] = [
    [
      "a commit that is gone",
      { pod: pod({ clone: { exitCode: 1, message: report("CommitNotFound") } }) },
      "CommitNotFound",
      /no commit aaaaaaaa/,
    ],
    ["a clone that says nothing", { pod: pod({ clone: { exitCode: 128 } }) }, "CloneFailed", /exit code 128/],
    [
      "a lock file that does not fit",
      { pod: pod({ ...second, build: { exitCode: 1, message: report("LockFileMismatch") } }) },
      "LockFileMismatch",
      /commit package-lock.json/,
    ],
    [
      "a build script, with the exit code of the script",
      { pod: pod({ ...second, build: { exitCode: 1, message: report("BuildScriptFailed", { code: "2" }) } }) },
      "BuildScriptFailed",
      /exit code 2/,
    ],
    [
      "memory, by the kubelet's word",
      { pod: pod({ ...second, build: { exitCode: 1, reason: "OOMKilled" } }) },
      "OutOfMemory",
      /The step build ran out of its 2Gi/,
    ],
    ["memory, by the exit code", { pod: pod({ ...second, build: { exitCode: 137 } }) }, "OutOfMemory", /2Gi/],
    [
      "a site's own limit is the one that is told",
      {
        build: running(FOLLOWED, { settings: { resources: { limits: { memory: "4Gi" } } } }),
        pod: pod({ ...second, build: { exitCode: 137 } }),
      },
      "OutOfMemory",
      /4Gi/,
    ],
    [
      "the untrusted step cannot claim a reason of another step",
      { pod: pod({ ...second, build: { exitCode: 1, message: report("PushFailed") } }) },
      "BuildScriptFailed",
      /exit code 1/,
    ],
    [
      "no folder with pages",
      { pod: pod({ ...third, pack: { exitCode: 1, message: report("OutputMissing") } }) },
      "OutputMissing",
      /\(dist, build, out, public, _site\); set spec.build.outputDirectory/,
    ],
    [
      "a push that is refused",
      { pod: pod({ ...third, pack: { exitCode: 1, message: report("PushFailed") } }) },
      "PushFailed",
      /registry/,
    ],
    ["a pack step without an image", { pod: pod({ ...third, pack: {} }) }, "NoImage", /reported no image/],
    [
      "an image that does not come",
      { pod: pod({}, { initContainerStatuses: [waiting("ImagePullBackOff")] }) },
      "ImagePull",
      /node-build:1 could not be pulled/,
      NOON + 63_000,
    ],
    ["time that is up", { pod: pod(second) }, "TimedOut", /900 seconds/, NOON + 903_000],
    [
      "no node with room",
      {
        pod: pod(
          {},
          { conditions: [{ type: "PodScheduled", status: "False", message: "0/1 nodes: Insufficient memory" }] },
        ),
      },
      "Unschedulable",
      /Insufficient memory/,
      NOON + 903_000,
    ],
    [
      "too much written",
      {
        pod: pod(second, { phase: "Failed", reason: "Evicted", message: "Usage of EmptyDir volume exceeds the limit" }),
      },
      "StorageExceeded",
      /6Gi/,
    ],
    [
      "an eviction for another reason",
      { pod: pod(second, { phase: "Failed", reason: "Evicted", message: "The node was low on memory" }) },
      "Evicted",
      /low on memory/,
    ],
    ["a pod that somebody deleted", { pod: undefined }, "PodLost", /one-1-build was deleted/],
    [
      "a version of Node.js that is not here",
      { build: running(BEGUN, { settings: { nodeVersion: "18.1" } }) },
      "NodeVersion",
      /asks for Node.js 18.1 and this platform builds with 26/,
    ],
  ];
  for (const [sentence, change, reason, message, now] of rows) {
    const status = statusOf(decide(change, now));
    assert.equal(status?.phase, "Failed", sentence);
    assert.equal(status?.failure?.reason, reason, sentence);
    assert.match(status?.failure?.message ?? "", message, sentence);
  }
});

function waiting(reason: string) {
  const image = "registry.knots.internal/knots/node-build:1";
  return { name: "clone", image, imageID: "", ready: false, restartCount: 0, state: { waiting: { reason } } };
}

test("a packed image becomes a release, then the build has succeeded", () => {
  const ended = pod({ clone: {}, build: {}, pack: good });
  const decided = decide({ pod: ended });
  assert.equal(verbs(decided), "create Release one-1");
  const [write] = decided.writes ?? [];
  const release = write?.object as Release;
  assert.equal(release.spec.image, `registry.knots.internal/default/one@sha256:${"d".repeat(64)}`);
  assert.equal(release.metadata.ownerReferences?.[0]?.kind, "Site");
  assert.ok(write);
  const status = statusOf(decided.report?.([{ write, object: release }]) ?? {});
  assert.equal(status?.phase, "Succeeded");
  assert.deepEqual([status?.release, status?.outputDirectory, status?.imageBytes], ["one-1", "dist", 10]);
  assert.deepEqual(
    status?.steps?.map(({ name, finishedAt }) => [name, finishedAt]),
    [
      ["Queued", microAt(2)],
      ["Cloned", microAt(10)],
      ["Built", microAt(10)],
      ["Packed", microAt(10)],
    ],
  );
});

test("a release that was made before a crash is not made twice", () => {
  const decided = decide({ pod: pod({ clone: {}, build: {}, pack: good }), releases: [aRelease("one", 1)] });
  assert.equal(verbs(decided), "");
  assert.equal(statusOf(decided)?.release, "one-1");
});

test("a number that a rollback took meanwhile is left to it", () => {
  const other = aRelease("one", 1, { spec: { build: "one-0", rollbackOf: "one-0" } });
  assert.equal(
    verbs(decide({ pod: pod({ clone: {}, build: {}, pack: good }), releases: [other] })),
    "create Release one-2",
  );
});

test("a pod that is refused for good fails the build; for now, it is tried again", () => {
  const decided = decide({ build: running(BEGUN), tokens: { push: "p" } });
  const [write] = decided.writes ?? [];
  assert.ok(write);
  const refuse = (code: number, reason: "Invalid" | "Forbidden") =>
    statusOf(decided.report?.([{ write, error: new ApiError(failure(code, reason, "no")) }]) ?? {});
  assert.equal(refuse(422, "Invalid")?.failure?.reason, "PodRefused");
  assert.equal(refuse(403, "Forbidden"), undefined);
});

test("the untrusted step has no token, no privilege and limits; nobody else has its scratch", () => {
  const { writes = [] } = decide({ build: running(BEGUN, { commit: hash("b") }), tokens: { clone: "c", push: "p" } });
  const spec = (writes.at(-1)?.object as Pod | undefined)?.spec;
  const all = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const mounts = Object.fromEntries(
    all.map(({ name, volumeMounts = [] }) => [name, volumeMounts.map((each) => each.name)]),
  );
  assert.deepEqual(mounts, {
    clone: ["workspace", "clone-scratch", "steps", "clone-token"],
    build: ["workspace", "build-scratch", "steps"],
    pack: ["workspace", "pack-scratch", "steps", "push-token"],
  });
  assert.equal(spec?.automountServiceAccountToken, false);
  for (const { securityContext, resources } of all) {
    assert.equal(securityContext?.allowPrivilegeEscalation, false);
    assert.deepEqual(securityContext?.capabilities?.drop, ["ALL"]);
    for (const name of ["cpu", "memory", "ephemeral-storage"]) assert.ok(resources?.limits?.[name], name);
  }
});
