// Decoding: canonical forms, type errors in upstream's words, unknown fields.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isApiError } from "../status.ts";
import { decodeObject } from "./decode.ts";
import { canonicalTime } from "./decode-scalar.ts";
import type { Json, JsonObject } from "./schema.ts";
import { Thing } from "./thing.fixture.ts";

const specOf = (spec: JsonObject): Json | undefined => decodeObject(Thing, { spec })["spec"];

const canonicalRows: readonly (readonly [string, JsonObject, JsonObject])[] = [
  ["null fields are absent", { size: null, parts: null }, {}],
  [
    "zero values of value fields are left out",
    { size: 0, ratio: 0, paused: false, mode: "", data: {}, finals: [] },
    {},
  ],
  ["zero values of pointers stay", { replicas: 0 }, { replicas: 0 }],
  ["empty required lists stay for validation", { parts: [] }, { parts: [] }],
  ["quantities become canonical", { cpu: "1000m" }, { cpu: "1" }],
  ["quantities may be numbers", { cpu: 0.5 }, { cpu: "500m" }],
  [
    "times lose their offset and fraction",
    { since: "2024-02-29T23:30:00.75-01:00" },
    { since: "2024-03-01T00:30:00Z" },
  ],
  ["micro times have six digits", { exact: "2024-02-29T23:30:00.75Z" }, { exact: "2024-02-29T23:30:00.750000Z" }],
  ["anything is kept, empty or not", { any: { a: null, b: [] }, blob: {} }, { any: { a: null, b: [] }, blob: {} }],
  ["base64 loses its line ends", { data: { a: "YWJj\nZGVm" } }, { data: { a: "YWJjZGVm" } }],
  ["fields that are always shown appear", { parts: [{ name: "a" }] }, { parts: [{ name: "a", resources: {} }] }],
  ["names are case-sensitive", { Replicas: 3 }, {}],
  ["null map values are empty", { frozen: { a: null } }, { frozen: { a: "" } }],
  ["null list elements are empty", { parts: [null] }, { parts: [{ resources: {} }] }],
];
for (const [what, spec, expected] of canonicalRows) {
  test(`decoding: ${what}`, () => assert.deepEqual(specOf(spec), expected));
}

const where = 'Thing in version "v1" cannot be handled as a Thing: ';
const errorRows: readonly (readonly [string, JsonObject, string])[] = [
  [
    "text for a number",
    { spec: { replicas: "3" } },
    "json: cannot unmarshal string into Go struct field ThingSpec.spec.replicas of type int32",
  ],
  [
    "a fraction for an integer",
    { spec: { size: 1.5 } },
    "json: cannot unmarshal number 1.5 into Go struct field ThingSpec.spec.size of type int64",
  ],
  [
    "too large for 32 bits",
    { spec: { replicas: 2147483648 } },
    "json: cannot unmarshal number 2147483648 into Go struct field ThingSpec.spec.replicas of type int32",
  ],
  [
    "a number for text, lists have no index",
    { spec: { parts: [{ name: 1 }] } },
    "json: cannot unmarshal number into Go struct field Part.spec.parts.name of type string",
  ],
  [
    "a map's key is not in the path",
    { metadata: { labels: { a: true } } },
    "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string",
  ],
  [
    "an object for a list",
    { spec: { parts: {} } },
    "json: cannot unmarshal object into Go struct field ThingSpec.spec.parts of type []v1.Part",
  ],
  [
    "text for a structure in a list",
    { spec: { parts: ["a"] } },
    "json: cannot unmarshal string into Go struct field ThingSpec.spec.parts of type v1.Part",
  ],
  [
    "the place after a nested structure",
    { spec: { tree: {}, size: "x" } },
    "json: cannot unmarshal string into Go struct field ThingSpec.spec.size of type int64",
  ],
  [
    "a list for a map",
    { spec: { frozen: [] } },
    "json: cannot unmarshal array into Go struct field ThingSpec.spec.frozen of type map[string]string",
  ],
  ["bad base64", { spec: { data: { a: "ab*=" } } }, "illegal base64 data at input byte 2"],
  ["short base64", { spec: { data: { a: "abcde" } } }, "illegal base64 data at input byte 4"],
  ["two digits of base64", { spec: { data: { a: "18" } } }, "illegal base64 data at input byte 0"],
  ["half a padding", { spec: { data: { a: "MTg=MTg=" } } }, "illegal base64 data at input byte 4"],
  ["padding too short", { spec: { data: { a: "MQ=" } } }, "illegal base64 data at input byte 3"],
  ["padding too long", { spec: { data: { a: "MTg==" } } }, "illegal base64 data at input byte 4"],
  ["padding alone", { spec: { data: { a: "=" } } }, "illegal base64 data at input byte 0"],
  [
    "no time",
    { spec: { since: "now" } },
    'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
  ],
  ["a number for a time", { spec: { since: 1 } }, "json: cannot unmarshal number into Go value of type string"],
  [
    "bool for int-or-string",
    { spec: { parts: [{ ports: [{ target: true }] }] } },
    "json: cannot unmarshal bool into Go value of type int32",
  ],
];
for (const [what, body, message] of errorRows) {
  test(`type error: ${what}`, () => {
    const value = { apiVersion: "example.io/v1", kind: "Thing", ...body };
    assert.throws(
      () => decodeObject(Thing, value),
      (error) => isApiError(error, "BadRequest") && error.code === 400 && error.message === where + message,
    );
  });
}

test("a body that is no object", () => {
  assert.throws(() => decodeObject(Thing, []), {
    message: "json: cannot unmarshal array into Go value of type v1.Thing",
  });
});

test("unknown fields are dropped and named in document order", () => {
  const found: string[] = [];
  const value: Json = {
    extra: 1,
    metadata: { unknownMeta: 1, labels: { any: "x" } },
    spec: { parts: [{ name: "a", resources: {}, foo: 1 }], tree: { named: { left: { bad: 1 } } }, constructor: 1 },
  };
  const decoded = decodeObject(Thing, value, { onUnknown: (path) => found.push(path) });
  assert.deepEqual(found, [
    "extra",
    "metadata.unknownMeta",
    "spec.parts[0].foo",
    "spec.tree.named.left.bad",
    "spec.constructor",
  ]);
  assert.deepEqual(decoded, {
    metadata: { labels: { any: "x" } },
    spec: { parts: [{ name: "a", resources: {} }], tree: { named: { left: {} } } },
  });
});

test("a canonical value comes back as the same reference, a changed one shares the rest", () => {
  const value = { metadata: { name: "a" }, spec: { parts: [{ name: "a", resources: {} }] } };
  assert.equal(decodeObject(Thing, value), value);
  const decoded = decodeObject(Thing, { ...value, extra: 1 });
  assert.equal(decoded["spec"], value.spec);
});

test("keys named like Object's own members are ordinary map keys", () => {
  const value = JSON.parse('{"spec":{"data":{"__proto__":"YQ==\\n","toString":"YQ=="}}}') as Json;
  const spec = decodeObject(Thing, value)["spec"] as { data: object };
  assert.deepEqual(Object.entries(spec.data), [
    ["__proto__", "YQ=="],
    ["toString", "YQ=="],
  ]);
});

test("endless nesting is refused, not overflowed", () => {
  let tree: Json = {};
  for (let depth = 0; depth < 5000; depth++) tree = { children: [tree] };
  assert.throws(() => decodeObject(Thing, { spec: { tree } }), /exceeded max depth/);
});

const timeRows: readonly (readonly [string, string | undefined])[] = [
  ["2024-02-30T00:00:00Z", undefined],
  ["2023-02-29T00:00:00Z", undefined],
  ["2024-13-01T00:00:00Z", undefined],
  ["2024-01-01T24:00:00Z", undefined],
  ["2024-01-01 00:00:00Z", undefined],
  ["2024-01-01T00:00:00", undefined],
  ["2024-01-01T00:00:00+02:00", "2023-12-31T22:00:00Z"],
];
for (const [text, expected] of timeRows) {
  test(`time ${text} is ${expected ?? "refused"}`, () => assert.equal(canonicalTime(text, "seconds"), expected));
}
