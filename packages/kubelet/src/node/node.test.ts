// The node as the API sees it: registered once, true at every moment, quiet while nothing changes, alive by its lease.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Lease, Node } from "@knots/api";
import { createClient, createFakeApi } from "@knots/client";
import { conditionOf } from "@knots/machinery";
import { createVirtualClock, formatMicroTime, settle, silentLogger } from "@knots/std";
import { createFakeRuntime } from "../runtime/fake.ts";
import { nodeFindings } from "./conditions.ts";
import { keepLease } from "./lease.ts";
import { createMachineReader } from "./machine.node.ts";
import { keepNodeStatus } from "./node-status.ts";
import type { MachineLoad, NodeOptions } from "./options.ts";

const GIBI = 2 ** 30;
const machine = {
  hostname: "box",
  cpus: 4,
  memoryBytes: 8 * GIBI,
  storageBytes: 100 * GIBI,
  machineId: "m",
  systemUuid: "s",
  bootId: "b",
  kernelVersion: "6.1",
  osImage: "Debian",
  architecture: "amd64",
};
const fine: MachineLoad = {
  memoryAvailable: 4 * GIBI,
  storageAvailable: 50 * GIBI,
  storageBytes: 100 * GIBI,
  processes: 100,
  maxProcesses: 32_768,
};
const healthy = { ready: true, networkReady: true, message: "" };

function createStage(t: TestContext) {
  const clock = createVirtualClock();
  const api = createFakeApi({ kinds: [Node, Lease], clock });
  const client = createClient(api.transport);
  const fake = createFakeRuntime({ clock });
  const stop = new AbortController();
  t.after(() => stop.abort(new Error("the test is over")));
  const node: NodeOptions = { name: "node-1", addresses: ["192.0.2.10"], podCidr: "10.244.0.0/24" };
  const common = { client, clock, log: silentLogger, signal: stop.signal };
  const quiet = async (): Promise<void> => {
    for (let round = 0; round < 20; round++) await settle();
  };
  return {
    clock,
    client,
    fake,
    api,
    start: async () => {
      const reader = { machine: async () => machine, load: async () => fine };
      void keepNodeStatus({ ...common, runtime: fake.runtime, reader, node, seen: () => {} });
      void keepLease({ ...common, name: "node-1", owner: () => undefined });
      await quiet();
    },
    advance: async (seconds: number) => {
      await clock.advance(seconds * 1000);
      await quiet();
    },
    ready: async () => conditionOf((await client.get(Node, { name: "node-1" })).status?.conditions, "Ready"),
  };
}

test("a node registers with labels, resources, addresses and facts", async (t) => {
  const stage = createStage(t);
  await stage.start();
  const { metadata, spec, status } = await stage.client.get(Node, { name: "node-1" });
  assert.equal(metadata.labels?.["kubernetes.io/hostname"], "node-1");
  assert.equal(metadata.labels?.["kubernetes.io/arch"], "amd64");
  assert.equal(spec?.podCIDR, "10.244.0.0/24");
  assert.deepEqual([status?.capacity?.["cpu"], status?.allocatable?.["pods"]], ["4", "110"]);
  assert.deepEqual(
    status?.addresses?.map(({ type, address }) => `${type}=${address}`),
    ["InternalIP=192.0.2.10", "Hostname=node-1"],
  );
  assert.equal((await stage.ready())?.status, "True");
});

test("while the runtime is ill the node is not ready, with the reason, and again when it is well", async (t) => {
  const stage = createStage(t);
  await stage.start();
  stage.fake.health = { ready: true, networkReady: false, message: "NetworkReady=false" };
  await stage.advance(10);
  const bad = await stage.ready();
  assert.deepEqual([bad?.status, bad?.reason], ["False", "KubeletNotReady"]);
  assert.equal(bad?.message, "container runtime network not ready: NetworkReady=false");
  stage.fake.health = healthy;
  await stage.advance(1);
  assert.equal((await stage.ready())?.status, "True");
});

test("a status that does not change is written every five minutes, the lease every ten seconds", async (t) => {
  const stage = createStage(t);
  await stage.start();
  const writes = (resource: string): number =>
    stage.api.requests.filter((each) => each.verb !== "get" && each.resource.resource === resource).length;
  const before = [writes("nodes"), writes("leases")] as const;
  await stage.advance(299);
  assert.deepEqual([writes("nodes") - before[0], writes("leases") - before[1]], [0, 29]);
  await stage.advance(2);
  assert.equal(writes("nodes") - before[0], 1);
  const lease = await stage.client.get(Lease, { namespace: "kube-node-lease", name: "node-1" });
  assert.equal(lease.spec?.renewTime, formatMicroTime(stage.clock.now() - 1000));
});

test("a node that was deleted registers again", async (t) => {
  const stage = createStage(t);
  await stage.start();
  await stage.client.delete(Node, { name: "node-1" });
  await stage.advance(11);
  assert.equal((await stage.ready())?.status, "True");
});

const pressures: readonly (readonly [sentence: string, load: Partial<MachineLoad>, pressed: string])[] = [
  ["a machine with room has no pressure", {}, ""],
  ["little memory is told", { memoryAvailable: 2 ** 20 }, "MemoryPressure"],
  ["a full disk is told", { storageAvailable: GIBI }, "DiskPressure"],
  ["a large disk may be nine tenths full", { storageAvailable: 5 * GIBI }, ""],
  ["a small one may not", { storageBytes: 4 * GIBI, storageAvailable: GIBI / 4 }, "DiskPressure"],
  ["too many processes are told", { processes: 32_700 }, "PIDPressure"],
];
for (const [sentence, load, pressed] of pressures)
  test(sentence, () => {
    const bad = nodeFindings({ ...fine, ...load }, healthy).filter(
      ({ type, status }) => type !== "Ready" && status === "True",
    );
    assert.equal(bad.map(({ type }) => type).join(), pressed);
  });

test("this machine can be read", async () => {
  const reader = createMachineReader("/tmp");
  const [found, load] = await Promise.all([reader.machine(), reader.load()]);
  assert.ok(found.cpus >= 1 && found.memoryBytes > 2 ** 26 && found.storageBytes > 0 && found.bootId !== "");
  assert.ok(load.memoryAvailable > 0 && load.memoryAvailable <= found.memoryBytes && load.processes > 0);
});
