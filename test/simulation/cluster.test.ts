// The whole control plane in virtual time: services, namespaces, garbage, nodes that die and return; the same seed gives the same history.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  builtinKinds,
  ConfigMap,
  Deployment,
  EndpointSlice,
  Endpoints,
  Namespace,
  Node,
  Pod,
  ReplicaSet,
  Service,
  ServiceAccount,
} from "@knots/api";
import { controllers, runLoops } from "@knots/controllers";
import { conditionOf } from "@knots/machinery";
import { startWorld, type World, type WorldOptions } from "../../testkit/world.ts";

const start = (change: Partial<WorldOptions> = {}): Promise<World> =>
  startWorld({
    seed: 7,
    nodes: 3,
    behaviour: () => ({ startAfter: 200, readyAfter: 800, stopAfter: 500 }),
    controllers: (clock) => controllers({ clock, rootCa: "PEM" }),
    loops: (outside) => runLoops({ ...outside, kinds: () => builtinKinds }),
    ...change,
  });

const TOLERATIONS = ["not-ready", "unreachable"].map((name) => ({
  key: `node.kubernetes.io/${name}`,
  operator: "Exists" as const,
  effect: "NoExecute" as const,
  tolerationSeconds: 300,
}));
async function deploy({ client }: World, replicas: number, namespace = "default"): Promise<void> {
  const labels = { app: "web" };
  const ports = [{ name: "http", containerPort: 8080, protocol: "TCP" as const }];
  const spec = { containers: [{ name: "app", image: "web:1", ports }], tolerations: TOLERATIONS };
  await client.create(Deployment, {
    metadata: { name: "web", namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
    },
  });
}
const available = async ({ client }: World, namespace = "default"): Promise<number> =>
  (await client.get(Deployment, { namespace, name: "web" })).status?.availableReplicas ?? 0;
const podsIn = async ({ client }: World, namespace = "default") => (await client.list(Pod, { namespace })).items;

test("a service's slices and endpoints follow its pods", async () => {
  const world = await start();
  await world.client.create(Service, {
    metadata: { name: "web", namespace: "default" },
    spec: {
      selector: { app: "web" },
      ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
      clusterIP: "10.96.0.10",
      ipFamilies: ["IPv4"],
    },
  });
  await deploy(world, 3);
  await world.until("three pods are available", async () => (await available(world)) === 3);
  await world.until("the slice has three ready endpoints", async () => {
    const { items } = await world.client.list(EndpointSlice, { namespace: "default" });
    return items.length === 1 && (items[0]?.endpoints ?? []).filter(({ conditions }) => conditions?.ready).length === 3;
  });
  const { items } = await world.client.list(EndpointSlice, { namespace: "default" });
  assert.deepEqual(items[0]?.ports, [{ name: "http", port: 8080, protocol: "TCP" }]);
  const endpoints = await world.client.get(Endpoints, { namespace: "default", name: "web" });
  assert.equal(endpoints.subsets?.[0]?.addresses?.length, 3);
  const addresses = new Set((await podsIn(world)).map(({ status }) => status?.podIP));
  assert.equal(addresses.size, 3);
  await world.client.delete(Service, { namespace: "default", name: "web" });
  await world.until(
    "the slices are collected",
    async () => (await world.client.list(EndpointSlice, {})).items.length === 0,
  );
  await world.close();
});

test("a namespace gets its account and certificate, and is emptied when it is deleted (LIB-06)", async () => {
  const world = await start();
  await world.client.create(Namespace, { metadata: { name: "shop" }, spec: { finalizers: ["kubernetes"] } });
  await world.until(
    "it has an account",
    async () => (await world.client.find(ServiceAccount, { namespace: "shop", name: "default" })) !== undefined,
  );
  await world.until(
    "it has the certificate",
    async () => (await world.client.find(ConfigMap, { namespace: "shop", name: "kube-root-ca.crt" })) !== undefined,
  );
  await deploy(world, 2, "shop");
  await world.until("its pods run", async () => (await available(world, "shop")) === 2);
  await world.client.delete(Namespace, { name: "shop" });
  await world.until("it is gone", async () => (await world.client.find(Namespace, { name: "shop" })) === undefined);
  for (const kind of builtinKinds.filter(({ scope, verbs }) => scope === "Namespaced" && verbs.includes("list"))) {
    assert.equal((await world.client.list(kind, { namespace: "shop" })).items.length, 0, kind.plural);
  }
  await world.close();
});

test("a namespace says what holds it back", async () => {
  const world = await start();
  await world.client.create(Namespace, { metadata: { name: "shop" }, spec: { finalizers: ["kubernetes"] } });
  await world.client.create(ConfigMap, {
    metadata: { name: "kept", namespace: "shop", finalizers: ["example.com/keep"] },
  });
  await world.client.delete(Namespace, { name: "shop" });
  const message = async (type: string) => {
    const { status } = await world.client.get(Namespace, { name: "shop" });
    return conditionOf(status?.conditions, type)?.message ?? "";
  };
  await world.until("the condition is there", async () => (await message("NamespaceFinalizersRemaining")) !== "");
  await world.clock.advance(1000);
  assert.equal(
    await message("NamespaceContentRemaining"),
    "Some resources are remaining: configmaps. has 1 resource instances",
  );
  assert.equal(
    await message("NamespaceFinalizersRemaining"),
    "Some content in the namespace has finalizers remaining: example.com/keep in 1 resource instances",
  );
  await world.client.patch(
    ConfigMap,
    { namespace: "shop", name: "kept" },
    { type: "application/merge-patch+json", body: { metadata: { finalizers: null } } },
  );
  await world.until("it is gone", async () => (await world.client.find(Namespace, { name: "shop" })) === undefined);
  await world.close();
});

test("deleting a Deployment: in the background, in the foreground, and leaving orphans (LIB-06)", async () => {
  const world = await start();
  const key = { namespace: "default", name: "web" };
  const gone = async () => (await world.client.find(Deployment, key)) === undefined;
  for (const propagationPolicy of ["Background", "Foreground"] as const) {
    await deploy(world, 2);
    await world.until("it runs", async () => (await available(world)) === 2);
    await world.client.delete(Deployment, key, { propagationPolicy });
    if (propagationPolicy === "Foreground") assert.equal(await gone(), false, "the owner waits");
    await world.until(
      "everything is gone",
      async () =>
        (await gone()) &&
        (await podsIn(world)).length === 0 &&
        (await world.client.list(ReplicaSet, {})).items.length === 0,
    );
  }
  await deploy(world, 2);
  await world.until("it runs", async () => (await available(world)) === 2);
  await world.client.delete(Deployment, key, { propagationPolicy: "Orphan" });
  await world.until("the Deployment is gone", gone);
  await world.clock.advance(30_000);
  const sets = (await world.client.list(ReplicaSet, {})).items;
  assert.deepEqual(
    sets.map(({ metadata }) => metadata.ownerReferences ?? []),
    [[]],
  );
  assert.equal((await podsIn(world)).length, 2, "the pods are still managed by the set");
  await world.close();
});

test("a node that dies: marked after 50 s, its pods replaced after 300 s more, and freed when it returns", async () => {
  const world = await start();
  await deploy(world, 3);
  await world.until("it runs", async () => (await available(world)) === 3);
  const lost = (await podsIn(world))[0]?.spec?.nodeName ?? "";
  const readiness = async () => conditionOf((await world.client.get(Node, { name: lost })).status?.conditions, "Ready");
  const stoppedAt = world.clock.now();
  world.nodes.stopNode(lost);
  await world.until("the node is marked", async () => (await readiness())?.status === "Unknown", 120);
  const silence = (world.clock.now() - stoppedAt) / 1000;
  assert.ok(silence > 39 && silence < 62, `marked after ${silence} s`);
  assert.equal((await readiness())?.message, "Kubelet stopped posting node status.");
  await world.clock.advance(1000);
  const taints = (await world.client.get(Node, { name: lost })).spec?.taints ?? [];
  assert.deepEqual(taints.map(({ key, effect }) => `${key}:${effect}`).sort(), [
    "node.kubernetes.io/unreachable:NoExecute",
    "node.kubernetes.io/unreachable:NoSchedule",
  ]);
  assert.ok(
    (await podsIn(world))
      .filter(({ spec }) => spec?.nodeName === lost)
      .every(({ status }) => conditionOf(status?.conditions, "Ready")?.status === "False"),
  );

  await world.clock.advance(280_000);
  assert.equal(
    (await podsIn(world)).filter(({ metadata }) => metadata.deletionTimestamp).length,
    0,
    "tolerated for five minutes",
  );
  await world.until("replacements run", async () => (await available(world)) === 3, 60);

  await world.nodes.startNode(lost);
  await world.until("the old pods are gone", async () => (await podsIn(world)).length === 3);
  await world.until(
    "the node is ready and free of taints",
    async () =>
      (await readiness())?.status === "True" &&
      ((await world.client.get(Node, { name: lost })).spec?.taints ?? []).length === 0,
  );
  await world.close();
});

/** Everything that was asked of the API, in order. */
async function historyOf(seed: number): Promise<string> {
  const world = await start({ seed });
  await deploy(world, 4);
  await world.until("it runs", async () => (await available(world)) === 4);
  world.nodes.stopNode("node-2");
  await world.clock.advance(400_000);
  const lines = world.api.requests.map(
    ({ verb, resource, namespace, name, object }) =>
      `${verb} ${resource.resource} ${namespace} ${name ?? object?.metadata.name}`,
  );
  await world.close();
  return lines.join("\n");
}

test("the same seed gives the same history, another seed another one (EMB-04)", async () => {
  const first = await historyOf(3);
  assert.equal(await historyOf(3), first);
  assert.notEqual(await historyOf(4), first);
});
