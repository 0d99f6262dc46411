// The scheduler in a simulated cluster: bursts that fill nodes exactly, pods that wait for room, and what they are told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Event, Node, Pod } from "@knots/api";
import { conditionOf } from "@knots/machinery";
import { monitorInvariants, simulatedNodes } from "@knots/simulation";
import { startWorld, type World } from "../../testkit/world.ts";

const start = (nodes: number): Promise<World> => startWorld({ seed: 5, nodes, controllers: () => [] });

async function ask({ client }: World, name: string, spec: object = {}): Promise<void> {
  const containers = [{ name: "app", image: "web:1", resources: { requests: { cpu: "2", memory: "1Gi" } } }];
  await client.create(Pod, { metadata: { name, namespace: "default" }, spec: { containers, ...spec } });
}
const podsOf = async ({ client }: World) => (await client.list(Pod, { namespace: "default" })).items;
const placed = async (world: World): Promise<number> =>
  (await podsOf(world)).filter(({ spec }) => spec?.nodeName).length;
const scheduled = async ({ client }: World, name: string) =>
  conditionOf((await client.get(Pod, { namespace: "default", name })).status?.conditions, "PodScheduled");

test("a burst fills the nodes to the last core and no further; the rest waits, and follows when there is room", async () => {
  const world = await start(3);
  await world.during(world.nodes.started());
  const monitor = monitorInvariants(world.informers);
  for (let number = 0; number < 15; number++) await ask(world, `p${number}`);
  await world.until("twelve pods of two cores fill three nodes of eight", async () => (await placed(world)) === 12);
  await world.clock.advance(20_000);
  assert.equal(await placed(world), 12);
  const waiting = (await podsOf(world)).filter(({ spec }) => !spec?.nodeName);
  const message =
    "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.";
  for (const { metadata, status } of waiting) {
    const condition = conditionOf(status?.conditions, "PodScheduled");
    assert.deepEqual(
      [condition?.status, condition?.reason, condition?.message],
      ["False", "Unschedulable", message],
      metadata.name,
    );
  }
  const events = (await world.client.list(Event, { namespace: "default" })).items;
  assert.ok(events.some(({ reason, message: text }) => reason === "FailedScheduling" && text === message));
  assert.ok(
    events.some(
      ({ reason, message: text }) =>
        reason === "Scheduled" && /^Successfully assigned default\/p\d+ to node-\d$/.test(text ?? ""),
    ),
  );

  const [leaving] = (await podsOf(world)).filter(({ spec }) => spec?.nodeName);
  await world.client.delete(Pod, { namespace: "default", name: leaving?.metadata.name ?? "" });
  await world.until(
    "another takes its place",
    async () => (await placed(world)) === 12 && (await podsOf(world)).length === 14,
  );
  const node = simulatedNodes(4)[3];
  assert.ok(node);
  await world.during(world.nodes.addNode(node));
  await world.until("a new node takes the others", async () => (await placed(world)) === 14);
  assert.deepEqual(monitor.violations, []);
  await world.close();
});

test("an uncordoned node, a removed taint and a lifted gate let pods through", async () => {
  const world = await start(1);
  await world.during(world.nodes.started());
  const node = (spec: object) =>
    world.client.patch(Node, { name: "node-1" }, { type: "application/merge-patch+json", body: { spec } as never });
  await node({ unschedulable: true });
  await ask(world, "a");
  await world.until(
    "the pod is told",
    async () =>
      (await scheduled(world, "a"))?.message?.startsWith("0/1 nodes are available: 1 node(s) were unschedulable.") ??
      false,
  );
  await node({ unschedulable: false, taints: [{ key: "k", value: "v", effect: "NoSchedule" }] });
  await world.until(
    "the new reason is told",
    async () => (await scheduled(world, "a"))?.message?.includes("1 node(s) had untolerated taint {k: v}") ?? false,
  );
  await node({ taints: null });
  await world.until("the pod is placed", async () => (await scheduled(world, "a"))?.status === "True");

  await ask(world, "gated", { schedulingGates: [{ name: "example.com/wait" }] });
  await world.clock.advance(60_000);
  assert.equal(await placed(world), 1, "a gate holds the pod back without a word");
  await world.client.patch(
    Pod,
    { namespace: "default", name: "gated" },
    { type: "application/merge-patch+json", body: { spec: { schedulingGates: null } } },
  );
  await world.until("it is placed when the gate is lifted", async () => (await placed(world)) === 2);
  await world.close();
});

test("a higher priority goes first", async () => {
  const world = await start(1);
  await world.during(world.nodes.started());
  await world.client.patch(
    Node,
    { name: "node-1" },
    { type: "application/merge-patch+json", body: { spec: { unschedulable: true } } },
  );
  await world.clock.advance(1000);
  for (const priority of [1, 5, 3, 4, 2]) await ask(world, `p${priority}`, { priority });
  await world.clock.advance(15_000);
  await world.client.patch(
    Node,
    { name: "node-1" },
    { type: "application/merge-patch+json", body: { spec: { unschedulable: false } } },
  );
  await world.until("the node is full", async () => (await placed(world)) === 4);
  const names = (await podsOf(world)).filter(({ spec }) => spec?.nodeName).map(({ metadata }) => metadata.name);
  assert.deepEqual(names.sort(), ["p2", "p3", "p4", "p5"]);
  await world.close();
});

test("a container that keeps failing backs off", async () => {
  const behaviour = () => ({ endsAfter: 5000, exitCode: 1 });
  const world = await startWorld({ seed: 5, nodes: 1, controllers: () => [], behaviour });
  await ask(world, "bad");
  await world.until("it waits", async () => {
    const { status } = await world.client.get(Pod, { namespace: "default", name: "bad" });
    return status?.containerStatuses?.[0]?.state?.waiting?.reason === "CrashLoopBackOff";
  });
  await world.clock.advance(120_000);
  const { status } = await world.client.get(Pod, { namespace: "default", name: "bad" });
  assert.ok((status?.containerStatuses?.[0]?.restartCount ?? 0) >= 4);
  assert.equal(status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 1);
  await world.close();
});
