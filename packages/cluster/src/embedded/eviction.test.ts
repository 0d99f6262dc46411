// Evictions and budgets in virtual time: what a drain may take and when, and what the pods say about it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Deployment, Pod, PodDisruptionBudget } from "@knots/api";
import { conditionOf, isApiError, type NewObject } from "@knots/machinery";
import { Cluster } from "./cluster.ts";

const MINUTE = 60_000;
const KEY = { namespace: "default", name: "web" };
const labels = { app: "web" };
const web: NewObject<typeof Deployment> = {
  metadata: KEY,
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "nginx" }] } },
  },
};
const podsOf = async ({ client }: Cluster) => (await client.list(Pod, { namespace: "default" })).items;
const budgetOf = async ({ client }: Cluster) => (await client.get(PodDisruptionBudget, KEY)).status;
const evict = ({ client }: Cluster, { metadata }: Pod): Promise<unknown> =>
  client.createSubresource(Pod, metadata, "eviction", {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { namespace: metadata.namespace, name: metadata.name },
  });
const refused = (error: unknown): boolean => isApiError(error, "TooManyRequests");

async function guarded(spec: NonNullable<PodDisruptionBudget["spec"]>): Promise<Cluster> {
  const behaviour = () => ({ startAfter: 1000, readyAfter: 4000, stopAfter: 2000 });
  const cluster = await Cluster.start({ nodes: 3, behaviour });
  await cluster.client.create(Deployment, web);
  await cluster.client.create(PodDisruptionBudget, {
    metadata: KEY,
    spec: { selector: { matchLabels: labels }, ...spec },
  });
  await cluster.until(async () => (await budgetOf(cluster))?.currentHealthy === 3, MINUTE);
  return cluster;
}

test("one pod goes, the next only when its successor is ready, and there are never fewer than allowed (LIFE-16)", async () => {
  await using cluster = await guarded({ maxUnavailable: "30%" });
  const first = await podsOf(cluster);
  const ready = async (): Promise<number> =>
    (await podsOf(cluster)).filter(
      ({ metadata, status }) =>
        !metadata.deletionTimestamp && conditionOf(status?.conditions, "Ready")?.status === "True",
    ).length;
  let refusals = 0;
  for (const pod of first) {
    await cluster.until(async () => {
      try {
        await evict(cluster, pod);
        return true;
      } catch (error) {
        assert.ok(refused(error), String(error));
        refusals++;
        assert.ok((await ready()) >= 2);
        return false;
      }
    }, 5 * MINUTE);
    assert.ok((await ready()) >= 2);
  }
  assert.ok(refusals > 2, `${refusals} refusals`);
  await cluster.until(async () => (await budgetOf(cluster))?.disruptionsAllowed === 1, MINUTE);
  const uids = new Set(first.map(({ metadata }) => metadata.uid));
  assert.ok((await podsOf(cluster)).every(({ metadata }) => !uids.has(metadata.uid)));
});

test("an evicted pod says why it goes; a refused one says nothing", async () => {
  await using cluster = await guarded({ minAvailable: 2 });
  const [gone, stays] = await podsOf(cluster);
  assert.ok(gone && stays);
  await evict(cluster, gone);
  await assert.rejects(evict(cluster, stays), refused);
  const target = async ({ metadata }: Pod) =>
    conditionOf((await cluster.client.get(Pod, metadata)).status?.conditions, "DisruptionTarget");
  const { lastTransitionTime: _when, ...mark } = { ...(await target(gone)) };
  assert.deepEqual(mark, {
    type: "DisruptionTarget",
    status: "True",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
  });
  assert.equal(await target(stays), undefined);
});

test("a pod that is not ready may go when its budget lets it", async () => {
  for (const [unhealthyPodEvictionPolicy, allowed] of [
    ["IfHealthyBudget", false],
    ["AlwaysAllow", true],
  ] as const) {
    const script = { startAfter: 0, readyAfter: 60 * MINUTE };
    await using cluster = await Cluster.start({ nodes: 1, behaviour: () => script });
    await cluster.client.create(Deployment, web);
    await cluster.client.create(PodDisruptionBudget, {
      metadata: KEY,
      spec: { selector: { matchLabels: labels }, minAvailable: 1, unhealthyPodEvictionPolicy },
    });
    const running = async () => (await podsOf(cluster)).every(({ status }) => status?.phase === "Running");
    await cluster.until(async () => (await budgetOf(cluster))?.expectedPods === 3 && (await running()), MINUTE);
    const [pod] = await podsOf(cluster);
    assert.ok(pod);
    const done = evict(cluster, pod);
    await (allowed ? done : assert.rejects(done, refused));
  }
});
