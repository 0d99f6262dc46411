// The persistent tree against a slow oracle: a sorted array of a Map.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { inRange, prefixEnd, UNBOUNDED } from "./keys.ts";
import {
  emptyTree,
  type Tree,
  treeBuilder,
  treeCount,
  treeDelete,
  treeGet,
  treePut,
  treeSize,
  treeVisit,
} from "./tree.ts";
import { treeDiff } from "./tree-diff.ts";

interface Item {
  readonly key: string;
  readonly n: number;
}

function range(tree: Tree<Item>, start: string, end?: string): Item[] {
  const items: Item[] = [];
  treeVisit(tree, { start, end }, (item) => items.push(item) > 0);
  return items;
}

const sorted = (map: ReadonlyMap<string, number>): Item[] =>
  [...map].map(([key, n]) => ({ key, n })).sort((a, b) => (a.key < b.key ? -1 : 1));

const key = fc.integer({ min: 0, max: 3000 }).map((n) => n.toString(36));
const change = fc.record({ key, remove: fc.boolean() });
// Long runs of one kind, so that the tree grows and shrinks through several levels.
const changes = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 900 })), { maxLength: 12 })
  .map((runs) =>
    runs.flatMap(([remove, from, length]) =>
      Array.from({ length }, (_, step) => ({ key: ((from + step * 7) % 3000).toString(36), remove })),
    ),
  );

test("after any changes the tree holds what a map holds, in order, and old trees are untouched", () => {
  fc.assert(
    fc.property(changes, fc.array(change, { maxLength: 60 }), key, key, (bulk, single, start, end) => {
      let tree: Tree<Item> = emptyTree();
      const map = new Map<string, number>();
      const snapshots: [Tree<Item>, Item[]][] = [];
      for (const [n, { key, remove }] of [...bulk, ...single].entries()) {
        if (n % 500 === 0) snapshots.push([tree, sorted(map)]);
        tree = remove ? treeDelete(tree, key) : treePut(tree, { key, n });
        if (remove) map.delete(key);
        else map.set(key, n);
      }
      snapshots.push([tree, sorted(map)]);
      for (const [snapshot, expected] of snapshots) {
        assert.deepEqual(range(snapshot, "", UNBOUNDED), expected);
        assert.equal(treeSize(snapshot), expected.length);
        const part = expected.filter((item) => inRange(item.key, { start, end }));
        assert.deepEqual(range(snapshot, start, end), part);
        assert.equal(treeCount(snapshot, { start, end }), part.length);
        assert.deepEqual(
          treeGet(snapshot, start),
          expected.find((item) => item.key === start),
        );
      }
    }),
    { numRuns: 60 },
  );
});

test("a tree built from sorted items works like one that grew, for every size up to three levels", () => {
  for (const size of [0, 1, 8, 23, 24, 25, 31, 32, 33, 47, 48, 49, 576, 577, 600, 1500]) {
    const items = Array.from({ length: size }, (_, n) => ({ key: n.toString().padStart(6, "0"), n }));
    const builder = treeBuilder<Item>();
    for (const item of items) builder.add(item);
    let tree = builder.finish();
    assert.deepEqual(range(tree, "", UNBOUNDED), items);
    for (const { key } of items.toReversed()) {
      tree = treeDelete(tree, key);
      assert.equal(treeGet(tree, key), undefined);
    }
    assert.equal(treeSize(tree), 0, `${size} items, all deleted`);
  }
});

test("a visit stops when the visitor has enough", () => {
  let tree: Tree<Item> = emptyTree();
  for (let n = 0; n < 500; n++) tree = treePut(tree, { key: n.toString().padStart(3, "0"), n });
  const seen: number[] = [];
  treeVisit(tree, { start: "1", end: prefixEnd("1") }, ({ n }) => seen.push(n) < 3);
  assert.deepEqual(seen, [100, 101, 102]);
});

test("prefixEnd closes a prefix", () => {
  assert.equal(prefixEnd("/a/"), "/a0");
  assert.equal(prefixEnd("a\uffff"), "b");
  assert.equal(prefixEnd(""), UNBOUNDED);
  assert.ok(inRange("zzz", { start: "", end: prefixEnd("") }));
});

test("the difference of two trees is what a comparison of all their items finds, whatever they share", () => {
  fc.assert(
    fc.property(changes, fc.array(change, { maxLength: 60 }), changes, (bulk, few, more) => {
      const apply = (tree: Tree<Item>, list: typeof bulk): Tree<Item> =>
        list.reduce((made, { key, remove }, n) => (remove ? treeDelete(made, key) : treePut(made, { key, n })), tree);
      const before = apply(emptyTree(), bulk);
      const after = apply(before, few);
      const other = apply(emptyTree(), more);
      for (const [left, right] of [
        [before, after],
        [after, before],
        [before, other],
        [other, emptyTree<Item>()],
      ] as const) {
        const expected: unknown[] = [];
        const keys = new Set([...range(left, "", UNBOUNDED), ...range(right, "", UNBOUNDED)].map(({ key }) => key));
        for (const key of [...keys].sort((a, b) => (a < b ? -1 : 1))) {
          const pair = { before: treeGet(left, key), after: treeGet(right, key) };
          if (pair.before !== pair.after) expected.push(pair);
        }
        assert.deepEqual(treeDiff(left, right), expected);
      }
    }),
    { numRuns: 60 },
  );
});
