// JSON Patch case by case: what RFC 6902 and RFC 6901 demand, and what upstream does beyond or against them.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../schema/schema.ts";
import { applyJsonPatch, MAX_COPIED, MAX_OPERATIONS, PatchError } from "./json-patch.ts";

type Row = readonly [says: string, document: Json, patch: Json, result: Json];

const applied: readonly Row[] = [
  ["a field is added", { a: 1 }, [{ op: "add", path: "/b", value: 2 }], { a: 1, b: 2 }],
  ["a field that is there is replaced by an add", { a: 1 }, [{ op: "add", path: "/a", value: 2 }], { a: 2 }],
  ["null is a value", { a: 1 }, [{ op: "add", path: "/a", value: null }], { a: null }],
  ["the document itself is replaced", { a: 1 }, [{ op: "replace", path: "", value: [1] }], [1]],
  ["the document itself is added", { a: 1 }, [{ op: "add", path: "", value: { b: 2 } }], { b: 2 }],
  ["an item is put before another", ["a", "b"], [{ op: "add", path: "/1", value: "x" }], ["a", "x", "b"]],
  ["an item is put at the front", ["a"], [{ op: "add", path: "/0", value: "x" }], ["x", "a"]],
  ["an item is put behind the last by its index", ["a"], [{ op: "add", path: "/1", value: "x" }], ["a", "x"]],
  ["- is behind the last item", ["a"], [{ op: "add", path: "/-", value: "x" }], ["a", "x"]],
  ["- works in an empty list", { l: [] }, [{ op: "add", path: "/l/-", value: ["x"] }], { l: [["x"]] }],
  ["- is a field in an object", {}, [{ op: "add", path: "/-", value: 1 }], { "-": 1 }],
  ["numbers are fields in an object", { "0": 1 }, [{ op: "replace", path: "/0", value: 2 }], { "0": 2 }],
  ["the empty name is a name", {}, [{ op: "add", path: "/", value: 1 }], { "": 1 }],
  ["empty names nest", { "": { "": 1 } }, [{ op: "replace", path: "//", value: 2 }], { "": { "": 2 } }],
  ["~1 is a slash", { "a/b": 1 }, [{ op: "replace", path: "/a~1b", value: 2 }], { "a/b": 2 }],
  ["~0 is a tilde", { "m~n": 1 }, [{ op: "replace", path: "/m~0n", value: 2 }], { "m~n": 2 }],
  ["~01 is ~1, not a slash", { "~1": 1, "/": 2 }, [{ op: "replace", path: "/~01", value: 3 }], { "~1": 3, "/": 2 }],
  ["escapes of URIs say nothing", { "c%d": 1 }, [{ op: "replace", path: "/c%d", value: 2 }], { "c%d": 2 }],
  ["quotes and spaces are names", { 'k"l': 1, " ": 2 }, [{ op: "remove", path: "/ " }], { 'k"l': 1 }],
  ["a field is removed", { a: 1, b: 2 }, [{ op: "remove", path: "/a" }], { b: 2 }],
  ["an item is removed", [1, 2, 3], [{ op: "remove", path: "/1" }], [1, 3]],
  ["an item is replaced", [1, [2, 3]], [{ op: "replace", path: "/1/0", value: "x" }], [1, ["x", 3]]],
  ["false, 0 and empty text are replaced", { a: false }, [{ op: "replace", path: "/a", value: "" }], { a: "" }],
  ["a field is moved", { a: { b: 1 }, c: {} }, [{ op: "move", from: "/a/b", path: "/c/d" }], { a: {}, c: { d: 1 } }],
  ["an item is moved back", ["a", "b", "c"], [{ op: "move", from: "/0", path: "/2" }], ["b", "c", "a"]],
  ["an item is moved to the end", ["a", "b"], [{ op: "move", from: "/0", path: "/-" }], ["b", "a"]],
  ["a move to its own place changes nothing", { a: 1 }, [{ op: "move", from: "/a", path: "/a" }], { a: 1 }],
  ["a move replaces", { a: 1, b: 2 }, [{ op: "move", from: "/a", path: "/b" }], { b: 1 }],
  ["a value is copied", { a: [1] }, [{ op: "copy", from: "/a", path: "/b" }], { a: [1], b: [1] }],
  [
    "a copy goes its own way",
    { a: [1] },
    [
      { op: "copy", from: "/a", path: "/b" },
      { op: "add", path: "/b/-", value: 2 },
      { op: "add", path: "/a/0", value: 0 },
    ],
    { a: [0, 1], b: [1, 2] },
  ],
  [
    "a value is copied into itself",
    { a: { b: 1 } },
    [{ op: "copy", from: "/a", path: "/a/c" }],
    { a: { b: 1, c: { b: 1 } } },
  ],
  ["null is copied", { a: null }, [{ op: "copy", from: "/a", path: "/b" }], { a: null, b: null }],
  [
    "a value that was put in is changed, not the patch",
    {},
    [
      { op: "add", path: "/a", value: [] },
      { op: "add", path: "/a/-", value: 1 },
    ],
    { a: [1] },
  ],
  ["fields that nobody knows are passed over", { a: 1 }, [{ op: "test", path: "/a", value: 1, xyz: 2 }], { a: 1 }],
  ["no operation at all", { a: 1 }, [], { a: 1 }],
  ["an index below zero counts from the end, upstream's way", [1, 2, 3], [{ op: "remove", path: "/-1" }], [1, 2]],
  ["and when an item is added", [1, 2], [{ op: "add", path: "/-1", value: 3 }], [1, 2, 3]],
  ["what is not there equals null, upstream's way", {}, [{ op: "test", path: "/a", value: null }], {}],
  [
    "a field may be called __proto__",
    {},
    [{ op: "add", path: "/__proto__", value: { x: 1 } }],
    JSON.parse('{"__proto__":{"x":1}}') as Json,
  ],
];

for (const [says, document, patch, result] of applied)
  test(`JSON patch: ${says}`, () => {
    const before = JSON.stringify([document, patch]);
    assert.deepEqual(applyJsonPatch(document, patch), result);
    assert.equal(JSON.stringify([document, patch]), before, "neither the document nor the patch is changed");
  });

test("JSON patch: values of every type are tested by what they are", () => {
  const values: readonly Json[] = [
    null,
    true,
    false,
    0,
    1,
    -1.5,
    "",
    "1",
    "é",
    [],
    [1],
    [1, 2],
    [2, 1],
    {},
    { a: 1 },
    { a: 1, b: null },
    [[]],
    [{}],
  ];
  for (const found of values) {
    for (const expected of values) {
      const patch = [{ op: "test", path: "/x", value: expected }];
      if (found === expected) assert.deepEqual(applyJsonPatch({ x: found }, patch), { x: found });
      else assert.throws(() => applyJsonPatch({ x: found }, patch), /test failed/, JSON.stringify([found, expected]));
    }
  }
  const anyOrder = [{ op: "test", path: "", value: { b: [1, { d: 2, c: 3 }], a: 1 } }];
  assert.ok(applyJsonPatch({ a: 1.0, b: [1, { c: 3, d: 2 }] }, anyOrder));
});

type Fault = readonly [says: string, document: Json, patch: Json, code: 400 | 413 | 422, message: RegExp];

const one = (operation: Json): Json => [operation];
const refused: readonly Fault[] = [
  ["a patch is a list", {}, { op: "add", path: "/a", value: 1 }, 400, /cannot unmarshal object/],
  ["an operation is an object", {}, ["add"], 400, /not an object/],
  ["an operation has a name", {}, one({ path: "/a", value: 1 }), 422, /Unexpected kind: null/],
  ["a name that is none", {}, one({ op: "spam", path: "/a", value: 1 }), 422, /Unexpected kind: "spam"/],
  ["names are in lower case", {}, one({ op: "Add", path: "/a", value: 1 }), 422, /Unexpected kind/],
  ["names are not inherited", {}, one({ op: "constructor", path: "/a", value: 1 }), 422, /Unexpected kind/],
  ["an operation has a path", {}, one({ op: "add", value: 1 }), 422, /invalid JSON pointer: null/],
  ["a path is text", {}, one({ op: "add", path: 1, value: 1 }), 422, /invalid JSON pointer: 1/],
  ["a path starts with a slash", { a: 1 }, one({ op: "remove", path: "a" }), 422, /invalid JSON pointer/],
  ["an add has a value", {}, one({ op: "add", path: "/a" }), 422, /has no value/],
  ["a replace has a value", { a: 1 }, one({ op: "replace", path: "/a" }), 422, /has no value/],
  ["a copy comes from somewhere", { a: 1 }, one({ op: "copy", path: "/b" }), 422, /invalid JSON pointer/],
  ["a move comes from somewhere", { a: 1 }, one({ op: "move", path: "/b" }), 422, /invalid JSON pointer/],
  [
    "what is removed is there",
    { a: 1 },
    one({ op: "remove", path: "/b" }),
    422,
    /doc is missing key: b: missing value/,
  ],
  ["what is replaced is there", { a: 1 }, one({ op: "replace", path: "/b", value: 1 }), 422, /doc is missing key: b/],
  ["what is moved is there", { a: 1 }, one({ op: "move", from: "/b", path: "/c" }), 422, /doc is missing key: b/],
  ["what is copied is there", { a: 1 }, one({ op: "copy", from: "/b", path: "/c" }), 422, /doc is missing key: b/],
  ["what is tested is there", { a: 1 }, one({ op: "test", path: "/b", value: 1 }), 422, /doc is missing key: b/],
  ["nothing is inherited", {}, one({ op: "remove", path: "/toString" }), 422, /doc is missing key: toString/],
  ["the way to a new field is there", {}, one({ op: "add", path: "/a/b", value: 1 }), 422, /doc is missing key: a/],
  ["nothing is below text", { a: "x" }, one({ op: "add", path: "/a/0", value: 1 }), 422, /doc is missing key/],
  ["nothing is below null", { a: null }, one({ op: "add", path: "/a/b", value: 1 }), 422, /doc is missing key/],
  ["an index is in the list", [1], one({ op: "remove", path: "/1" }), 422, /invalid index referenced/],
  ["an added item leaves no gap", [1], one({ op: "add", path: "/2", value: 1 }), 422, /invalid index referenced/],
  ["- is no item", [1], one({ op: "replace", path: "/-", value: 1 }), 422, /invalid list index: -/],
  ["- is nothing to remove", [1], one({ op: "remove", path: "/-" }), 422, /invalid list index: -/],
  ["an index has no leading zero", [1, 2], one({ op: "remove", path: "/01" }), 422, /invalid list index: 01/],
  ["an index is a number", [1], one({ op: "add", path: "/1e0", value: 1 }), 422, /invalid list index: 1e0/],
  ["an index is not empty", [1], one({ op: "add", path: "/", value: 1 }), 422, /invalid list index: /],
  ["an index below zero is in the list", [1], one({ op: "remove", path: "/-2" }), 422, /invalid index referenced/],
  [
    "nothing moves into itself",
    { a: { b: 1 } },
    one({ op: "move", from: "/a", path: "/a/b" }),
    422,
    /one of its children/,
  ],
  ["the document stays", { a: 1 }, one({ op: "remove", path: "" }), 422, /whole document/],
];

for (const [says, document, patch, code, message] of refused)
  test(`JSON patch refused: ${says}`, () => {
    assert.throws(
      () => applyJsonPatch(document, patch),
      (error) => error instanceof PatchError && error.code === code && message.test(error.message),
    );
  });

test("a patch of ten thousand operations is applied, one more is too many", () => {
  const patch = Array.from({ length: MAX_OPERATIONS }, (_, value) => ({ op: "add", path: "/-", value }));
  assert.equal((applyJsonPatch([], patch) as Json[]).length, 10_000);
  assert.throws(
    () => applyJsonPatch([], [...patch, { op: "test", path: "", value: null }]),
    (error) =>
      error instanceof PatchError &&
      error.code === 413 &&
      error.message ===
        "Request entity is too large: The allowed maximum operations in a JSON patch is 10000, got 10001",
  );
});

test("all copies together bring at most three MiB", () => {
  const doubling = (times: number): Json =>
    Array.from({ length: times }, () => ({ op: "copy", from: "/a", path: "/a/-" }));
  // Brackets and quotes count: each copy is somewhat longer than all before it together.
  assert.ok(applyJsonPatch({ a: ["x".repeat(1000)] }, doubling(11)));
  assert.throws(
    () => applyJsonPatch({ a: ["x".repeat(1000)] }, doubling(60)),
    (error) =>
      error instanceof PatchError &&
      error.code === 422 &&
      /accumulated size increase of copy is \d+, exceeding the limit 3145728/.test(error.message),
  );
  const once = [{ op: "copy", from: "/a", path: "/b" }];
  assert.ok(applyJsonPatch({ a: "x".repeat(MAX_COPIED - 2) }, once));
  assert.throws(() => applyJsonPatch({ a: "x".repeat(MAX_COPIED - 1) }, once), PatchError);
});
