// JSON and protobuf from anybody: bytes that are no message, lengths that lie, values too deep to walk.
import assert from "node:assert/strict";
import { ProtobufError } from "@knots/std";
import { BYTES, fuzz, type Hostile, TEXT } from "../../../../testkit/fuzz/fuzz.ts";
import { BODY, HOSTILE_JSON, nestedLists } from "../../../../testkit/fuzz/hostile.ts";
import { decodeObject } from "../schema/decode.ts";
import type { JsonObject, ObjectNode } from "../schema/schema.ts";
import { Thing } from "../schema/thing.fixture.ts";
import { isApiError } from "../status.ts";
import { parseJson } from "./json.ts";
import { decodeProtobuf, encodeProtobuf, openProtobuf } from "./protobuf.ts";
import { decodeMessage } from "./protobuf-decode.ts";
import { encodeMessage } from "./protobuf-encode.ts";

const refusal = (error: unknown): boolean => isApiError(error, "BadRequest");

const thing: JsonObject = decodeObject(Thing, {
  apiVersion: "example.io/v1",
  kind: "Thing",
  metadata: { name: "héllo", labels: { a: "b" }, creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: {
    replicas: 0,
    size: -5,
    ratio: 1.5,
    paused: true,
    parts: [{ name: "p", image: "i", ports: [{ port: 80, protocol: "UDP", target: "x" }], limits: { cpu: "1500m" } }],
    data: { k: "AQID" },
    since: "2026-01-01T00:00:00Z",
    exact: "2026-01-01T00:00:00.000001Z",
    cpu: "1Gi",
    any: [1, { a: null }],
    blob: { a: { b: "c" } },
    tree: { leaf: "a", children: [{ leaf: "b" }], named: { n: { leaf: "c" } } },
  },
});

fuzz({
  name: "JSON",
  form: TEXT,
  samples: [JSON.stringify(thing), '{"a":1,"b":{"a":[true,false,null,-1.5e3,"\\u00e9\\n"]}}', "[[],{}]", ' "x" '],
  tokens: ["{", "}", "[", "]", ":", ",", '"', "\\", "\\u", "null", "1e999", '"a":', '"__proto__":', "-", "\ufeff"],
  hostile: HOSTILE_JSON,
  run(text) {
    const paths: string[] = [];
    const value = parseJson(text.toWellFormed(), { maxDepth: 512, onDuplicate: (path) => paths.push(path) });
    assert.ok(JSON.stringify(value).isWellFormed());
    assert.ok(paths.every((path) => typeof path === "string"));
  },
  declared: refusal,
});

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
/** A field of bytes. */
const framed = (number: number, bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
const wrapped = (bytes: Uint8Array, numbers: readonly number[]): Uint8Array =>
  numbers.reduceRight((inner, number) => framed(number, inner), bytes);
const SPEC = 2;
/** Comparing what is larger costs far more than decoding it. */
const LARGE = 100_000;

/** Messages in messages along `numbers`, ten thousand times. */
function deep(...numbers: readonly number[]): Uint8Array {
  let bytes: Uint8Array = new Uint8Array();
  for (let depth = 0; depth < 10_000; depth++) bytes = wrapped(bytes, numbers);
  return wrapped(bytes, [SPEC, 13]);
}
const repeatedly = (bytes: readonly number[]): Uint8Array =>
  Uint8Array.from({ length: BODY }, (_, index) => bytes[index % bytes.length] as number);
const inEnvelope = (raw: Uint8Array): Uint8Array =>
  Buffer.concat([
    Buffer.from("k8s\0"),
    framed(1, Buffer.concat([framed(1, Buffer.from("v1")), framed(2, Buffer.from("T"))])),
    framed(2, raw),
  ]);

const HOSTILE_MESSAGES: readonly Hostile<Uint8Array>[] = [
  { says: "trees in trees, ten thousand deep", input: () => deep(2), refused: true },
  { says: "trees in maps, ten thousand deep", input: () => deep(3, 2), refused: true },
  { says: "a length beyond the end", input: () => Uint8Array.from([18, 255, 255, 255, 127, 1]), refused: true },
  { says: "a length of 2^63", input: () => Uint8Array.from([18, ...Array(9).fill(255), 0]), refused: true },
  { says: "a negative length", input: () => Uint8Array.from([18, ...Array(9).fill(255), 1]), refused: true },
  {
    says: "a length that is longer than the message around it",
    input: () => Uint8Array.from([18, 2, 10, 9, 1, 1, 1]),
    refused: true,
  },
  { says: "as many empty parts as fit", input: () => wrapped(repeatedly([42, 0]), [SPEC]) },
  { says: "as many tiny trees as fit", input: () => wrapped(repeatedly([18, 0]), [SPEC, 13]) },
  { says: "as many unknown fields as fit", input: () => repeatedly([248, 255, 255, 255, 15, 0]) },
  {
    says: "free JSON, ten thousand lists deep",
    input: () => wrapped(Buffer.from(nestedLists()), [SPEC, 11, 1]),
    refused: true,
  },
  {
    says: "free JSON, a million lists deep",
    input: () => wrapped(Buffer.from(nestedLists(1_000_000)), [SPEC, 11, 1]),
    refused: true,
  },
  {
    says: "a free object that is ten thousand deep",
    input: () => wrapped(Buffer.from(`{"a":${nestedLists()}}`), [SPEC, 12, 1]),
    refused: true,
  },
  {
    says: "a quantity of three million digits",
    input: () => wrapped(Buffer.from("9".repeat(BODY - 100)), [SPEC, 10, 1]),
  },
  { says: "a text as long as a body", input: () => wrapped(Buffer.alloc(BODY, 97), [SPEC, 15]) },
];

fuzz({
  name: "protobuf objects",
  form: BYTES,
  samples: [encodeProtobuf(Thing, thing)],
  tokens: ["\0", "\b", "\x0a\0", "\x12\x02", "k8s\0", "\x0a\x04\x08\x01\x10\0"],
  hostile: HOSTILE_MESSAGES.map((one) => ({ ...one, input: () => inEnvelope(one.input()) })),
  // What is kept can be written, as JSON and as a message again.
  run(body) {
    const value = decodeProtobuf(Thing, openProtobuf(body));
    if (body.length > LARGE) return;
    assert.deepEqual(decodeObject(Thing, JSON.parse(JSON.stringify(value))), value);
    // The first time over, value fields that the message left out get their zeros.
    const shown = decodeProtobuf(Thing, openProtobuf(encodeProtobuf(Thing, value)));
    assert.deepEqual(decodeProtobuf(Thing, openProtobuf(encodeProtobuf(Thing, shown))), shown);
  },
  declared: refusal,
});

const recursive: ObjectNode = Thing;
fuzz({
  name: "protobuf messages",
  form: BYTES,
  samples: [encodeMessage(recursive, thing), encodeMessage(recursive, thing, { zero: "omit" })],
  tokens: ["\0", "\b", "\x0a\0", "\x12\x02"],
  run: (bytes) => decodeMessage(recursive, bytes),
  declared: (error) => error instanceof ProtobufError,
});
