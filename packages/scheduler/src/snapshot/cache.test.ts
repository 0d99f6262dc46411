// The cache: whatever order changes come in, its sums equal a recount, and assumed pods hold their room.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { aNode, aPod } from "../../../../testkit/objects.ts";
import { type Cache, createCache } from "./cache.ts";
import { podInfoOf } from "./pod-info.ts";
import { plus } from "./resources.ts";

const NODES = ["n0", "n1", "n2"];
const podAt = (number: number, node: string) =>
  aPod(`p${number}`, {
    readyAt: 0,
    meta: { labels: { app: `app-${number % 3}` } },
    spec: {
      nodeName: node,
      containers: [{ name: "app", image: "x", resources: { requests: { cpu: `${number + 1}00m`, memory: "1Mi" } } }],
    },
  });

/** Sums and classes worked out afresh. */
function recount(cache: Cache, where: ReadonlyMap<number, string>): void {
  for (const info of cache.nodes.values()) {
    const here = [...where]
      .filter(([, node]) => node === info.name)
      .map(([number, node]) => podInfoOf(podAt(number, node)));
    assert.deepEqual([...info.pods.keys()].sort(), here.map(({ uid }) => uid).sort());
    const sum = here.map(({ request }) => request).reduce(plus, {});
    for (const name of ["cpu", "memory"]) assert.equal(info.requested[name] ?? 0, sum[name] ?? 0);
  }
  const counted = [...cache.podClasses.values()].reduce(
    (all, { perNode }) => all + [...perNode.values()].reduce((a, b) => a + b, 0),
    0,
  );
  assert.equal(counted, where.size);
}

test("sums equal a recount after any sequence of changes", () => {
  const change = fc.record({
    what: fc.constantFrom("set", "remove", "assume", "forget", "node", "no-node"),
    pod: fc.nat(9),
    node: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const cache = createCache();
      for (const name of NODES) cache.setNode(aNode(name));
      const where = new Map<number, string>();
      const assumed = new Set<number>();
      for (const { what, pod: number, node } of changes) {
        const name = NODES[node] ?? "";
        const pod = podAt(number, name);
        if (what === "set") cache.setPod(pod);
        if (what === "assume" && !where.has(number)) cache.assume(podInfoOf(pod), name);
        if (what === "set" || (what === "assume" && !where.has(number))) {
          if (what === "assume") assumed.add(number);
          else assumed.delete(number);
          where.set(number, name);
        }
        if (what === "remove") {
          cache.removePod(pod);
          where.delete(number);
        }
        if (what === "forget") {
          cache.forget(podInfoOf(pod));
          if (assumed.delete(number)) where.delete(number);
        }
        if (what === "node") cache.setNode(aNode(name, { meta: { resourceVersion: "2" } }));
        if (what === "no-node") {
          cache.removeNode(name);
          cache.setNode(aNode(name));
        }
        if (what === "remove") assumed.delete(number);
        recount(cache, where);
      }
    }),
    { numRuns: 200 },
  );
});
