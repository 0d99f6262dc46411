// Every monitor notices what it is there for: each row breaks one invariant on purpose.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds, ConfigMap, Node, Pod, ReplicaSet } from "@knots/api";
import { type Client, createClient, createFakeApi, createInformers } from "@knots/client";
import { createVirtualClock, seededRandom, settle, silentLogger } from "@knots/std";
import { aNode, aPod, aReplicaSet, managedBy } from "../../../../testkit/objects.ts";
import { audit } from "./audit.ts";
import { monitorInvariants } from "./monitor.ts";

const onNode = (name: string, change: Parameters<typeof aPod>[1] = {}): Pod => aPod(name, { readyAt: 0, ...change });
const hungry = { containers: [{ name: "app", image: "x", resources: { requests: { cpu: "3" } } }] };
const restarted = (restartCount: number) => ({
  containerStatuses: [{ name: "app", image: "x", imageID: "", ready: true, restartCount }],
});
const MAX = "deployment.kubernetes.io/max-replicas";
const limited = (most: string) => ({ annotations: { [MAX]: most }, ownerReferences: managedBy(aNode("owner")) });

const create = (client: Client, pod: Pod) => client.create(Pod, pod);
/** Writes the pod, and then what `change` makes of it. */
async function thenChange(client: Client, pod: Pod, change: (pod: Pod) => Pod): Promise<void> {
  await create(client, pod);
  await settle();
  const stored = await client.get(Pod, pod.metadata);
  const wanted = change(stored);
  const updated = await client.update(Pod, wanted);
  if (wanted.status) await client.updateStatus(Pod, { ...updated, status: wanted.status });
}
const moved = (pod: Pod, nodeName: string): Pod => ({ ...pod, spec: { ...pod.spec, nodeName } });

test("what each monitor notices", async () => {
  const rows: readonly (readonly [string, string | undefined, (client: Client) => Promise<unknown>])[] = [
    ["a bound pod that stays", undefined, (client) => thenChange(client, aPod("p"), (pod) => moved(pod, "node-1"))],
    [
      "a pod that moves",
      "I14 pod default/p moved from node node-1 to node-2",
      (client) => thenChange(client, onNode("p"), (pod) => moved(pod, "node-2")),
    ],
    [
      "a pod too many on a node",
      "I14 node node-1 has too little cpu for pod default/p",
      async (client) => {
        await create(client, onNode("other", { spec: hungry }));
        await thenChange(client, aPod("p", { spec: hungry }), (pod) => moved(pod, "node-1"));
      },
    ],
    [
      "two pods with one address",
      "I20 address 10.0.0.1 belongs to default/a and default/b",
      async (client) => {
        await create(client, onNode("a", { status: { podIP: "10.0.0.1" } }));
        await create(client, onNode("b", { status: { podIP: "10.0.0.1" } }));
      },
    ],
    [
      "an address that an ended pod had",
      undefined,
      async (client) => {
        await create(client, onNode("a", { status: { podIP: "10.0.0.1", phase: "Succeeded" } }));
        await create(client, onNode("b", { status: { podIP: "10.0.0.1" } }));
      },
    ],
    [
      "a restart count that goes back",
      "I27 container app of default/p went from 2 to 1 restarts",
      (client) =>
        thenChange(client, onNode("p", { status: restarted(2) }), (pod) => ({
          ...pod,
          status: { ...pod.status, ...restarted(1) },
        })),
    ],
    [
      "sets that ask for too much",
      "I12 sets beside new ask for 5 pods, and 4 are allowed",
      async (client) => {
        await client.create(ReplicaSet, aReplicaSet("old", 3, { meta: limited("4") }));
        await client.create(ReplicaSet, aReplicaSet("new", 2, { meta: limited("4") }));
      },
    ],
    [
      "a set with a pod too many",
      "I12 set web has 2 active pods and wants 1",
      async (client) => {
        const set = await client.create(ReplicaSet, aReplicaSet("web", 1, { status: { observedGeneration: 1 } }));
        for (const name of ["a", "b"]) await create(client, aPod(name, { meta: { ownerReferences: managedBy(set) } }));
      },
    ],
  ];
  for (const [sentence, expected, act] of rows) {
    const clock = createVirtualClock();
    const random = seededRandom(1);
    const client = createClient(createFakeApi({ kinds: builtinKinds, clock }).transport);
    const informers = createInformers({ client, clock, random, log: silentLogger });
    const monitor = monitorInvariants(informers);
    await client.create(Node, aNode("node-1"));
    await clock.advance(1);
    await act(client);
    await clock.advance(1);
    const found = monitor.violations.map(({ invariant, message }) => `${invariant} ${message}`);
    assert.deepEqual(found, expected === undefined ? [] : [expected], sentence);
    monitor.close();
    await informers.close();
  }
});

test("the audit finds what has lost its owners and its namespace", async () => {
  const clock = createVirtualClock();
  const client = createClient(createFakeApi({ kinds: builtinKinds, clock }).transport);
  await client.create(ConfigMap, {
    metadata: { name: "left", namespace: "shop", ownerReferences: managedBy(aNode("gone")) },
  });
  assert.deepEqual(
    (await audit(client, builtinKinds)).map(({ invariant, message }) => `${invariant} ${message}`),
    ["I17 ConfigMap shop/left has lost all its owners", "I18 ConfigMap shop/left is in a namespace that is gone"],
  );
});
