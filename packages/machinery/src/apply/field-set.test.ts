// Sets of fields: FieldsV1 both ways, and the algebra against sets of strings.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deepFreeze } from "@knots/std";
import fc from "fast-check";
import {
  difference,
  EMPTY_SET,
  equalSets,
  type FieldSet,
  hasPath,
  intersection,
  isEmptySet,
  isSubset,
  overlaps,
  pathsOf,
  recursiveDifference,
  setOfPaths,
  union,
} from "./field-set.ts";
import { parseFields, writeFields } from "./fields-v1.ts";
import { describePath } from "./path-element.ts";

const parse = (fields: object): FieldSet => parseFields(fields as never) ?? assert.fail("FieldsV1 could not be read");

test("FieldsV1 is read and written in canonical order", () => {
  const rows: readonly (readonly [sentence: string, given: object, written: string])[] = [
    ["nothing", {}, "{}"],
    ["fields by name", { "f:b": {}, "f:a": {} }, '{"f:a":{},"f:b":{}}'],
    ["the place itself comes first", { "f:a": { "f:b": {}, ".": {} } }, '{"f:a":{".":{},"f:b":{}}}'],
    ["only the place itself", { "f:a": { ".": {} } }, '{"f:a":{}}'],
    ["keys by name", { 'k:{"b": 1, "a":"x"}': {} }, '{"k:{\\"a\\":\\"x\\",\\"b\\":1}":{}}'],
    [
      "items by the value of their keys, numbers as numbers",
      { 'k:{"p":443}': {}, 'k:{"p":80}': {}, 'k:{"p":"9"}': {} },
      '{"k:{\\"p\\":80}":{},"k:{\\"p\\":443}":{},"k:{\\"p\\":\\"9\\"}":{}}',
    ],
    [
      "fields, items, values, positions",
      { "i:10": {}, "i:2": {}, 'v:"b"': {}, "v:1": {}, 'v:"a"': {}, 'k:{"a":1}': {}, "f:z": {} },
      '{"f:z":{},"k:{\\"a\\":1}":{},"v:1":{},"v:\\"a\\"":{},"v:\\"b\\"":{},"i:2":{},"i:10":{}}',
    ],
  ];
  for (const [sentence, given, written] of rows)
    assert.equal(JSON.stringify(writeFields(parse(given))), written, sentence);
});

test("what is no FieldsV1 is told apart from an empty set", () => {
  for (const wrong of [
    { a: {} },
    { "f:a": 1 },
    { "f:a": null },
    { "k:x": {} },
    { "k:[]": {} },
    { "v:": {} },
    { "i:-1": {} },
    { "x:a": {} },
  ])
    assert.equal(parseFields(wrong as never), undefined, JSON.stringify(wrong));
  assert.ok(isEmptySet(parse({})));
});

test("a frozen description is parsed once, and a set is written once", () => {
  const fields = deepFreeze({ "f:a": { "f:b": {} } });
  assert.equal(parse(fields), parse(fields));
  const set = setOfPaths(["f:a"]);
  assert.equal(writeFields(set), writeFields(set));
  assert.ok(equalSets(parse(writeFields(set)), set));
});

test("equal sets share one description, whatever the order they were made in", () => {
  const [a, b] = [setOfPaths(["f:a", "f:b"], ["f:c"]), setOfPaths(["f:c"], ["f:a", "f:b"])];
  assert.notEqual(a, b);
  assert.equal(writeFields(a), writeFields(b));
  assert.notEqual(writeFields(a), writeFields(setOfPaths(["f:a"], ["f:a", "f:b"], ["f:c"])));
});

test("paths are shown as people write them", () => {
  const path = ["f:spec", 'k:{"containerPort":80,"protocol":"TCP"}', 'v:"a\\"b"', "i:3", "f:a.b/c"];
  assert.equal(describePath(path), '.spec[containerPort=80,protocol="TCP"][="a\\"b"][3].a.b/c');
});

test("paths come with the members of each place before what lies deeper", () => {
  const set = parse({ "f:a": { "f:z": {}, ".": {} }, "f:b": {} });
  assert.deepEqual([...pathsOf(set)].map(describePath), [".a", ".b", ".a.z"]);
});

const step = fc.constantFrom("f:a", "f:b", 'k:{"n":"x"}', 'k:{"n":"y"}', 'v:"s"', "i:0");
const paths = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 });
const asText = (set: FieldSet): ReadonlySet<string> => new Set([...pathsOf(set)].map((path) => path.join("/")));
const texts = (list: readonly (readonly string[])[]): ReadonlySet<string> =>
  new Set(list.map((path) => path.join("/")));
const below = (path: string, others: ReadonlySet<string>): boolean =>
  [...others].some((other) => path === other || path.startsWith(`${other}/`));

test("the algebra of sets is that of sets of strings", () => {
  fc.assert(
    fc.property(paths, paths, (left, right) => {
      const [a, b] = [setOfPaths(...left), setOfPaths(...right)];
      const [mine, theirs] = [texts(left), texts(right)];
      assert.deepEqual(asText(a), mine);
      assert.deepEqual(asText(union(a, b)), new Set([...mine, ...theirs]));
      assert.deepEqual(asText(intersection(a, b)), new Set([...mine].filter((path) => theirs.has(path))));
      assert.deepEqual(asText(difference(a, b)), new Set([...mine].filter((path) => !theirs.has(path))));
      assert.deepEqual(asText(recursiveDifference(a, b)), new Set([...mine].filter((path) => !below(path, theirs))));
      assert.equal(
        isSubset(a, b),
        [...mine].every((path) => theirs.has(path)),
      );
      assert.equal(
        overlaps(a, b),
        [...mine].some((path) => theirs.has(path)),
      );
      for (const path of [...left, ...right]) assert.equal(hasPath(a, path), mine.has(path.join("/")));
      assert.ok(equalSets(parse(JSON.parse(JSON.stringify(writeFields(a)))), a));
    }),
    { numRuns: 500, seed: 4 },
  );
});

test("what does not change is shared", () => {
  const set = setOfPaths(["f:a", "f:b"], ["f:c"]);
  assert.equal(union(set, setOfPaths(["f:a", "f:b"])), set);
  assert.equal(difference(set, setOfPaths(["f:x"])), set);
  assert.equal(difference(set, setOfPaths(["f:c"])).children.get("f:a"), set.children.get("f:a"));
  assert.equal(difference(set, set), EMPTY_SET);
});
