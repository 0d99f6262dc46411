// Rollouts: which release serves, what is written for it, and what becomes of the others, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Deployment, Ingress, Release, Service } from "@knots/api";
import type { KubeObject } from "@knots/machinery";
import { deepFreeze } from "@knots/std";
import { aRelease, aSite, microAt } from "../../../../testkit/delivery-objects.ts";
import { aPod, at, NOON } from "../../../../testkit/objects.ts";
import { covers } from "./covers.ts";
import { plan, type RolloutSnapshot } from "./plan.ts";
import { DEFAULT_SERVING, deploymentOf, ingressOf, serviceOf } from "./workload.ts";

const NOW = NOON + 60_000;
const site = aSite("one");
const served = { phase: "Active" as const, switchedAt: microAt(5) };

const stored = <T>(object: KubeObject): T =>
  ({ ...object, metadata: { ...object.metadata, uid: "x", generation: 1, creationTimestamp: at(0) } }) as T;
/** A Deployment of a release; `complete` when all its pods are available. */
function deployed(release: Release, status: Deployment["status"] = {}): Deployment {
  return { ...stored<Deployment>(deploymentOf(site, release, DEFAULT_SERVING)), status };
}
const complete = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
const rolling = { observedGeneration: 1, replicas: 2, updatedReplicas: 1, availableReplicas: 1 };
const stuck = {
  ...rolling,
  conditions: [{ type: "Progressing", status: "False" as const, reason: "ProgressDeadlineExceeded" }],
};
const parts = (release: Release): Pick<RolloutSnapshot, "service" | "ingress"> => ({
  service: stored<Service>(serviceOf(site, release)),
  ingress: stored<Ingress>(ingressOf(site, DEFAULT_SERVING) ?? ({} as never)),
});

function decide(change: Partial<RolloutSnapshot>, now = NOW) {
  const snapshot: RolloutSnapshot = {
    site,
    releases: [],
    deployment: undefined,
    service: undefined,
    ingress: undefined,
    pods: [],
    settings: DEFAULT_SERVING,
    ...change,
  };
  return plan(deepFreeze(snapshot), now);
}
function brief(change: Partial<RolloutSnapshot>, now = NOW): string {
  return (decide(change, now).writes ?? [])
    .map(({ verb, kind, object }) => {
      const { phase } = (object as Release).status ?? {};
      return kind.kind === "Release" && verb === "update" ? `${object.metadata.name} ${phase}` : `${verb} ${kind.kind}`;
    })
    .join(", ");
}

const first = aRelease("one", 1);
const second = aRelease("one", 2);
const live = aRelease("one", 1, { status: served });

test("which release serves", () => {
  const rows: readonly (readonly [string, Partial<RolloutSnapshot>, string])[] = [
    ["a site without releases gets nothing", {}, ""],
    [
      "the first release gets a Deployment, a Service and an Ingress",
      { releases: [first] },
      "create Deployment, create Service, create Ingress, one-1 RollingOut",
    ],
    [
      "a newer release changes the Deployment only",
      { releases: [live, second], deployment: deployed(live, complete), ...parts(live) },
      "update Deployment, one-2 RollingOut",
    ],
    [
      "while it rolls out the old one is active",
      {
        releases: [live, aRelease("one", 2, { status: { phase: "RollingOut", observedGeneration: 1 } })],
        deployment: deployed(second, rolling),
        ...parts(live),
      },
      "one-2 RollingOut",
    ],
    [
      "when all its pods are available it is active and the old one is superseded",
      { releases: [live, second], deployment: deployed(second, complete), ...parts(live) },
      "one-1 Superseded, one-2 Active",
    ],
    [
      "a Deployment whose controller has not looked yet proves nothing",
      {
        releases: [live, second],
        deployment: deployed(second, { ...complete, observedGeneration: 0 }),
        ...parts(live),
      },
      "one-2 RollingOut",
    ],
    [
      "a rollout without progress has failed, and is not written out again",
      { releases: [live, second], deployment: deployed(second, stuck), ...parts(live) },
      "one-2 Failed",
    ],
    [
      "after a failure the Deployment goes back to the last good release",
      {
        releases: [live, aRelease("one", 2, { status: { phase: "Failed" } })],
        deployment: deployed(second, stuck),
        ...parts(live),
      },
      "update Deployment",
    ],
    [
      "when no release works no pods stay",
      { releases: [aRelease("one", 1, { status: { phase: "Failed" } })], deployment: deployed(first, stuck) },
      "delete Deployment",
    ],
    [
      "releases that were overtaken before they began are superseded",
      { releases: [first, second], deployment: deployed(second, complete), ...parts(first) },
      "one-1 Superseded, one-2 Active",
    ],
    [
      "a release whose image is gone fails at once",
      {
        releases: [live, aRelease("one", 2, { status: { imageKept: false } })],
        deployment: deployed(live, complete),
        ...parts(live),
      },
      "one-2 Failed",
    ],
    [
      "a site that loses its last domain loses its Ingress",
      {
        site: { ...site, status: { observedGeneration: 1, domains: [] } },
        releases: [live],
        deployment: deployed(live, complete),
        ...parts(live),
      },
      "delete Ingress",
    ],
    [
      "what belongs to somebody else is not touched",
      {
        releases: [first],
        deployment: { ...deployed(first), metadata: { ...deployed(first).metadata, ownerReferences: [] } },
      },
      "",
    ],
    [
      "a site that is being deleted is left to the collector",
      { site: aSite("one", { meta: { deletionTimestamp: at(0) } }), releases: [first] },
      "",
    ],
  ];
  for (const [sentence, change, expected] of rows) assert.equal(brief(change), expected, sentence);
});

test("a settled site writes nothing", () => {
  const settled = aRelease("one", 1, { status: { ...served, observedGeneration: 1 } });
  assert.equal(brief({ releases: [settled], deployment: deployed(settled, complete), ...parts(settled) }), "");
});

test("more pods or other domains need no release", () => {
  const settled = aRelease("one", 1, { status: { ...served, observedGeneration: 1 } });
  const more = aSite("one", { spec: { replicas: 3 } });
  const common = { releases: [settled], deployment: deployed(settled, complete), ...parts(settled) };
  assert.equal(brief({ ...common, site: more }), "update Deployment");
  const moved = aSite("one", { spec: { domains: ["a.test", "b.test"] } });
  assert.equal(brief({ ...common, site: moved }), "update Ingress");
});

test("why a release failed is said in the words of whoever knows best", () => {
  const annotations = { "knots.dev/release": "one-2" };
  const pod = (status: object) => aPod("p", { meta: { annotations }, status });
  const container = { name: "site", image: "i", imageID: "", ready: false, restartCount: 2 };
  const rows: readonly (readonly [string, ReturnType<typeof aPod>[], RegExp])[] = [
    ["no pod", [], /\(no pod has started\)/],
    [
      "no room",
      [pod({ conditions: [{ type: "PodScheduled", status: "False", message: "Insufficient cpu" }] })],
      /Insufficient cpu/,
    ],
    [
      "no image",
      [
        pod({
          containerStatuses: [
            { ...container, state: { waiting: { reason: "ImagePullBackOff", message: "not found" } } },
          ],
        }),
      ],
      /ImagePullBackOff: not found/,
    ],
    [
      "a crash",
      [pod({ containerStatuses: [{ ...container, state: {}, lastState: { terminated: { exitCode: 3 } } }] })],
      /ended with exit code 3/,
    ],
    [
      "an unanswered probe",
      [pod({ conditions: [{ type: "Ready", status: "False", message: "not ready: [site]" }] })],
      /not ready: \[site\]/,
    ],
  ];
  for (const [sentence, pods, expected] of rows) {
    const { writes = [] } = decide({
      releases: [live, second],
      deployment: deployed(second, stuck),
      pods,
      ...parts(live),
    });
    const failed = writes.map(({ object }) => (object as Release).status).find((status) => status?.phase === "Failed");
    assert.match(failed?.failure?.message ?? "", expected, sentence);
    assert.match(failed?.failure?.message ?? "", /within 120 seconds/, sentence);
  }
});

test("past releases beyond the number go, those that never served count apart, the served one stays", () => {
  const keep = { releases: 1 };
  const past = [1, 2, 3].map((number) =>
    aRelease("one", number, { status: { phase: "Superseded", switchedAt: microAt(number), observedGeneration: 1 } }),
  );
  const failed = [4, 5].map((number) =>
    aRelease("one", number, { status: { phase: "Failed", observedGeneration: 1 } }),
  );
  const active = aRelease("one", 6, { status: { ...served, observedGeneration: 1 } });
  const common = { releases: [...past, ...failed, active], deployment: deployed(active, complete), ...parts(active) };
  const gone = (retention: object, now = NOW): string =>
    (decide({ ...common, site: aSite("one", { spec: { retention } }) }, now).writes ?? [])
      .filter(({ verb }) => verb === "delete")
      .map(({ object }) => object.metadata.name ?? "")
      .sort()
      .join(" ");
  assert.equal(gone(keep), "one-1 one-2 one-4");
  assert.equal(gone({ ...keep, days: 1 }), "", "the young stay");
  assert.equal(gone({ ...keep, days: 1 }, NOW + 86_400_000), "one-1 one-2 one-4");
  assert.equal(gone({}), "");
});

test("covering ignores what the server filled in, and nothing else", () => {
  const wanted = { a: 1, list: [{ name: "x" }] };
  const rows: readonly (readonly [string, unknown, boolean])[] = [
    ["equal", wanted, true],
    ["more fields", { ...wanted, b: 2 }, true],
    ["more fields inside lists", { a: 1, list: [{ name: "x", port: 80 }] }, true],
    ["longer lists", { a: 1, list: [{ name: "x" }, { name: "y" }] }, false],
    ["another value", { a: 2, list: [{ name: "x" }] }, false],
    ["a missing field", { list: [{ name: "x" }] }, false],
    ["nothing", undefined, false],
  ];
  for (const [sentence, actual, expected] of rows) assert.equal(covers(actual, wanted), expected, sentence);
});
