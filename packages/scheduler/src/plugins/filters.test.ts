// Filters: which nodes a pod may run on, and the words for the others, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Node, Pod } from "@knots/api";
import { deepFreeze, seededRandom } from "@knots/std";
import { aNode, aPod } from "../../../../testkit/objects.ts";
import { decide } from "../decision/decide.ts";
import { explain } from "../decision/explain.ts";
import { createCache, NO_SURROUNDINGS } from "../snapshot/cache.ts";
import { podInfoOf } from "../snapshot/pod-info.ts";
import { defaultPlugins } from "./defaults.ts";

type Spec = NonNullable<Pod["spec"]>;
const pod = (spec: Partial<Spec> = {}, labels = { app: "web" }): Pod => aPod("new", { spec, meta: { labels } });
const placed = (name: string, node: string, spec: Partial<Spec> = {}): Pod =>
  aPod(name, { readyAt: 0, spec: { nodeName: node, ...spec } });
const wanting = (cpu: string, memory = "0"): Partial<Spec> => ({
  containers: [{ name: "app", image: "nginx", resources: { requests: { cpu, memory } } }],
});
const onPort = (hostPort: number, hostIP = ""): Partial<Spec> => ({
  containers: [{ name: "app", image: "nginx", ports: [{ containerPort: 80, hostPort, protocol: "TCP", hostIP }] }],
});
const zoned = (name: string, zone: string): Node =>
  aNode(name, { meta: { labels: { "kubernetes.io/hostname": name, zone } } });

/** The nodes that pass, and the message that would be shown if none did. */
function outcome(nodes: readonly Node[], pods: readonly Pod[], incoming: Pod): readonly [string, string] {
  const cache = createCache({
    ...NO_SURROUNDINGS,
    namespaceLabels: (name) => ({ "kubernetes.io/metadata.name": name }),
  });
  for (const node of deepFreeze(nodes)) cache.setNode(node);
  for (const each of deepFreeze(pods)) cache.setPod(each);
  const decision = decide(podInfoOf(deepFreeze(incoming)), cache, { plugins: defaultPlugins, random: seededRandom(1) });
  const fit = [...cache.nodes.keys()].filter((name) => !decision.refusals.has(name));
  assert.equal(decision.node === undefined, fit.length === 0);
  return [fit.join(" "), explain(decision, cache)];
}

const NONE = "No preemption victims found for incoming pod";
const FINAL = "Preemption is not helpful for scheduling";

test("why a pod went nowhere", () => {
  const tainted = aNode("n1", { spec: { taints: [{ key: "k", value: "v", effect: "NoSchedule" }] } });
  const rows: readonly (readonly [string, readonly Node[], readonly Pod[], Pod, string])[] = [
    ["without nodes", [], [], pod(), "no nodes available to schedule pods"],
    [
      "one lacks cpu, two are tainted",
      [tainted, { ...tainted, metadata: { ...tainted.metadata, name: "n2" } }, aNode("n3")],
      [placed("a", "n3", wanting("3"))],
      pod(wanting("2")),
      `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {k: v}. preemption: 0/3 nodes are available: 1 ${NONE}, 2 ${FINAL}.`,
    ],
    [
      "a request larger than the node",
      [aNode("n1")],
      [],
      pod(wanting("5", "9Gi")),
      `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. preemption: 0/1 nodes are available: 1 ${FINAL}.`,
    ],
    [
      "a full node",
      [aNode("n1", { status: { allocatable: { cpu: "4", memory: "8Gi", pods: "1" } } })],
      [placed("a", "n1")],
      pod(),
      `0/1 nodes are available: 1 Too many pods. preemption: 0/1 nodes are available: 1 ${NONE}.`,
    ],
    [
      "a cordoned node",
      [aNode("n1", { spec: { unschedulable: true } })],
      [],
      pod(),
      `0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 ${FINAL}.`,
    ],
    [
      "a selector that nothing has",
      [aNode("n1")],
      [],
      pod({ nodeSelector: { disk: "ssd" } }),
      `0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 ${FINAL}.`,
    ],
    [
      "a taken host port",
      [aNode("n1")],
      [placed("a", "n1", onPort(80))],
      pod(onPort(80)),
      `0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. preemption: 0/1 nodes are available: 1 ${NONE}.`,
    ],
    [
      "a pod that must not push out others",
      [aNode("n1")],
      [],
      pod({ ...wanting("5"), preemptionPolicy: "Never" }),
      "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.",
    ],
    [
      "pods of lower priority are in the way",
      [aNode("n1")],
      [placed("a", "n1", { ...wanting("4"), priority: 1 })],
      pod({ ...wanting("1"), priority: 2 }),
      "0/1 nodes are available: 1 Insufficient cpu.",
    ],
  ];
  for (const [sentence, nodes, pods, incoming, expected] of rows) {
    assert.deepEqual(outcome(nodes, pods, incoming), ["", expected], sentence);
  }
});

test("which nodes pass", () => {
  const nodes = [zoned("a1", "a"), zoned("a2", "a"), zoned("b1", "b")];
  const web = (name: string, node: string, extra: Partial<Spec> = {}): Pod => placed(name, node, extra);
  const near = (topologyKey: string) => [{ topologyKey, labelSelector: { matchLabels: { app: "web" } } }];
  const affinity = (topologyKey: string): Partial<Spec> => ({
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: near(topologyKey) } },
  });
  const anti = (topologyKey: string): Partial<Spec> => ({
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: near(topologyKey) } },
  });
  const spread = (topologyKey: string, maxSkew = 1): Partial<Spec> => ({
    topologySpreadConstraints: [
      { topologyKey, maxSkew, whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: { app: "web" } } },
    ],
  });
  const wishes = (operator: "In" | "NotIn", values: readonly string[]): Partial<Spec> => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator, values }] }],
        },
      },
    },
  });
  const byName: Partial<Spec> = {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["a2"] }] }],
        },
      },
    },
  };
  const rows: readonly (readonly [string, readonly Pod[], Pod, string])[] = [
    ["a modest pod runs anywhere", [], pod(), "a1 a2 b1"],
    ["a node selector", [], pod({ nodeSelector: { zone: "b" } }), "b1"],
    ["node affinity In", [], pod(wishes("In", ["a"])), "a1 a2"],
    ["node affinity NotIn", [], pod(wishes("NotIn", ["a"])), "b1"],
    ["node affinity by name", [], pod(byName), "a2"],
    [
      "a host port on another address is free",
      [placed("x", "a1", onPort(80, "10.0.0.1"))],
      pod(onPort(80, "10.0.0.2")),
      "a1 a2 b1",
    ],
    ["a host port on all addresses is not", [placed("x", "a1", onPort(80, "10.0.0.1"))], pod(onPort(80)), "a2 b1"],
    ["affinity to a zone", [web("x", "a1")], pod(affinity("zone")), "a1 a2"],
    ["the first pod of a group may start it anywhere", [], pod(affinity("zone")), "a1 a2 b1"],
    ["but not one that wants other company", [], pod(affinity("zone"), { app: "other" }), ""],
    ["anti-affinity to a host", [web("x", "a1")], pod(anti("kubernetes.io/hostname")), "a2 b1"],
    ["anti-affinity to a zone", [web("x", "a1")], pod(anti("zone")), "b1"],
    ["an existing pod's anti-affinity", [web("x", "a1", anti("zone"))], pod(), "b1"],
    [
      "another namespace does not matter",
      [{ ...web("x", "a1"), metadata: { ...web("x", "a1").metadata, namespace: "other" } }],
      pod(anti("zone")),
      "a1 a2 b1",
    ],
    ["spreading over zones", [web("x", "a1")], pod(spread("zone")), "b1"],
    ["with more skew allowed", [web("x", "a1")], pod(spread("zone", 2)), "a1 a2 b1"],
    ["spreading over hosts", [web("x", "a1"), web("y", "b1")], pod(spread("kubernetes.io/hostname")), "a2"],
    [
      "a pod that is being deleted does not count",
      [{ ...web("x", "a1"), metadata: { ...web("x", "a1").metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } }],
      pod(spread("zone")),
      "a1 a2 b1",
    ],
    ["a missing label keeps a node out", [], pod(spread("rack")), ""],
  ];
  for (const [sentence, pods, incoming, expected] of rows) {
    assert.equal(outcome(nodes, pods, incoming)[0], expected, sentence);
  }
});

test("init containers count by the largest, sidecars and overhead on top", () => {
  const request = (cpu: string) => ({ resources: { requests: { cpu } } });
  const spec: Partial<Spec> = {
    initContainers: [
      { name: "side", image: "x", restartPolicy: "Always", ...request("100m") },
      { name: "init", image: "x", ...request("2") },
    ],
    containers: [{ name: "app", image: "x", ...request("500m") }],
    overhead: { cpu: "50m" },
  };
  assert.deepEqual(podInfoOf(pod(spec)).request, { cpu: 2150 });
});
