// The message codec against hand-checked bytes, itself, and hostile input; every built-in kind is compared in test/conformance.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtobufError } from "@knots/std";
import fc from "fast-check";
import {
  array,
  boolean,
  bytes,
  double,
  field,
  inline,
  int32,
  int64,
  intOrString,
  jsonObject,
  map,
  microTime,
  object,
  objectWith,
  quantity,
  string,
  time,
} from "../schema/builder.ts";
import type { JsonObject, ObjectNode, ObjectSchema } from "../schema/schema.ts";
import { isApiError } from "../status.ts";
import { decodeProtobuf, encodeProtobuf, encodeWatchEvent, openProtobuf } from "./protobuf.ts";
import { decodeMessage } from "./protobuf-decode.ts";
import { type EncodeOptions, encodeMessage } from "./protobuf-encode.ts";

const hex = (schema: ObjectNode, value: JsonObject, options?: EncodeOptions): string =>
  Buffer.from(encodeMessage(schema, value, options)).toString("hex");
const unhex = (schema: ObjectNode, text: string): JsonObject =>
  decodeMessage(schema, Uint8Array.from(Buffer.from(text, "hex")));

const one = (node: Parameters<typeof field>[1], pointer = true): ObjectNode =>
  object("io.example.v1.One", { x: field(1, node, "X.", { pointer }) });
const source = object("io.example.v1.Source", { path: field(3, string(), "Path.", { pointer: true }) });
const volume = objectWith("io.example.v1.Volume", { name: field(1, string(), "Name.") }, inline(2, source));

const both: readonly (readonly [string, ObjectNode, JsonObject, string])[] = [
  ["text", one(string()), { x: "ab" }, "0a026162"],
  ["a pointer to empty text", one(string()), { x: "" }, "0a00"],
  ["a negative number", one(int64()), { x: -1 }, "08ffffffffffffffffff01"],
  ["a negative 32-bit number takes ten bytes too", one(int32()), { x: -5 }, "08fbffffffffffffffff01"],
  ["true", one(boolean()), { x: true }, "0801"],
  ["a double", one(double()), { x: 1 }, "09000000000000f03f"],
  ["bytes", one(bytes()), { x: "AQID" }, "0a03010203"],
  ["a time", one(time()), { x: "1970-01-01T00:00:01Z" }, "0a0408011000"],
  ["a time with microseconds", one(microTime()), { x: "1970-01-01T00:00:01.000001Z" }, "0a05080110e807"],
  ["a quantity", one(quantity()), { x: "1Gi" }, "0a050a03314769"],
  ["a number of int-or-string", one(intOrString()), { x: 80 }, "0a06080010501a00"],
  ["text of int-or-string", one(intOrString()), { x: "a" }, "0a070801" + "1000" + "1a0161"],
  ["raw JSON", one(jsonObject()), { x: { a: 1 } }, "0a090a077b2261223a317d"],
  ["a list of numbers", one(array(int32())), { x: [1, 300] }, "080108ac02"],
  ["a list of texts keeps empty ones", one(array(string())), { x: ["", "a"] }, "0a000a0161"],
  [
    "a map in the order of its keys",
    one(map(string())),
    { x: { a: "1", b: "" } },
    "0a060a0161120131" + "0a050a01621200",
  ],
  ["a map of lists", one(map(array(string()))), { x: { a: ["b"] } }, "0a080a016112030a0162"],
  ["an inlined structure is nested", volume, { name: "n", path: "p" }, "0a016e" + "12031a0170"],
];
for (const [what, schema, value, expected] of both) {
  test(`protobuf: ${what}`, () => {
    assert.equal(hex(schema, value), expected);
    assert.deepEqual(unhex(schema, expected), value);
  });
}

const message = object("io.example.v1.Message", {
  text: field(1, string(), "Text."),
  number: field(2, int32(), "Number."),
  list: field(3, array(int32()), "List."),
  inner: field(4, source, "Inner."),
});

test("absent value fields are written as Kubernetes does, left out as proto3 does, and read as absent", () => {
  assert.equal(hex(message, {}), "0a0010002200");
  assert.equal(hex(message, {}, { zero: "omit" }), "");
  assert.equal(hex(message, { text: "", number: 0, list: [1, 300], inner: {} }, { zero: "omit" }), "1a0301ac022200");
  assert.deepEqual(unhex(message, "0a0010002200"), {});
});

test("number lists are read packed and not packed", () => {
  assert.deepEqual(unhex(message, "1a0301ac021805"), { list: [1, 300, 5] });
});

test("unknown fields are passed over", () => {
  assert.deepEqual(unhex(message, "7a03616263" + "0a0161"), { text: "a" });
});

test("the zero time of Go is no time", () => {
  assert.deepEqual(unhex(one(time()), "0a0b0880" + "92b8c398feffffff01"), {});
  assert.deepEqual(unhex(one(time()), "0a00"), {});
});

const tree: ObjectSchema = object("io.example.v1.Tree", {
  name: field(1, string(), "Name."),
  left: field(2, () => tree, "Left.", { pointer: true }),
  named: field(3, () => map(tree), "Named."),
});

test("values survive both ways in both manners", () => {
  const { node } = fc.letrec<{ node: JsonObject }>((tie) => ({
    node: fc.record(
      {
        name: fc.string({ minLength: 1 }),
        left: tie("node"),
        named: fc.dictionary(fc.oneof(fc.string(), fc.constant("__proto__")), tie("node"), {
          minKeys: 1,
          maxKeys: 2,
          noNullPrototype: true,
        }),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  }));
  fc.assert(
    fc.property(node, fc.constantFrom("write" as const, "omit" as const), (value, zero) => {
      assert.deepEqual(decodeMessage(tree, encodeMessage(tree, value, { zero })), value);
    }),
  );
});

test("messages that nest too deep and bytes that are no message are refused", () => {
  let deep = "";
  for (let depth = 0; depth < 20; depth++) deep = `12${(deep.length / 2).toString(16).padStart(2, "0")}${deep}`;
  assert.throws(() => decodeMessage(tree, Uint8Array.from(Buffer.from(deep, "hex")), { maxDepth: 10 }), ProtobufError);
  assert.throws(() => unhex(tree, "0801"), /wire type 0 where a string was expected/);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (input) => {
      try {
        decodeMessage(tree, input);
      } catch (error) {
        assert.ok(error instanceof ProtobufError);
      }
    }),
  );
});

const thing = object("io.example.v1.Thing", {
  apiVersion: field(0, string(), "Version."),
  kind: field(0, string(), "Kind."),
  cpu: field(1, quantity(), "Quantity.", { pointer: true }),
});

test("the envelope names the kind; what is inside comes out canonical", () => {
  const body = encodeProtobuf(thing, { apiVersion: "e/v1", kind: "Thing", cpu: "1000m" });
  const expected = "6b387300" + "0a0d" + "0a04652f7631" + "12055468696e67" + "12090a070a05" + "313030306d" + "1a002200";
  assert.equal(Buffer.from(body).toString("hex"), expected);
  assert.deepEqual(decodeProtobuf(thing, openProtobuf(body)), { apiVersion: "e/v1", kind: "Thing", cpu: "1" });
});

test("bodies that are no envelope, or hold no message, are bad requests", () => {
  assert.throws(
    () => openProtobuf(Buffer.from("{}")),
    (error) => isApiError(error, "BadRequest"),
  );
  const raw = Uint8Array.from([8]);
  assert.throws(
    () => decodeProtobuf(thing, { apiVersion: "e/v1", kind: "Thing", raw }),
    (error) => isApiError(error, "BadRequest") && error.message.startsWith('Thing in version "v1" cannot be handled'),
  );
});

test("an event of a watch is its length, its type and the object's whole envelope", () => {
  const raw = Uint8Array.of(0x0a, 0x01, 0x78);
  const envelope = "6b3873000a090a027631120354687a" + "12030a01781a002200";
  const event = `0a0541444445441` + `21a0a18${envelope}`;
  const names = { apiVersion: "v1", kind: "Thz", raw };
  assert.equal(Buffer.from(encodeWatchEvent("ADDED", names, false)).toString("hex"), event);
  const length = (event.length / 2).toString(16).padStart(8, "0");
  assert.equal(Buffer.from(encodeWatchEvent("ADDED", names)).toString("hex"), length + event);
  assert.deepEqual(openProtobuf(Uint8Array.from(Buffer.from(envelope, "hex"))), names);
});
