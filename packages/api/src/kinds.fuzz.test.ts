// Objects of every kind near valid ones, through all that a write does to them: they are refused, or canonical, or told what is wrong with them.
import assert from "node:assert/strict";
import {
  applyDefaults,
  decodeObject,
  decodeProtobuf,
  encodeProtobuf,
  isApiError,
  type Json,
  type JsonObject,
  openProtobuf,
  parseJson,
  validateObject,
} from "@knots/machinery";
import { fuzz, TEXT } from "../../../testkit/fuzz/fuzz.ts";
import { sampleObjects } from "../../../testkit/sample-objects.ts";
import { builtinKinds } from "./kinds.ts";

const kinds = new Map(
  builtinKinds.map((kind) => [`${kind.group === "" ? "" : `${kind.group}/`}${kind.version} ${kind.kind}`, kind]),
);

/** The value without empty structures. */
function without(value: Json): Json {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, without(entry)] as const);
  return Object.fromEntries(entries.filter(([, entry]) => JSON.stringify(entry) !== "{}"));
}

fuzz({
  name: "objects of every kind",
  form: TEXT,
  samples: sampleObjects
    .filter(({ apiVersion, kind }) => kinds.has(`${apiVersion} ${kind}`))
    .map((sample) => JSON.stringify(sample)),
  tokens: [
    "null",
    "[]",
    "{}",
    "0",
    "-1",
    '""',
    "1e999",
    "true",
    "[null]",
    '{"":""}',
    '"__proto__":{"x":1},',
    '"constructor":1,',
    "9".repeat(20),
    '"1e999"',
  ],
  run(text) {
    const value = parseJson(text.toWellFormed(), { maxDepth: 512 }) as JsonObject;
    const kind = kinds.get(`${String(value?.["apiVersion"])} ${String(value?.["kind"])}`);
    if (!kind) return;
    const decoded = applyDefaults(kind.schema, decodeObject(kind.schema, value));
    assert.equal(decodeObject(kind.schema, decoded), decoded, "what is canonical stays as it is");
    for (const { message } of validateObject(kind.schema, decoded)) assert.equal(typeof message, "string");
    if (validateObject(kind.schema, decoded).length > 0 || kind.jsonOnly === true) return;
    const roundTrip = (object: JsonObject): JsonObject =>
      decodeProtobuf(kind.schema, openProtobuf(encodeProtobuf(kind.schema, object)));
    // Messages do not tell an empty structure from none: the first time over, it is gone.
    const shown = roundTrip(decoded);
    assert.deepEqual(roundTrip(shown), shown);
    assert.deepEqual(without(shown), without(decoded), "a message brings back what it was made from");
  },
  declared: (error) => isApiError(error, "BadRequest"),
  longest: 16_384,
  rounds: 1500,
});
