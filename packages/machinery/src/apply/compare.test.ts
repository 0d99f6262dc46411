// Which fields a value has, what a write changes, what merges and what is taken out: sentences, and a slow oracle.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deepEqual } from "@knots/std";
import fc from "fast-check";
import { samples } from "../../../../testkit/apply-samples.ts";
import { field, object, setOf, string } from "../schema/builder.ts";
import type { Json, JsonObject, SchemaNode } from "../schema/schema.ts";
import { compareObjects } from "./compare.ts";
import { type FieldSet, pathsOf, setOfPaths } from "./field-set.ts";
import { fieldsOf } from "./fields-of.ts";
import { writeFields } from "./fields-v1.ts";
import { mergeApplied } from "./merge.ts";
import { removeFields } from "./remove-fields.ts";
import { type Place, places, Sample } from "./values.fixture.ts";

const schema = Sample as SchemaNode;
const written = (set: FieldSet): unknown => JSON.parse(JSON.stringify(writeFields(set)));

test("the fields that a value speaks of", () => {
  const rows: readonly (readonly [sentence: string, value: JsonObject, fields: object])[] = [
    ["a scalar is a field", { count: 1 }, { "f:count": {} }],
    ["a structure is only the way to its fields", { inner: { text: "x" } }, { "f:inner": { "f:text": {} } }],
    ["an empty structure is a field", { inner: {} }, { "f:inner": {} }],
    ["null is a field", { inner: null }, { "f:inner": {} }],
    ["entries of a map are fields", { inner: { labels: { k: "x" } } }, { "f:inner": { "f:labels": { "f:k": {} } } }],
    ["an empty map is a field", { inner: { labels: {} } }, { "f:inner": { "f:labels": {} } }],
    ["an atomic structure is one field", { whole: { a: "x" } }, { "f:whole": {} }],
    ["a list without rules is one field", { words: ["x"] }, { "f:words": {} }],
    ["any JSON is one field", { any: { q: { r: 1 } } }, { "f:any": {} }],
    ["values of a set are fields", { tags: ["x", "y"] }, { "f:tags": { 'v:"x"': {}, 'v:"y"': {} } }],
    [
      "items of a list by key are fields, with their own",
      { items: [{ name: "a", inner: { on: true } }] },
      { "f:items": { 'k:{"name":"a"}': { ".": {}, "f:name": {}, "f:inner": { "f:on": {} } } } },
    ],
    [
      "a key that is absent has its default",
      { ports: [{ port: 80 }] },
      { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:port": {} } } },
    ],
    ["an empty list that merges is nothing", { tags: [] }, {}],
    [
      "an entry of a map of structures is a field",
      { structs: { p: { text: "x" } } },
      { "f:structs": { "f:p": { ".": {}, "f:text": {} } } },
    ],
    ["items that repeat are one field", { tags: ["x", "x"] }, { "f:tags": { 'v:"x"': {} } }],
  ];
  for (const [sentence, value, fields] of rows) assert.deepEqual(written(fieldsOf(schema, value)), fields, sentence);
});

test("what a write changes", () => {
  const [x, y] = [
    { name: "a", inner: { text: "x" } },
    { name: "a", inner: { text: "y" } },
  ];
  const item = (fields: object) => ({ "f:items": { 'k:{"name":"a"}': fields } });
  const rows: readonly (readonly [
    string,
    JsonObject,
    JsonObject,
    { added?: object; modified?: object; removed?: object },
  ])[] = [
    ["nothing", { count: 1 }, { count: 1 }, {}],
    ["another value", { count: 1 }, { count: 2 }, { modified: { "f:count": {} } }],
    [
      "a new structure comes with itself",
      {},
      { inner: { text: "x" } },
      { added: { "f:inner": { ".": {}, "f:text": {} } } },
    ],
    [
      "a field in a known structure comes alone",
      { inner: {} },
      { inner: { text: "x" } },
      { added: { "f:inner": { "f:text": {} } } },
    ],
    [
      "a structure goes with what it held",
      { inner: { text: "x" } },
      {},
      { removed: { "f:inner": { ".": {}, "f:text": {} } } },
    ],
    ["a value in an item", { items: [x] }, { items: [y] }, { modified: item({ "f:inner": { "f:text": {} } }) }],
    ["the order of items is nothing", { tags: ["x", "y"] }, { tags: ["y", "x"] }, {}],
    [
      "the order of a list without rules is its value",
      { words: ["x", "y"] },
      { words: ["y", "x"] },
      { modified: { "f:words": {} } },
    ],
    ["items that repeat change as one", { items: [x, x] }, { items: [x, y] }, { modified: item({}) }],
    [
      "one item becomes two that cannot be told apart",
      { items: [{ name: "a" }] },
      { items: [x, y] },
      { added: item({}), removed: item({ ".": {}, "f:name": {} }) },
    ],
    [
      "and back",
      { items: [x, y] },
      { items: [{ name: "a" }] },
      { added: item({ ".": {}, "f:name": {} }), removed: item({}) },
    ],
  ];
  for (const [sentence, before, after, { added = {}, modified = {}, removed = {} }] of rows) {
    const found = compareObjects(schema, before, after);
    assert.deepEqual([found.added, found.modified, found.removed].map(written), [added, modified, removed], sentence);
  }
});

test("a list that must be given is always there: its items come without it", () => {
  const needed = object("io.example.v1.Needed", {
    parts: field(1, setOf(string()), "Parts.", { required: true }),
    more: field(2, setOf(string()), "More."),
  });
  const { added } = compareObjects(needed, {}, { parts: ["x"], more: ["x"] });
  assert.deepEqual(written(added), { "f:more": { ".": {}, 'v:"x"': {} }, "f:parts": { 'v:"x"': {} } });
});

test("what was applied wins, and the rest stays", () => {
  const names = (...list: readonly string[]): JsonObject => ({ items: list.map((name) => ({ name })) });
  const rows: readonly (readonly [sentence: string, live: JsonObject, applied: JsonObject, merged: JsonObject])[] = [
    ["fields side by side", { inner: { text: "x" } }, { inner: { on: true } }, { inner: { text: "x", on: true } }],
    ["an atomic structure is replaced", { whole: { a: "x" } }, { whole: { b: "y" } }, { whole: { b: "y" } }],
    [
      "maps by entry",
      { inner: { labels: { k: "x" } } },
      { inner: { labels: { l: "y" } } },
      { inner: { labels: { k: "x", l: "y" } } },
    ],
    ["null stays null", { count: 1 }, { count: null }, { count: null }],
    ["items in the applied order", names("a", "b"), names("b", "a"), names("b", "a")],
    [
      "items that only live ones have stay before what follows them",
      names("x", "a"),
      names("a", "b"),
      names("x", "a", "b"),
    ],
    ["or after what they follow", names("a", "x"), names("a", "b"), names("a", "x", "b")],
    ["new ones come before the next that both have", names("a", "x"), names("b", "a"), names("b", "a", "x")],
    ["also when the order turns", names("a", "x", "b"), names("b", "a"), names("x", "b", "a")],
    ["a set is joined", { tags: ["x", "y"] }, { tags: ["z", "y"] }, { tags: ["x", "z", "y"] }],
    [
      "items with a default in their key are the same",
      { ports: [{ port: 80, protocol: "TCP", name: "x" }] },
      { ports: [{ port: 80, name: "y" }] },
      { ports: [{ port: 80, protocol: "TCP", name: "y" }] },
    ],
    [
      "live items that repeat are replaced by the one applied",
      names("a", "a", "b"),
      { items: [{ name: "a", inner: {} }] },
      { items: [{ name: "a", inner: {} }, { name: "b" }] },
    ],
    ["live items that repeat stay when nobody names them", names("a", "a"), names("b"), names("a", "a", "b")],
  ];
  for (const [sentence, live, applied, merged] of rows)
    assert.deepEqual(mergeApplied(schema, live, applied), merged, sentence);
});

test("what is taken out", () => {
  const a = { name: "a", inner: { text: "x", on: true } };
  const item = ["f:items", 'k:{"name":"a"}'];
  const rows: readonly (readonly [sentence: string, value: JsonObject, path: readonly string[], left: JsonObject])[] = [
    ["a field", { count: 1, inner: { text: "x", on: true } }, ["f:inner", "f:text"], { count: 1, inner: { on: true } }],
    ["a structure whole", { inner: { text: "x", on: true } }, ["f:inner"], {}],
    [
      "the last field leaves null",
      { count: 1, inner: { text: "x" } },
      ["f:inner", "f:text"],
      { count: 1, inner: null },
    ],
    ["an item", { items: [a, { name: "b" }] }, item, { items: [{ name: "b" }] }],
    [
      "a field of an item",
      { items: [a] },
      [...item, "f:inner", "f:on"],
      { items: [{ name: "a", inner: { text: "x" } }] },
    ],
    ["a value of a set", { tags: ["x", "y"] }, ["f:tags", 'v:"x"'], { tags: ["y"] }],
    ["the last value leaves null", { tags: ["x"] }, ["f:tags", 'v:"x"'], { tags: null }],
    [
      "an item goes with its last field",
      { items: [{ name: "a" }, { name: "b" }] },
      [...item, "f:name"],
      { items: [{ name: "b" }] },
    ],
    ["nothing of what is one value", { whole: { a: "x" } }, ["f:whole", "f:a"], { whole: { a: "x" } }],
  ];
  for (const [sentence, value, path, left] of rows)
    assert.deepEqual(removeFields(schema, value, setOfPaths(path)), left, sentence);
});

const textsOf = (set: FieldSet): ReadonlySet<string> => new Set([...pathsOf(set)].map((path) => path.join(" ")));
const byPath = (value: JsonObject): ReadonlyMap<string, Place> =>
  new Map([...places(schema, value)].map((place) => [place.path, place]));

test("fields and changes are those of the slow oracle", () => {
  fc.assert(
    fc.property(samples, samples, (before, after) => {
      const [old, next] = [byPath(before), byPath(after)];
      const fields = [...next.values()].filter(({ leaf, entry }) => leaf || entry).map(({ path }) => path);
      assert.deepEqual(textsOf(fieldsOf(schema, after)), new Set(fields));
      const { added, modified, removed } = compareObjects(schema, before, after);
      assert.deepEqual(textsOf(added), new Set([...next.keys()].filter((path) => !old.has(path))));
      assert.deepEqual(textsOf(removed), new Set([...old.keys()].filter((path) => !next.has(path))));
      const changed = [...next.values()].filter(({ path, value, leaf }) => {
        const was = old.get(path);
        return leaf && was?.leaf && !deepEqual(was.value, value);
      });
      assert.deepEqual(textsOf(modified), new Set(changed.map(({ path }) => path)));
    }),
    { numRuns: 600, seed: 41 },
  );
});

const isNumber = (value: number | undefined): value is number => value !== undefined;

/** Positions in `list` of the items that `order` has, in `order`'s order. */
function positions(list: Json | undefined, order: Json | undefined): readonly number[] {
  const steps = (value: Json | undefined) =>
    [...places(schema, { items: value ?? [] })].filter(({ entry, path }) => entry && path.split(" ").length === 2);
  const at = new Map(steps(list).map(({ path }, index) => [path, index]));
  return steps(order)
    .map(({ path }) => at.get(path))
    .filter(isNumber);
}
const ascending = (list: readonly number[]): boolean =>
  list.every((value, index) => index === 0 || value > (list[index - 1] ?? -1));

test("a merge has every place of both, the applied values, the applied order, and the live order of the rest", () => {
  fc.assert(
    fc.property(samples, samples, (live, applied) => {
      const merged = mergeApplied(schema, live, applied);
      const [old, wanted, found] = [byPath(live), byPath(applied), byPath(merged)];
      assert.deepEqual(new Set(found.keys()), new Set([...old.keys(), ...wanted.keys()]));
      for (const { path, value, leaf } of found.values()) {
        if (!leaf) continue;
        const source = wanted.get(path) ?? old.get(path);
        assert.deepEqual(value, source?.value, path);
      }
      assert.ok(ascending(positions(merged["items"], applied["items"])));
      const named = new Set(((applied["items"] ?? []) as { name: string }[]).map(({ name }) => name));
      const rest = ((live["items"] ?? []) as { name: string }[]).filter(({ name }) => !named.has(name));
      assert.ok(ascending(positions(merged["items"], rest)));
    }),
    { numRuns: 600, seed: 42 },
  );
});

test("taking out a set of places leaves exactly the others", () => {
  fc.assert(
    fc.property(samples, fc.infiniteStream(fc.boolean()), (value, coins) => {
      const all = [...byPath(value).values()];
      const keys = / k:\S* f:(name|port|protocol)$/;
      const chosen = all
        .filter(({ path }) => !keys.test(path) && coins.next().value === true && coins.next().value === true)
        .map(({ path }) => path);
      const left = removeFields(schema, value, setOfPaths(...chosen.map((path) => path.split(" "))));
      const gone = (path: string): boolean => chosen.some((one) => path === one || path.startsWith(`${one} `));
      assert.deepEqual(
        new Set(byPath(left).keys()),
        new Set(all.map(({ path }) => path).filter((path) => !gone(path))),
      );
    }),
    { numRuns: 400, seed: 43 },
  );
});
