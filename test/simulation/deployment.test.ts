// A Deployment in a simulated cluster: it rolls, rolls back, scales and survives a node, in virtual time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Deployment, Pod, ReplicaSet } from "@knots/api";
import { deploymentController, replicaSetController } from "@knots/controllers";
import { conditionOf } from "@knots/machinery";
import { startWorld, type World } from "../../testkit/world.ts";

const KEY = { namespace: "default", name: "web" };
const controllers = () => [deploymentController, replicaSetController];
const behaviour = () => ({ startAfter: 500, readyAfter: 1500, stopAfter: 1000 });

const template = (image: string) => ({
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "app", image }], terminationGracePeriodSeconds: 30 },
});
async function deploy({ client }: World, replicas: number): Promise<void> {
  await client.create(Deployment, {
    metadata: KEY,
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: template("web:1"),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
    },
  });
}
async function change({ client }: World, spec: object): Promise<void> {
  await client.patch(Deployment, KEY, { type: "application/merge-patch+json", body: { spec } as never });
}
async function complete({ client }: World): Promise<boolean> {
  const { metadata, spec, status } = await client.get(Deployment, KEY);
  const size = spec?.replicas ?? 0;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration } = status ?? {};
  const reached = [replicas, updatedReplicas, availableReplicas].every((count) => count === size);
  return observedGeneration === metadata.generation && reached;
}
async function imagesOf({ client }: World): Promise<readonly string[]> {
  const { items } = await client.list(Pod, { namespace: "default" });
  return items.map(({ spec }) => spec?.containers?.[0]?.image ?? "").sort();
}

test("a Deployment rolls out, rolls back and scales", async () => {
  const world = await startWorld({ seed: 1, nodes: 3, controllers, behaviour });
  await deploy(world, 3);
  await world.until("the first rollout is complete", () => complete(world));
  assert.deepEqual(await imagesOf(world), ["web:1", "web:1", "web:1"]);

  await change(world, { template: template("web:2") });
  await world.until("the second one is", () => complete(world));
  await world.clock.advance(5000);
  assert.deepEqual(await imagesOf(world), ["web:2", "web:2", "web:2"]);
  const revision = async () =>
    (await world.client.get(Deployment, KEY)).metadata.annotations?.["deployment.kubernetes.io/revision"];
  assert.equal(await revision(), "2");

  await change(world, { template: template("web:1") });
  await world.until("the rollback is", () => complete(world));
  assert.equal(await revision(), "3");
  assert.equal((await world.client.list(ReplicaSet, {})).items.length, 2, "the first set is used again");

  await change(world, { replicas: 6 });
  await world.until("it has grown", () => complete(world));
  await change(world, { replicas: 1 });
  await world.until("it has shrunk", () => complete(world));
  const { status } = await world.client.get(Deployment, KEY);
  assert.equal(conditionOf(status?.conditions, "Progressing")?.reason, "NewReplicaSetAvailable");
  await world.close();
});
