// Debian's Python client against kts up: objects, patches, watches, what is on the wire, and a copy that is kept over kill -9.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { providePython } from "../../../tools/setup/python.mjs";
import { startCluster, type TestCluster } from "./cluster.ts";
import { follow } from "./follow.ts";
import { killControlPlane } from "./kill.ts";
import { output } from "./run.ts";

const PYTHON = "/usr/bin/python3";
const modules = process.env["KNOTS_PYTHONPATH"] ?? (await providePython());
const skip = !(existsSync(PYTHON) && modules !== undefined) && "stock client python3-kubernetes is missing";
const script = (name: string): string => join(import.meta.dirname, "python", name);

let cluster: TestCluster;
const env = (): Record<string, string> => ({
  KUBECONFIG: cluster.kubeconfig,
  PYTHONPATH: modules ?? "",
  PYTHONDONTWRITEBYTECODE: "1",
});

before(async () => {
  if (skip === false) cluster = await startCluster();
});
after(() => cluster?.stop());

async function told(what: string): Promise<unknown> {
  return JSON.parse(await output(PYTHON, [script("objects.py"), what], { env: env(), limitSeconds: 60 }));
}

test("Python: objects are created, replaced, listed in pages and deleted with options; dates are dates (LIB-08)", {
  skip,
}, async () => {
  assert.deepEqual(await told("life"), {
    aware: true,
    replaced: { b: "2" },
    stale: [409, "Conflict"],
    pages: [
      ["life", "p1"],
      ["p2", "p3"],
    ],
    sameRevision: true,
    named: ["p2"],
    kept: [409, "Conflict"],
    still: "life",
    gone: "Success",
    missing: [404, "NotFound", 'configmaps "life" not found'],
    left: 0,
  });
});

test("Python: the three kinds of patches (LIB-08)", { skip }, async () => {
  assert.deepEqual(await told("patches"), {
    operations: { a: "1", b: "2" },
    strategic: ["http", "https"],
    merged: ["https"],
    wrong: [422, "Invalid", "the server rejected our request due to an error in our request"],
  });
});

test("Python: a watch tells each change once, and ends in time (LIB-08)", { skip }, async () => {
  assert.deepEqual(await told("events"), [
    ["ADDED", "V1ConfigMap", "seen", null],
    ["MODIFIED", "V1ConfigMap", "seen", { a: "1" }],
    ["DELETED", "V1ConfigMap", "seen", { a: "1" }],
  ]);
});

test("Python: bodies as they are on the wire, versions, and objects without a class (LIB-08)", { skip }, async () => {
  assert.deepEqual(await told("raw"), {
    status: 200,
    type: "application/json",
    kind: "NamespaceList",
    default: true,
    major: "1",
    apps: true,
    custom: "DeploymentList",
  });
});

test("Python: a copy that is kept by list and watch misses nothing and hears nothing twice when the server is killed (LIB-08)", {
  skip,
}, async () => {
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const namespace = "default";
  const make = (name: string) =>
    core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { made: "kept" } } } });
  await make("old");
  const changes = async (): Promise<void> => {
    await make("before");
    await killControlPlane(cluster);
    await core.deleteNamespacedConfigMap({ namespace, name: "old" });
    await make("between");
    await make("last");
  };
  let changing: Promise<void> | undefined;
  const text = await follow(PYTHON, [script("keep.py")], {
    env: env(),
    started: () => {
      changing = changes();
    },
    until: (heard) => heard.includes("new last\n"),
    limitSeconds: 60,
  });
  await changing;
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("listed"));
  assert.deepEqual(lines.toSorted(), ["gone old", "new before", "new between", "new last", "new old"]);
});
