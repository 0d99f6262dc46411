// JSON values to protobuf messages, by schema.
import { AssertionError, assert, ProtoWriter, parseTime, WIRE, type WireType } from "@knots/std";
import { isList, isObject } from "../schema/json-value.ts";
import { type FieldPlan, isZero } from "../schema/plan.ts";
import type { ArrayNode, Json, JsonObject, MapNode, ObjectNode, SchemaNode, TimeNode } from "../schema/schema.ts";
import { base64ToBytes, utf8 } from "./bytes.ts";
import { isPackable, type MessagePart, messageOf } from "./protobuf-plan.ts";

export interface EncodeOptions {
  /**
   * What an absent value field becomes: `write` its zero (Kubernetes: value fields are always written, pointers when set),
   * `omit` (proto3: zero scalars are left out, number lists packed). `write` is the default.
   */
  readonly zero?: "write" | "omit";
}

interface Encoder {
  readonly out: ProtoWriter;
  readonly omit: boolean;
}

const MAX_DEPTH = 512;

function wireOf(node: SchemaNode): WireType {
  if (node.type === "integer" || node.type === "boolean") return WIRE.varint;
  return node.type === "number" ? WIRE.fixed64 : WIRE.bytes;
}

/** A nested message with one text or bytes field numbered 1. */
function wrap(out: ProtoWriter, write: () => void): void {
  out.message(() => {
    out.tag(1, WIRE.bytes);
    write();
  });
}

function encodeTime(out: ProtoWriter, node: TimeNode, value: Json): void {
  out.message(() => {
    if (typeof value !== "string" || value === "") return;
    const fraction = node.precision === "micro" ? (/\.(\d+)/.exec(value)?.[1] ?? "") : "";
    out.tag(1, WIRE.varint);
    out.varint(Math.floor(parseTime(value) / 1000));
    out.tag(2, WIRE.varint);
    out.varint(Number(fraction.padEnd(9, "0").slice(0, 9)));
  });
}

function encodeIntOrString(out: ProtoWriter, value: Json): void {
  const text = typeof value === "string";
  out.message(() => {
    out.tag(1, WIRE.varint);
    out.varint(text ? 1 : 0);
    out.tag(2, WIRE.varint);
    out.varint(typeof value === "number" ? value : 0);
    out.tag(3, WIRE.bytes);
    out.string(text ? value : "");
  });
}

type WriteScalar = (out: ProtoWriter, value: Json) => void;
const SCALARS: Readonly<Record<Exclude<SchemaNode["type"], "time">, WriteScalar>> = {
  boolean: (out, value) => out.varint(value === true ? 1 : 0),
  integer: (out, value) => out.varint(Number(value)),
  number: (out, value) => out.double(Number(value)),
  string: (out, value) => out.string(String(value)),
  bytes: (out, value) => out.bytes(base64ToBytes(String(value))),
  quantity: (out, value) => wrap(out, () => out.string(String(value))),
  intOrString: encodeIntOrString,
  json: (out, value) => wrap(out, () => out.bytes(utf8(JSON.stringify(value)))),
  object: unscalar,
  union: unscalar,
  array: unscalar,
  map: unscalar,
};
function unscalar(): never {
  throw new AssertionError("maps of maps have no protobuf form");
}

function encodeScalar(out: ProtoWriter, node: SchemaNode, value: Json): void {
  if (node.type === "time") encodeTime(out, node, value);
  else SCALARS[node.type](out, value);
}

/** A value of its own length or kind. A list inside a map or list is a message that holds it as field 1. */
function encodeValue(to: Encoder, node: SchemaNode, value: Json, depth: number): void {
  if (node.type === "object") to.out.message(() => encodeParts(to, node, isObject(value) ? value : {}, depth + 1));
  else if (node.type === "union") encodeValue(to, node.message(), node.wrap(value) ?? {}, depth + 1);
  else if (node.type === "array") to.out.message(() => encodeList(to, [1, node], value, depth + 1));
  else encodeScalar(to.out, node, value);
}

/** A field's number beside its node. */
type Numbered<N> = readonly [number: number, node: N];

function encodeList(to: Encoder, [number, node]: Numbered<ArrayNode>, value: Json, depth: number): void {
  const { out } = to;
  const items = isList(value) ? value : [];
  if (to.omit && isPackable(node.items)) {
    if (items.length === 0) return;
    out.tag(number, WIRE.bytes);
    out.message(() => {
      for (const item of items) encodeScalar(out, node.items, item);
    });
    return;
  }
  for (const item of items) {
    out.tag(number, wireOf(node.items));
    encodeValue(to, node.items, item, depth);
  }
}

/** Entries in the order of their keys, so that equal maps are equal bytes. */
function encodeMap(to: Encoder, [number, node]: Numbered<MapNode>, value: Json, depth: number): void {
  if (!isObject(value)) return;
  const { out } = to;
  for (const key of Object.keys(value).sort()) {
    out.tag(number, WIRE.bytes);
    out.message(() => {
      out.tag(1, WIRE.bytes);
      out.string(key);
      out.tag(2, wireOf(node.values));
      encodeValue(to, node.values, value[key] as Json, depth);
    });
  }
}

const ZEROS: Readonly<Record<string, Json>> = {
  boolean: false,
  integer: 0,
  number: 0,
  string: "",
  time: "",
  quantity: "0",
  intOrString: 0,
  object: {},
};

/** What is written for a field that JSON does not show; undefined for nothing. */
function zeroOf({ field, node }: FieldPlan, omit: boolean): Json | undefined {
  return omit || field.pointer === true ? undefined : ZEROS[node.type];
}

function isOmitted({ field, node }: FieldPlan, value: Json): boolean {
  return field.pointer !== true && node.type !== "object" && node.type !== "json" && isZero(value);
}

function encodeField(to: Encoder, plan: FieldPlan, holder: JsonObject, depth: number): void {
  const { name, field, node } = plan;
  const value = holder[name] ?? zeroOf(plan, to.omit);
  if (value === undefined || value === null || (to.omit && isOmitted(plan, value))) return;
  if (node.type === "array") encodeList(to, [field.number, node], value, depth);
  else if (node.type === "map") encodeMap(to, [field.number, node], value, depth);
  else {
    to.out.tag(field.number, wireOf(node));
    encodeValue(to, node, value, depth);
  }
}

function encodePart(to: Encoder, part: MessagePart, value: JsonObject, depth: number): void {
  if (part.kind === "field") {
    encodeField(to, part.field, value, depth);
    return;
  }
  to.out.tag(part.number, WIRE.bytes);
  to.out.message(() => encodeParts(to, part.node, value, depth + 1));
}

function encodeParts(to: Encoder, node: ObjectNode, value: JsonObject, depth: number): void {
  assert(depth < MAX_DEPTH, `${node.name} nests in itself without end: a field of it needs to be a pointer`);
  for (const part of messageOf(node).parts) encodePart(to, part, value, depth);
}

/** The protobuf message of a value. Map entries are sorted by key. */
export function encodeMessage(schema: ObjectNode, value: JsonObject, options: EncodeOptions = {}): Uint8Array {
  const out = new ProtoWriter();
  encodeParts({ out, omit: options.zero === "omit" }, schema, value, 0);
  return out.finish();
}
