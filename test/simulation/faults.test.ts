// Everything goes wrong by seed for a while; then the cluster comes to rest in the wanted state, and no invariant was ever broken.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds, Deployment, Pod } from "@knots/api";
import type { Faults } from "@knots/client";
import { controllers, runLoops } from "@knots/controllers";
import { audit, monitorInvariants } from "@knots/simulation";
import { seededRandom } from "@knots/std";
import { startWorld, type World } from "../../testkit/world.ts";

const TROUBLE: Faults = {
  conflict: 0.05,
  refuse: 0.05,
  lostRequest: 0.03,
  lostAnswer: 0.03,
  brokenAnswer: 0.02,
  latency: 200,
  eventDelay: 300,
  breakWatch: 0.01,
  expireWatch: 0.005,
};
const SEEDS = Array.from({ length: Number(process.env["SEEDS"] ?? 8) }, (_, index) => index + 1);
const KEY = { namespace: "default", name: "web" };

async function deploy({ client }: World): Promise<void> {
  const labels = { app: "web" };
  const requests = { cpu: "500m", memory: "64Mi" };
  const containers = [{ name: "app", image: "web:1", resources: { requests } }];
  await client.create(Deployment, {
    metadata: KEY,
    spec: {
      replicas: 5,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 2,
    },
  });
}
const change = ({ client }: World, spec: object) =>
  client.patch(Deployment, KEY, { type: "application/merge-patch+json", body: { spec } as never });

/** A user who changes his mind, and a node that fails. */
async function disturb(world: World, seed: number): Promise<number> {
  const random = seededRandom(seed + 100);
  let replicas = 5;
  for (let step = 0; step < 8; step++) {
    await world.clock.advance(random.below(20_000));
    const what = random.below(3);
    const image = `web:${random.below(3)}`;
    if (what === 0) replicas = 1 + random.below(8);
    await change(world, what === 0 ? { replicas } : { template: { metadata: { annotations: { image } } } });
    if (what === 2) world.nodes.stopNode("node-1");
    if (what === 1) await world.during(world.nodes.startNode("node-1"));
  }
  return replicas;
}

for (const seed of SEEDS) {
  test(`seed ${seed}`, async () => {
    let faults: Faults = {};
    const world = await startWorld({
      seed,
      nodes: 4,
      faults: () => faults,
      behaviour: () => ({ startAfter: 300, readyAfter: 700, stopAfter: 400 }),
      controllers: (clock) => controllers({ clock }),
      loops: (outside) => runLoops({ ...outside, kinds: () => builtinKinds }),
    });
    await world.during(world.nodes.started());
    const monitor = monitorInvariants(world.informers);
    faults = TROUBLE;
    await deploy(world);
    const replicas = await disturb(world, seed);
    faults = {};
    await world.during(world.nodes.startNode("node-1"));
    await world.until(
      "the Deployment is as wanted",
      async () => {
        const { metadata, status = {} } = await world.client.get(Deployment, KEY);
        const { replicas: all, updatedReplicas, availableReplicas, observedGeneration } = status;
        return (
          observedGeneration === metadata.generation &&
          [all, updatedReplicas, availableReplicas].every((count) => count === replicas)
        );
      },
      2000,
    );
    await world.clock.advance(120_000);
    const pods = (await world.client.list(Pod, {})).items;
    assert.equal(pods.length, replicas);
    assert.deepEqual(monitor.violations, []);
    assert.deepEqual(await audit(world.client, builtinKinds), []);
    const before = world.api.requests.length;
    await world.clock.advance(60_000);
    const writes = world.api.requests
      .slice(before)
      .filter(
        ({ verb, resource }) =>
          !["get", "list", "watch"].includes(verb) && !["leases", "nodes"].includes(resource.resource),
      );
    assert.deepEqual(
      writes.map(({ verb, resource, name }) => `${verb} ${resource.resource} ${name}`),
      [],
      "an idle cluster writes nothing but heartbeats",
    );
    monitor.close();
    await world.close();
  });
}
