// Marks, resets and forks of an embedded cluster: one start shared by many tests, and "what if" on a copy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigMap, Deployment, Namespace, Node, Pod } from "@knots/api";
import { createInformers } from "@knots/client";
import type { NewObject } from "@knots/machinery";
import { defined, seededRandom, silentLogger } from "@knots/std";
import type { WatchBatch } from "@knots/store";
import { Cluster } from "./cluster.ts";

const here = { namespace: "default" };
const configMap = (name: string, value: string): NewObject<typeof ConfigMap> => ({
  metadata: { name, ...here },
  data: { value },
});
const labels = { app: "web" };
const web: NewObject<typeof Deployment> = {
  metadata: { name: "web", ...here },
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "nginx:1.20.2" }] } },
  },
};
const running = async ({ client }: Cluster): Promise<number> =>
  (await client.list(Pod, here)).items.filter(({ status }) => status?.phase === "Running").length;
const names = async ({ client }: Cluster): Promise<string[]> =>
  (await client.list(ConfigMap, here)).items.map(({ metadata }) => metadata.name ?? "");

test("a reset brings every object back, deletes what is new, and never lets a revision go back (EMB-03)", async () => {
  await using cluster = await Cluster.start({ nodes: 0, controllers: false });
  const { client } = cluster;
  const kept = await client.create(ConfigMap, configMap("kept", "1"));
  await cluster.mark("clean");
  await client.update(ConfigMap, { ...kept, data: { value: "2" } });
  await client.create(ConfigMap, configMap("new", "1"));
  await client.create(Namespace, { metadata: { name: "extra" } });
  const before = Number((await client.list(ConfigMap, here)).metadata.resourceVersion);
  await cluster.reset("clean");
  assert.deepEqual(await names(cluster), ["kept"]);
  const now = await client.get(ConfigMap, { ...here, name: "kept" });
  assert.deepEqual([now.data?.["value"], now.metadata.uid], ["1", kept.metadata.uid]);
  assert.ok(Number(now.metadata.resourceVersion) > before, "revisions go on");
  assert.equal(await client.find(Namespace, { name: "extra" }), undefined);
  await assert.rejects(client.update(ConfigMap, kept), /the object has been modified/);
  await assert.rejects(cluster.reset("unknown"), /no state was marked "unknown"; marked: clean/);
});

test("informers that run through a reset see it as changes", async () => {
  await using cluster = await Cluster.start({ nodes: 0, controllers: false });
  await cluster.client.create(ConfigMap, configMap("a", "1"));
  await cluster.mark("start");
  const { client, clock } = cluster;
  const informers = createInformers({ client, clock, random: seededRandom(1), log: silentLogger });
  const maps = informers.informer(ConfigMap, here);
  await maps.synced();
  await client.create(ConfigMap, configMap("b", "1"));
  await client.delete(ConfigMap, { ...here, name: "a" });
  await cluster.until(() => maps.list().length === 1);
  await cluster.reset("start");
  await cluster.until(() => maps.list().some(({ metadata }) => metadata.name === "a"));
  assert.deepEqual(
    maps.list().map(({ metadata }) => metadata.name),
    ["a"],
  );
  await informers.close();
});

test("controllers, scheduler and nodes go on after a reset: a deleted workload runs again", async () => {
  await using cluster = await Cluster.start({ nodes: 2 });
  await cluster.client.create(Deployment, web);
  await cluster.until(async () => (await running(cluster)) === 3);
  await cluster.mark("running");
  await cluster.client.delete(Deployment, { ...here, name: "web" });
  await cluster.until(async () => (await cluster.client.list(Pod, here)).items.length === 0);
  await cluster.reset("running");
  await cluster.until(async () => (await running(cluster)) === 3);
  const deployment = await cluster.client.get(Deployment, { ...here, name: "web" });
  assert.equal(deployment.status?.readyReplicas, 3);
});

test("a fork goes its own way, with its own time, and the original never notices", async () => {
  await using cluster = await Cluster.start({ nodes: 2 });
  await cluster.client.create(Deployment, web);
  await cluster.until(async () => (await running(cluster)) === 3);
  await cluster.mark("three");
  const { revision } = await cluster.server.store.status();
  const now = cluster.clock.now();
  {
    await using fork = await cluster.fork("three");
    assert.equal(fork.clock.now(), now);
    await fork.client.patch(
      Deployment,
      { ...here, name: "web" },
      { type: "application/merge-patch+json", body: { spec: { replicas: 5 } } },
    );
    await fork.until(async () => (await running(fork)) === 5);
    assert.equal((await fork.client.list(Node)).items.length, 2);
    assert.equal(await running(cluster), 3);
  }
  assert.equal(cluster.clock.now(), now, "its time stood still");
  assert.equal((await cluster.server.store.status()).revision, revision, "and nothing was written to it");
});

test("going back costs what differs, not what there is", async () => {
  await using cluster = await Cluster.start({ nodes: 0, controllers: false });
  const { client } = cluster;
  for (let n = 0; n < 2000; n++) await client.create(ConfigMap, configMap(`m-${n}`, "1"));
  await cluster.mark("full");
  await client.create(ConfigMap, configMap("one-more", "1"));
  const watch = cluster.server.store.watch({ start: "/registry/", end: "/registry0" });
  await cluster.reset("full");
  const { value } = (await watch.next()) as IteratorResult<WatchBatch, undefined>;
  assert.deepEqual(
    defined(value, "a batch").events.map(({ type }) => type),
    ["delete"],
  );
  await watch.return?.();
});
