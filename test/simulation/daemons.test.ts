// A DaemonSet in a simulated cluster: one pod on every node, updates, and nodes that are cordoned, in virtual time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ControllerRevision, DaemonSet, Node, Pod } from "@knots/api";
import { controllers } from "@knots/controllers";
import { startWorld, type World } from "../../testkit/world.ts";

const KEY = { namespace: "default", name: "log" };
const template = (image: string) => ({
  metadata: { labels: { app: "log" } },
  spec: { containers: [{ name: "app", image }], terminationGracePeriodSeconds: 30 },
});
async function change({ client }: World, spec: object): Promise<void> {
  await client.patch(DaemonSet, KEY, { type: "application/merge-patch+json", body: { spec } as never });
}
async function complete({ client }: World): Promise<boolean> {
  const { metadata, status } = await client.get(DaemonSet, KEY);
  const { desiredNumberScheduled = 0, updatedNumberScheduled, numberAvailable, observedGeneration } = status ?? {};
  const reached = [updatedNumberScheduled, numberAvailable].every((count) => count === desiredNumberScheduled);
  return observedGeneration === metadata.generation && desiredNumberScheduled === 3 && reached;
}
/** Pods as `node=image`. */
async function shape({ client }: World): Promise<string> {
  const { items } = await client.list(Pod, { namespace: "default" });
  return items
    .map(({ spec }) => `${spec?.nodeName}=${spec?.containers[0]?.image}`)
    .toSorted()
    .join(" ");
}

test("every node runs one daemon pod, through updates with a gap or a surge and back", async () => {
  const world = await startWorld({
    seed: 9,
    nodes: 3,
    behaviour: () => ({ startAfter: 500, readyAfter: 1500, stopAfter: 1000 }),
    controllers: (clock) => controllers({ clock }),
  });
  const unschedulable = { type: "application/merge-patch+json", body: { spec: { unschedulable: true } } } as const;
  await world.client.create(DaemonSet, {
    metadata: KEY,
    spec: {
      selector: { matchLabels: { app: "log" } },
      template: template("log:1"),
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    },
  });
  await world.until("it is complete", () => complete(world));
  const names = (await world.client.list(Node, {})).items.map(({ metadata }) => metadata.name).toSorted();
  const all = (image: string): string => names.map((name) => `${name}=${image}`).join(" ");
  await world.client.patch(Node, { name: names[0] ?? "" }, unschedulable);
  await change(world, { template: template("log:2") });
  await world.until("the update is complete, on a cordoned node, too", () => complete(world));
  await world.until("the old pods are gone", async () => (await shape(world)) === all("log:2"));
  await change(world, {
    template: template("log:1"),
    updateStrategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
  });
  await world.until(
    "the rollback is complete",
    async () => (await complete(world)) && (await shape(world)) === all("log:1"),
  );
  const { items } = await world.client.list(ControllerRevision, { namespace: "default" });
  assert.deepEqual(new Set(items.map(({ revision }) => revision)), new Set([2, 3]));
  await world.close();
});
