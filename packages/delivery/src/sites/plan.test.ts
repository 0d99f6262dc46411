// Sites: domains, readiness, what their builds mount, and what their past keeps, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Build, ConfigMap, Release, Site } from "@knots/api";
import { deepFreeze } from "@knots/std";
import { aBuild, aRelease, aSite, hash, microAt } from "../../../../testkit/delivery-objects.ts";
import { aDeployment, at, managedBy, meta, NOON } from "../../../../testkit/objects.ts";
import { type Claimant, claimedHosts, divide } from "./claims.ts";
import { plan } from "./plan.ts";
import type { SiteSnapshot } from "./snapshot.ts";

const NOW = NOON + 60_000;
const site = aSite("one");
const files = { npmrc: "audit=false\n" };
const config: ConfigMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: meta("one-build", { ownerReferences: managedBy(site) }),
  data: files,
};

function decide(change: Partial<SiteSnapshot>, now = NOW) {
  const snapshot: SiteSnapshot = {
    site,
    rivals: new Map(),
    builds: [],
    releases: [],
    deployment: undefined,
    config,
    foreign: undefined,
    buildFiles: files,
    urlOf: (domain) => `http://${domain}`,
    pushUrlOf: (namespace, name) => `https://git/${namespace}/${name}.git`,
    ...change,
  };
  return plan(deepFreeze(snapshot), now);
}
const statusOf = (change: Partial<SiteSnapshot>) => (decide(change).status as Site | undefined)?.status;
const readyOf = (change: Partial<SiteSnapshot>) => statusOf(change)?.conditions?.find(({ type }) => type === "Ready");

const active = aRelease("one", 1, { status: { phase: "Active", switchedAt: microAt(1) } });
const available = aDeployment("one", 1, { status: { availableReplicas: 1 } });
const failure = { step: "build", reason: "BuildScriptFailed", message: "It failed." };

test("whether a site is ready, and why not", () => {
  const rows: readonly (readonly [string, Partial<SiteSnapshot>, string, RegExp])[] = [
    [
      "nothing was pushed yet",
      {},
      "False NothingPushed",
      /branch main has no commit yet; push one to https:\/\/git\/default\/one.git/,
    ],
    [
      "an outside repository is waited for",
      { site: aSite("one", { spec: { repository: { url: "https://x/a.git" } } }) },
      "False WaitingForCommit",
      /branch main in https:\/\/x\/a.git/,
    ],
    ["the first build runs", { builds: [aBuild("one", 1)] }, "False Building", /Commit aaaaaaaa/],
    [
      "the site is paused before its first build",
      { site: aSite("one", { spec: { paused: true } }), builds: [aBuild("one", 1)] },
      "False Paused",
      /spec.paused/,
    ],
    [
      "the first build has failed",
      { builds: [aBuild("one", 1, { status: { phase: "Failed", failure } })] },
      "False NeverReleased",
      /: It failed\.$/,
    ],
    ["the first release rolls out", { releases: [aRelease("one", 1)] }, "False RollingOut", /one-1/],
    ["a release serves", { releases: [active], deployment: available }, "True Serving", /Release one-1/],
    [
      "a release serves while the newest build has failed",
      {
        releases: [active],
        deployment: available,
        builds: [aBuild("one", 2, { status: { phase: "Failed", failure } })],
      },
      "True Serving",
      /one-1/,
    ],
    [
      "its pods are gone",
      { releases: [active], deployment: aDeployment("one", 1) },
      "False Unavailable",
      /kts site logs/,
    ],
    [
      "it is scaled to zero",
      { site: aSite("one", { spec: { replicas: 0 } }), releases: [active] },
      "False ScaledToZero",
      /spec.replicas/,
    ],
    ["a name is taken", { foreign: "Deployment default/one" }, "False NameTaken", /^Deployment default\/one exists/],
  ];
  for (const [sentence, change, expected, message] of rows) {
    const ready = readyOf(change);
    assert.equal(`${ready?.status} ${ready?.reason}`, expected, sentence);
    assert.match(ready?.message ?? "", message, sentence);
  }
});

const claim = (kind: Claimant["kind"], name: string, since: number): Claimant => ({
  kind,
  namespace: "other",
  name,
  uid: name,
  since: at(since),
});

test("who has a domain", () => {
  const rows: readonly (readonly [string, readonly Claimant[], string])[] = [
    ["nobody else wants it", [], "accepted"],
    ["an older site has it", [claim("Site", "x", -1)], "other/x"],
    ["a younger site does not", [claim("Site", "x", 1)], "accepted"],
    ["an older Ingress has it", [claim("Ingress", "x", -1)], "other/x"],
    ["a younger Ingress does not", [claim("Ingress", "x", 1)], "accepted"],
    ["of the same second, an Ingress", [claim("Ingress", "x", 0)], "other/x"],
    ["of the same second, the site whose name comes first", [claim("Site", "x", 0)], "accepted"],
    ["the oldest of several", [claim("Site", "x", -1), claim("Site", "y", -2)], "other/y"],
  ];
  for (const [sentence, rivals, expected] of rows) {
    const { lost } = divide(site, new Map([["one.localhost", rivals]]));
    const owner = lost[0]?.owner;
    assert.equal(owner ? `${owner.namespace}/${owner.name}` : "accepted", expected, sentence);
  }
});

test("a lost domain is named with its owner, once as an event, and the others are served", () => {
  const two = aSite("one", { spec: { domains: ["a.test", "b.test"] } });
  const rivals = new Map([["a.test", [claim("Ingress", "shop", -5)]]]);
  const decided = decide({ site: two, rivals });
  const { status } = decided.status as Site;
  assert.deepEqual([status?.domains, status?.url], [["b.test"], "http://b.test"]);
  const message = "The domain a.test is taken by Ingress other/shop; choose another one or remove it there.";
  assert.equal(status?.conditions?.find(({ type }) => type === "DomainsAccepted")?.message, message);
  assert.deepEqual(
    decided.events?.map((event) => event.message),
    [message],
  );
  assert.deepEqual(decide({ site: decided.status as Site, rivals }).events, []);
  assert.equal(readyOf({ rivals: new Map([["one.localhost", [claim("Site", "x", -1)]]]) })?.reason, "NoDomain");
});

test("an Ingress of a site claims nothing for itself", () => {
  const rules = [{ host: "a.test" }, { host: "a.test" }, {}];
  const ingress = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: meta("x"), spec: { rules } };
  assert.deepEqual(claimedHosts(ingress), ["a.test"]);
  assert.deepEqual(claimedHosts({ ...ingress, metadata: meta("x", { ownerReferences: managedBy(site) }) }), []);
});

test("the status tells the newest build, the served release and what went wrong last", () => {
  const bad = (number: number): Build =>
    aBuild("one", number, { status: { phase: "Failed", failure }, spec: { commit: hash("b") } });
  const fine = (number: number): Build => aBuild("one", number, { status: { phase: "Succeeded" } });
  const failed = (number: number): Release => aRelease("one", number, { status: { phase: "Failed", failure } });
  const rows: readonly (readonly [string, readonly Build[], readonly Release[], string])[] = [
    ["a build that failed", [bad(2)], [active], "one-2 bbbb active one-1 last 2 BuildScriptFailed"],
    ["a newer build makes it forgotten", [bad(2), fine(3)], [active], "one-3 aaaa active one-1 last 3 "],
    ["a release that failed", [fine(2)], [active, failed(2)], "one-2 aaaa active one-1 last 2 BuildScriptFailed"],
    [
      "a rollback makes it forgotten",
      [bad(2)],
      [aRelease("one", 3, { status: { phase: "Active" } })],
      "one-2 bbbb active one-3 last 3 ",
    ],
  ];
  for (const [sentence, builds, releases, expected] of rows) {
    const status = statusOf({ builds, releases });
    const { latestBuild, latestCommit, active: served, lastNumber, lastFailure } = status ?? {};
    const text = `${latestBuild} ${latestCommit?.slice(0, 4)} active ${served?.name} last ${lastNumber} ${lastFailure?.reason ?? ""}`;
    assert.equal(text, expected, sentence);
  }
});

test("numbers are never used again, whatever was deleted", () => {
  assert.equal(
    statusOf({ site: aSite("one", { status: { lastNumber: 7 } }), builds: [aBuild("one", 2)] })?.lastNumber,
    7,
  );
});

test("what builds mount is made, kept up to date, and left alone when it is somebody else's", () => {
  const verbs = (change: Partial<SiteSnapshot>): string =>
    (decide(change).writes ?? []).map(({ verb, object }) => `${verb} ${object.metadata.name}`).join(" ");
  assert.equal(verbs({ config: undefined }), "create one-build");
  assert.equal(verbs({}), "");
  assert.equal(verbs({ buildFiles: { npmrc: "new" } }), "update one-build");
  assert.equal(verbs({ buildFiles: { npmrc: "new" }, config: { ...config, metadata: meta("one-build") } }), "");
});

test("ended builds beyond the number go; the newest and the unfinished stay", () => {
  const ended = (number: number): Build => aBuild("one", number, { status: { phase: "Failed" } });
  const builds = [ended(1), ended(2), ended(3), aBuild("one", 4), ended(5)];
  const gone = (retention: object, now = NOW): string =>
    (decide({ site: aSite("one", { spec: { retention } }), builds }, now).writes ?? [])
      .map(({ object }) => object.metadata.name ?? "")
      .sort()
      .join(" ");
  assert.equal(gone({ builds: 1 }), "one-1 one-2");
  assert.equal(gone({ builds: 1, days: 1 }), "");
  assert.equal(gone({ builds: 1, days: 1 }, NOW + 86_400_000), "one-1 one-2");
  assert.equal(gone({}), "");
});
