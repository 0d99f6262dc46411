// A StatefulSet in a simulated cluster: it grows in order, rolls, rolls back and shrinks, in virtual time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds, ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from "@knots/api";
import { controllers, runLoops } from "@knots/controllers";
import { startWorld, type World } from "../../testkit/world.ts";

const KEY = { namespace: "default", name: "db" };
const template = (image: string) => ({
  metadata: { labels: { app: "db" } },
  spec: { containers: [{ name: "app", image }], terminationGracePeriodSeconds: 30 },
});
const start = (): Promise<World> =>
  startWorld({
    seed: 5,
    nodes: 3,
    behaviour: () => ({ startAfter: 500, readyAfter: 1500, stopAfter: 1000 }),
    controllers: (clock) => controllers({ clock }),
    loops: (outside) => runLoops({ ...outside, kinds: () => builtinKinds }),
  });

type Spec = NonNullable<StatefulSet["spec"]>;
async function create({ client }: World, replicas: number, spec: Partial<Spec> = {}): Promise<void> {
  await client.create(StatefulSet, {
    metadata: KEY,
    spec: {
      replicas,
      serviceName: "db",
      selector: { matchLabels: { app: "db" } },
      template: template("db:1"),
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      ...spec,
    },
  });
}
async function change({ client }: World, spec: object): Promise<void> {
  await client.patch(StatefulSet, KEY, { type: "application/merge-patch+json", body: { spec } as never });
}
const podsOf = async ({ client }: World): Promise<readonly Pod[]> =>
  (await client.list(Pod, { namespace: "default" })).items.toSorted((a, b) =>
    a.metadata.name < b.metadata.name ? -1 : 1,
  );
const shape = async (world: World): Promise<string> =>
  (await podsOf(world)).map(({ metadata, spec }) => `${metadata.name}=${spec?.containers[0]?.image}`).join(" ");
/** Whether the status says what `kubectl rollout status` waits for. */
async function complete({ client }: World): Promise<boolean> {
  const { metadata, spec, status } = await client.get(StatefulSet, KEY);
  const { readyReplicas = 0, replicas = 0, updatedReplicas = 0, updateRevision, currentRevision } = status ?? {};
  const counted = [readyReplicas, replicas, updatedReplicas].every((count) => count === spec?.replicas);
  return status?.observedGeneration === metadata.generation && counted && updateRevision === currentRevision;
}

test("a StatefulSet grows in order, rolls from the top, rolls back and shrinks", async () => {
  const world = await start();
  await create(world, 3);
  await world.until("the second pod is there", async () => (await podsOf(world)).length === 2);
  const [first] = await podsOf(world);
  assert.equal(first?.status?.conditions?.find(({ type }) => type === "Ready")?.status, "True");
  await world.until("it is complete", () => complete(world));
  assert.equal(await shape(world), "db-0=db:1 db-1=db:1 db-2=db:1");

  await change(world, {
    template: template("db:2"),
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } },
  });
  await world.clock.advance(60_000);
  assert.equal(await shape(world), "db-0=db:1 db-1=db:1 db-2=db:2");
  await world.client.delete(Pod, { namespace: "default", name: "db-0" });
  await world.clock.advance(60_000);
  assert.equal(await shape(world), "db-0=db:1 db-1=db:1 db-2=db:2", "below the partition the old template stays");

  await change(world, { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } });
  await world.until("the rollout is complete", () => complete(world));
  assert.equal(await shape(world), "db-0=db:2 db-1=db:2 db-2=db:2");

  await change(world, { template: template("db:1") });
  await world.until("the rollback is complete", () => complete(world));
  const { items } = await world.client.list(ControllerRevision, { namespace: "default" });
  assert.deepEqual(new Set(items.map(({ revision }) => revision)), new Set([2, 3]), "the first revision is used again");

  await change(world, { replicas: 1 });
  await world.until("it has shrunk", async () => (await shape(world)) === "db-0=db:1");
  await world.close();
});

test("claims are kept or go with their pods, as the policy says", async () => {
  const world = await start();
  const volumeClaimTemplates = [{ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"] } }] as never;
  const claims = async (): Promise<string> =>
    (await world.client.list(PersistentVolumeClaim, {})).items
      .map(({ metadata }) => metadata.name)
      .sort()
      .join(" ");
  await create(world, 2, {
    volumeClaimTemplates,
    podManagementPolicy: "Parallel",
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
  });
  await world.until("both claims are there", async () => (await claims()) === "data-db-0 data-db-1");
  await change(world, { replicas: 1 });
  await world.clock.advance(60_000);
  assert.equal(await claims(), "data-db-0 data-db-1", "kept after scaling");
  await change(world, { replicas: 2, persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete" } });
  await world.until("the second pod is back", async () => (await podsOf(world)).length === 2);
  await change(world, { replicas: 1 });
  await world.until("its claim went with it", async () => (await claims()) === "data-db-0");
  await world.client.delete(StatefulSet, KEY);
  await world.until("the other one went with the set", async () => (await claims()) === "");
  await world.until("and so did the pod", async () => (await podsOf(world)).length === 0);
  await world.close();
});
