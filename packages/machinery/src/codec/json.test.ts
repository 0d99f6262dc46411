// JSON parsing: duplicates, depth, syntax errors.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../schema/schema.ts";
import { isApiError } from "../status.ts";
import { parseJson } from "./json.ts";

function duplicatesOf(text: string): string[] {
  const found: string[] = [];
  parseJson(text, { maxDepth: 100, onDuplicate: (path) => found.push(path) });
  return found;
}

const duplicateRows: readonly (readonly [string, string, readonly string[]])[] = [
  ["nothing repeats", '{"a":1,"b":{"a":2}}', []],
  ["a field repeats", '{"a":1,"a":2}', ["a"]],
  ["it repeats twice", '{"a":1,"a":2,"a":3}', ["a", "a"]],
  ["deep in a list", '{"spec":{"list":[{"x":1},{"y":1,"y":2}]}}', ["spec.list[1].y"]],
  ["the first value held keys of its own", '{"a":{"b":1,"c":2},"a":{}}', ["a"]],
  ["the same name written with an escape", '{"name":1,"n\\u0061me":2}', ["name"]],
  ["quotes, colons and brackets inside strings", '{"a":"\\\\\\"{:[","b:":"a","a" :2}', ["a"]],
  ["strings that look like keys", '{"a":["a","a"],"b":"a"}', []],
];
for (const [what, text, paths] of duplicateRows) {
  test(`duplicates: ${what}`, () => assert.deepEqual(duplicatesOf(text), paths));
}

test("objects made by JSON.stringify never have duplicates and come back as they were", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      assert.deepEqual(duplicatesOf(text), []);
      assert.deepEqual(parseJson(text, { maxDepth: 100 }), JSON.parse(text));
    }),
  );
});

test("every repeated key is found, wherever it is put", () => {
  const key = fc.constantFrom("a", "b", 'q"', "\\", ":", "é");
  const object = fc.array(fc.tuple(key, fc.jsonValue({ maxDepth: 1 })), { maxLength: 6 });
  fc.assert(
    fc.property(object, (entries) => {
      const text = `{${entries.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(" , ")}}`;
      const repeated = entries.map(([name]) => name).filter((name, index, names) => names.indexOf(name) < index);
      assert.deepEqual(duplicatesOf(text), repeated);
    }),
  );
});

test("text that nests deeper than the limit is refused, and at the limit it is not", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  let depth = 0;
  for (
    let value: Json = parseJson(nested(50), { maxDepth: 50 });
    Array.isArray(value);
    value = (value as Json[])[0] ?? 0
  )
    depth++;
  assert.equal(depth, 50);
  assert.throws(() => parseJson(nested(51), { maxDepth: 50 }), /exceeded max depth/);
  assert.throws(
    () => parseJson(nested(500_000), { maxDepth: 50 }),
    (error) => isApiError(error, "BadRequest"),
  );
});

const syntaxRows: readonly (readonly [string, string])[] = [
  ["", "unexpected end of JSON input"],
  ['{"a":"b', "unexpected end of JSON input"],
  ['{"a"', "unexpected end of JSON input"],
  ["{x", "invalid character 'x' looking for beginning of object key string"],
  ["[x", "invalid character 'x' looking for beginning of value"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
  ["[1 2]", "invalid character '2' after array element"],
  ["{} {}", "invalid character '{' after top-level value"],
];
for (const [text, message] of syntaxRows) {
  test(`syntax error in ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseJson(text, { maxDepth: 9 }),
      (error) => isApiError(error, "BadRequest") && error.message === message,
    );
  });
}

test("half a character is replaced at once, in keys and in values", () => {
  const text = '{"\\ud800":["\\udc00x","\\ud83d\\ude00"]}';
  assert.deepEqual(parseJson(text, { maxDepth: 9 }), { "\ufffd": ["\ufffdx", "\u{1f600}"] });
});
