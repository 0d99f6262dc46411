// The whole control plane in this process, in virtual time: what a user of the embedded cluster can rely on.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Deployment,
  EndpointSlice,
  Event,
  Namespace,
  Node,
  Pod,
  ReplicaSet,
  Service,
  ServiceAccount,
} from "@knots/api";
import type { NewObject } from "@knots/machinery";
import { Cluster } from "./cluster.ts";

const MINUTE = 60_000;

function deployment(name: string, namespace: string, replicas = 3): NewObject<typeof Deployment> {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "nginx:1.20.2" }] } };
  return { metadata: { name, namespace }, spec: { replicas, selector: { matchLabels: labels }, template } };
}

const readyNodes = async ({ client }: Cluster): Promise<number> =>
  (await client.list(Node)).items.filter((node) =>
    node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
  ).length;
const statusOf = async ({ client }: Cluster, name: string) =>
  (await client.get(Deployment, { namespace: "a", name })).status;
const podsOf = async ({ client }: Cluster) => (await client.list(Pod, { namespace: "a" })).items;

async function started(seed = 1): Promise<Cluster> {
  const cluster = await Cluster.start({ nodes: 3, seed });
  await cluster.until(async () => (await readyNodes(cluster)) === 3);
  await cluster.client.create(Namespace, { metadata: { name: "a" } });
  await cluster.until(
    async () => (await cluster.client.find(ServiceAccount, { namespace: "a", name: "default" })) !== undefined,
  );
  return cluster;
}

test("a Deployment becomes ready, is served, rolls to a new template and is collected when it goes (LIB-06)", async () => {
  await using cluster = await started();
  const { client } = cluster;
  await client.create(Deployment, deployment("web", "a"));
  await client.create(Service, {
    metadata: { name: "web", namespace: "a" },
    spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
  });
  await cluster.until(async () => (await statusOf(cluster, "web"))?.readyReplicas === 3, MINUTE);
  await cluster.until(async () => {
    const [slice] = (await client.list(EndpointSlice, { namespace: "a" })).items;
    return slice?.endpoints?.filter(({ conditions }) => conditions?.ready).length === 3;
  }, MINUTE);
  const body = { spec: { template: { spec: { containers: [{ name: "c", image: "nginx:1.21" }] } } } };
  await client.patch(
    Deployment,
    { namespace: "a", name: "web" },
    { type: "application/strategic-merge-patch+json", body },
  );
  await cluster.until(async () => {
    const status = await statusOf(cluster, "web");
    return (
      status?.observedGeneration === 2 &&
      status.updatedReplicas === 3 &&
      status.replicas === 3 &&
      status.readyReplicas === 3
    );
  }, 5 * MINUTE);
  const revisions = (await client.list(ReplicaSet, { namespace: "a" })).items.map((set) => [
    set.metadata.annotations?.["deployment.kubernetes.io/revision"],
    set.spec?.replicas,
  ]);
  assert.deepEqual(
    revisions.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
    [
      ["1", 0],
      ["2", 3],
    ],
  );
  await client.delete(Deployment, { namespace: "a", name: "web" });
  await cluster.until(async () => (await podsOf(cluster)).length === 0, 5 * MINUTE);
  assert.equal((await client.list(ReplicaSet, { namespace: "a" })).items.length, 0);
});

test("pods of a silent node move after 50 s and 300 s, and when it returns nothing runs twice", async () => {
  await using cluster = await started();
  const { client, clock, nodes } = cluster;
  await client.create(Deployment, deployment("web", "a"));
  await cluster.until(async () => (await statusOf(cluster, "web"))?.readyReplicas === 3, MINUTE);
  const silentSince = clock.now();
  nodes?.stopNode("node-2");
  await cluster.until(async () => (await readyNodes(cluster)) === 2, 2 * MINUTE);
  assert.ok(clock.now() - silentSince >= 40_000, "not before the grace period");
  const elsewhere = async (): Promise<number> =>
    (await podsOf(cluster)).filter(({ spec, status }) => spec.nodeName !== "node-2" && status?.phase === "Running")
      .length;
  await cluster.until(async () => (await elsewhere()) === 3, 10 * MINUTE);
  assert.ok(clock.now() - silentSince >= 340_000, "not before the tolerations end");
  await nodes?.startNode("node-2");
  await cluster.until(
    async () => (await readyNodes(cluster)) === 3 && (await podsOf(cluster)).length === 3,
    2 * MINUTE,
  );
  assert.deepEqual((await client.get(Node, { name: "node-2" })).spec?.taints ?? [], []);
});

test("a namespace goes with everything in it", async () => {
  await using cluster = await started();
  const { client } = cluster;
  await client.create(Deployment, deployment("web", "a"));
  await cluster.until(async () => (await statusOf(cluster, "web"))?.readyReplicas === 3, MINUTE);
  await client.delete(Namespace, { name: "a" });
  await cluster.until(async () => (await client.find(Namespace, { name: "a" })) === undefined, 5 * MINUTE);
  assert.deepEqual(await podsOf(cluster), []);
});

/** The history of a short life: every object with its revision, and every event. */
async function history(seed: number): Promise<string> {
  await using cluster = await started(seed);
  await cluster.client.create(Deployment, deployment("web", "a"));
  await cluster.until(async () => (await statusOf(cluster, "web"))?.readyReplicas === 3, MINUTE);
  await cluster.advance(MINUTE);
  const events = (await cluster.client.list(Event)).items.map(({ reason, message }) => `${reason} ${message}`);
  const pods = (await podsOf(cluster)).map(
    ({ metadata, spec }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion} ${spec.nodeName}`,
  );
  return [...pods, ...events].join("\n");
}

test("the same seed gives the same history, another seed another one (EMB-04)", async () => {
  const first = await history(7);
  assert.equal(await history(7), first);
  assert.notEqual(await history(8), first);
});

test("many clusters live side by side, start quickly and leave nothing (EMB-02)", async () => {
  const clusters = await Promise.all(Array.from({ length: 10 }, (_, seed) => Cluster.start({ seed, nodes: 1 })));
  await Promise.all(
    clusters.map(({ client }, index) => client.create(Namespace, { metadata: { name: `only-${index}` } })),
  );
  for (const [index, { client }] of clusters.entries()) {
    const names = (await client.list(Namespace)).items
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith("only-"));
    assert.deepEqual(names, [`only-${index}`]);
  }
  await Promise.all(clusters.map((cluster) => cluster.close()));
  const resources = process.getActiveResourcesInfo().filter((name) => name === "Timeout" || name.startsWith("TCP"));
  assert.deepEqual(resources, []);
});
