// Points: which of two nodes that both fit is better, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Node, Pod } from "@knots/api";
import { selectorFromLabels } from "@knots/machinery";
import { deepFreeze, seededRandom } from "@knots/std";
import { aNode, aPod } from "../../../../testkit/objects.ts";
import { decide } from "../decision/decide.ts";
import { createCache } from "../snapshot/cache.ts";
import { podInfoOf } from "../snapshot/pod-info.ts";
import { defaultPlugins } from "./defaults.ts";

type Spec = NonNullable<Pod["spec"]>;
const wanting = (cpu: string, memory: string): Partial<Spec> => ({
  containers: [{ name: "app", image: "nginx:1", resources: { requests: { cpu, memory } } }],
});
const on = (name: string, node: string, spec: Partial<Spec> = {}, labels = { app: "other" }): Pod =>
  aPod(name, { readyAt: 0, spec: { nodeName: node, ...spec }, meta: { labels } });
const node = (name: string, change: Parameters<typeof aNode>[1] = {}): Node =>
  aNode(name, { ...change, meta: { labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": name } } });

test("the better of two nodes", () => {
  const good = node("good");
  const bad = node("bad");
  const prefers: Partial<Spec> = {
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 1,
            preference: { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["good"] }] },
          },
        ],
      },
    },
  };
  const term = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "cache" } } };
  const company: Partial<Spec> = {
    affinity: {
      podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, podAffinityTerm: term }] },
    },
  };
  const solitude: Partial<Spec> = {
    affinity: {
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, podAffinityTerm: term }] },
    },
  };
  const softTaint = node("bad", { spec: { taints: [{ key: "k", effect: "PreferNoSchedule" }] } });
  const withImage = node("good", { status: { images: [{ names: ["nginx:1"], sizeBytes: 900 * 1024 * 1024 }] } });
  const rows: readonly (readonly [string, readonly Node[], readonly Pod[], Partial<Spec>])[] = [
    ["the emptier one", [good, bad], [on("x", "bad", wanting("2", "4Gi"))], {}],
    [
      "the one that stays in balance",
      [good, bad],
      [on("x", "good", wanting("2", "4Gi")), on("y", "bad", wanting("4", "0"))],
      wanting("0", "1Gi"),
    ],
    ["the one without soft taints", [good, softTaint], [], {}],
    ["the one that it prefers", [good, bad], [], prefers],
    ["the one with the company it likes", [good, bad], [on("x", "good", {}, { app: "cache" })], company],
    ["the one without the company it dislikes", [good, bad], [on("x", "bad", {}, { app: "cache" })], solitude],
    ["the one that has the image", [withImage, bad], [], wanting("100m", "1Mi")],
    [
      "the one with fewer siblings",
      [good, bad],
      [on("x", "bad", wanting("0", "0"), { app: "web" }), on("y", "good", wanting("0", "0"))],
      {},
    ],
  ];
  for (const [sentence, nodes, pods, spec] of rows) {
    for (const order of [nodes, nodes.toReversed()]) {
      const cache = createCache({ namespaceLabels: () => ({}), siblings: () => selectorFromLabels({ app: "web" }) });
      for (const each of deepFreeze(order)) cache.setNode(each);
      for (const each of deepFreeze(pods)) cache.setPod(each);
      const decision = decide(podInfoOf(aPod("new", { spec })), cache, {
        plugins: defaultPlugins,
        random: seededRandom(1),
      });
      assert.equal(decision.node, "good", `${sentence}: ${JSON.stringify(decision.rankings)}`);
    }
  }
});

test("every ranking says where its points come from", () => {
  const cache = createCache();
  cache.setNode(node("a"));
  cache.setNode(node("b"));
  const { rankings } = decide(podInfoOf(aPod("new")), cache, { plugins: defaultPlugins, random: seededRandom(1) });
  assert.deepEqual(
    rankings.map(({ node: name, points }) => [name, points]),
    ["a", "b"].map((name) => [
      name,
      { TaintToleration: 300, NodeResourcesFit: 97, NodeResourcesBalancedAllocation: 100 },
    ]),
  );
});
