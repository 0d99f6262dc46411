// Validation: words, order, and the matching of old values.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, JsonObject } from "./schema.ts";
import { Thing } from "./thing.fixture.ts";
import { MAX_FIELD_ERRORS, validateObject } from "./validate.ts";

const parts = [{ name: "a" }];
const errorsOf = (spec: JsonObject, old?: JsonObject): string[] =>
  validateObject(Thing, { spec: { parts, ...spec } }, old && { spec: { parts, ...old } }).map(
    ({ field, message }) => `${field}: ${message}`,
  );

const rows: readonly (readonly [string, JsonObject, readonly string[]])[] = [
  ["a right object has no errors", {}, []],
  ["a required list is missing", { parts: [] }, ["spec.parts: Required value"]],
  ["a required name is empty", { parts: [{ name: "" }] }, ["spec.parts[0].name: Required value"]],
  ["below the least", { replicas: -1 }, ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"]],
  [
    "outside a range",
    { parts: [{ name: "a", ports: [{ port: 0 }] }] },
    ["spec.parts[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"],
  ],
  ["not one of the words", { mode: "Maybe" }, ['spec.mode: Unsupported value: "Maybe": supported values: "Off", "On"']],
  ["a set repeats", { finals: ["a", "b", "a"] }, ['spec.finals[2]: Duplicate value: "a"']],
  ["a keyed list repeats", { parts: [{ name: "a" }, { name: "a" }] }, ['spec.parts[1].name: Duplicate value: "a"']],
  [
    "a list with two keys repeats",
    {
      parts: [
        {
          name: "a",
          ports: [
            { port: 1, protocol: "TCP" },
            { port: 1, protocol: "UDP" },
            { port: 1, protocol: "TCP" },
          ],
        },
      ],
    },
    ['spec.parts[0].ports[2]: Duplicate value: {"port":1,"protocol":"TCP"}'],
  ],
  [
    "too long in a map",
    { tree: { named: { k: { leaf: "long" } } } },
    ["spec.tree.named[k].leaf: Too long: may not be more than 3 bytes"],
  ],
  ["too many", { few: ["a", "b", "c"] }, ["spec.few: Too many: 3: must have at most 2 items"]],
  ["too few", { few: [] }, ["spec.few: Invalid value: 0: must have at least 1 items"]],
  [
    "errors come in declaration order",
    { mode: "x", replicas: -1 },
    [
      "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
      'spec.mode: Unsupported value: "x": supported values: "Off", "On"',
    ],
  ],
];
for (const [what, spec, expected] of rows)
  test(`validation: ${what}`, () => assert.deepEqual(errorsOf(spec), expected));

const updateRows: readonly (readonly [string, JsonObject, JsonObject, readonly string[]])[] = [
  [
    "an immutable field may stay, whatever its key order",
    { frozen: { a: "1", b: "2" } },
    { frozen: { b: "2", a: "1" } },
    [],
  ],
  [
    "it may not change",
    { frozen: { a: "1" } },
    { frozen: { a: "2" } },
    ['spec.frozen: Invalid value: {"a":"2"}: field is immutable'],
  ],
  ["it may not go", { frozen: { a: "1" } }, {}, ["spec.frozen: Invalid value: null: field is immutable"]],
  ["checks see the old value", { replicas: 3 }, { replicas: 2 }, ["spec.replicas: Forbidden: may not shrink"]],
  [
    "list elements are matched by key, not by place",
    {
      parts: [
        { name: "a", image: "1" },
        { name: "b", image: "2" },
      ],
    },
    { parts: [{ name: "b", image: "2" }] },
    [],
  ],
  [
    "and their immutable fields hold",
    {
      parts: [
        { name: "a", image: "1" },
        { name: "b", image: "2" },
      ],
    },
    {
      parts: [
        { name: "b", image: "3" },
        { name: "new", image: "4" },
      ],
    },
    ['spec.parts[0].image: Invalid value: "3": field is immutable'],
  ],
];
for (const [what, old, now, expected] of updateRows) {
  test(`update: ${what}`, () => assert.deepEqual(errorsOf(now, old), expected));
}

test("the number of errors is limited", () => {
  const many: Json = Array.from({ length: 1000 }, (_, index) => ({ name: `p${index}`, ports: [{ port: 0 }] }));
  assert.equal(validateObject(Thing, { spec: { parts: many } }).length, MAX_FIELD_ERRORS);
});

test("what repeats is let in where the list allows it", () => {
  const value = { metadata: { finalizers: ["a", "a"] }, spec: { parts } };
  assert.deepEqual(validateObject(Thing, value), []);
});
