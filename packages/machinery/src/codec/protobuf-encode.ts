// JSON values to protobuf messages, by schema.
import { AssertionError, ProtoWriter, parseTime, WIRE, type WireType } from "@knots/std";
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

/** Appends a value; whoever calls has written its tag. */
type Write = (out: ProtoWriter, value: Json, depth: number) => void;
/** Appends one part of an object, tag and all; nothing where there is nothing to write. */
type WritePart = (out: ProtoWriter, holder: JsonObject, depth: number) => void;
/** Whether zeros of value fields are left out. */
type Omit = boolean;

const MAX_DEPTH = 512;

function wireOf(node: SchemaNode): WireType {
  if (node.type === "integer" || node.type === "boolean") return WIRE.varint;
  return node.type === "number" ? WIRE.fixed64 : WIRE.bytes;
}

/** A nested message with one text or bytes field numbered 1. */
const wrapped =
  (write: (out: ProtoWriter, value: Json) => void): Write =>
  (out, value) => {
    const start = out.open();
    out.tag(1, WIRE.bytes);
    write(out, value);
    out.close(start);
  };

const timeWriter =
  ({ precision }: TimeNode): Write =>
  (out, value) => {
    const start = out.open();
    if (typeof value === "string" && value !== "") {
      const fraction = precision === "micro" ? (/\.(\d+)/.exec(value)?.[1] ?? "") : "";
      out.tag(1, WIRE.varint);
      out.varint(Math.floor(parseTime(value) / 1000));
      out.tag(2, WIRE.varint);
      out.varint(Number(fraction.padEnd(9, "0").slice(0, 9)));
    }
    out.close(start);
  };

function writeIntOrString(out: ProtoWriter, value: Json): void {
  const text = typeof value === "string";
  const start = out.open();
  out.tag(1, WIRE.varint);
  out.varint(text ? 1 : 0);
  out.tag(2, WIRE.varint);
  out.varint(typeof value === "number" ? value : 0);
  out.tag(3, WIRE.bytes);
  out.string(text ? value : "");
  out.close(start);
}

type Scalar = Exclude<SchemaNode["type"], "time" | "object" | "union" | "array" | "map">;
const SCALARS: Readonly<Record<Scalar, Write>> = {
  boolean: (out, value) => out.varint(value === true ? 1 : 0),
  integer: (out, value) => out.varint(Number(value)),
  number: (out, value) => out.double(Number(value)),
  string: (out, value) => out.string(String(value)),
  bytes: (out, value) => out.bytes(base64ToBytes(String(value))),
  quantity: wrapped((out, value) => out.string(String(value))),
  intOrString: writeIntOrString,
  json: wrapped((out, value) => out.bytes(utf8(JSON.stringify(value)))),
};

/** How values of `node` are written, each with its own length or kind. A list inside a map or list is a message that holds it as field 1. */
function writerOf(node: SchemaNode, omit: Omit): Write {
  switch (node.type) {
    case "object":
      return objectWriter(node, omit);
    case "union": {
      const inner = objectWriter(node.message(), omit);
      return (out, value, depth) => inner(out, node.wrap(value) ?? {}, depth);
    }
    case "array": {
      const list = listWriter(1, node, omit);
      return (out, value, depth) => {
        const start = out.open();
        list(out, value, depth);
        out.close(start);
      };
    }
    case "map":
      throw new AssertionError("maps of maps have no protobuf form");
    case "time":
      return timeWriter(node);
    default:
      return SCALARS[node.type];
  }
}

/** Elements one by one, each with its tag, or all together where zeros are left out and the elements are numbers. */
function listWriter(number: number, { items: node }: ArrayNode, omit: Omit): Write {
  const write = writerOf(node, omit);
  const wire = wireOf(node);
  if (!omit || !isPackable(node)) {
    return (out, value, depth) => {
      if (!isList(value)) return;
      for (const item of value) {
        out.tag(number, wire);
        write(out, item, depth);
      }
    };
  }
  return (out, value, depth) => {
    if (!isList(value) || value.length === 0) return;
    out.tag(number, WIRE.bytes);
    const start = out.open();
    for (const item of value) write(out, item, depth);
    out.close(start);
  };
}

/** Entries in the order of their keys, so that equal maps are equal bytes. */
function mapWriter(number: number, { values: node }: MapNode, omit: Omit): Write {
  const write = writerOf(node, omit);
  const wire = wireOf(node);
  return (out, value, depth) => {
    if (!isObject(value)) return;
    for (const key of Object.keys(value).sort()) {
      out.tag(number, WIRE.bytes);
      const start = out.open();
      out.tag(1, WIRE.bytes);
      out.string(key);
      out.tag(2, wire);
      write(out, value[key] as Json, depth);
      out.close(start);
    }
  };
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
function zeroOf({ field, node }: FieldPlan, omit: Omit): Json | undefined {
  return omit || field.pointer === true ? undefined : ZEROS[node.type];
}

/** How the value of a field is written, tag and all. */
function numberedWriter({ field: { number }, node }: FieldPlan, omit: Omit): Write {
  if (node.type === "array") return listWriter(number, node, omit);
  if (node.type === "map") return mapWriter(number, node, omit);
  const write = writerOf(node, omit);
  const wire = wireOf(node);
  return (out, value, depth) => {
    out.tag(number, wire);
    write(out, value, depth);
  };
}

function fieldWriter(plan: FieldPlan, omit: Omit): WritePart {
  const { name, field, node } = plan;
  const zero = zeroOf(plan, omit);
  const mayDrop = omit && field.pointer !== true && node.type !== "object" && node.type !== "json";
  const write = numberedWriter(plan, omit);
  return (out, holder, depth) => {
    const value = holder[name] ?? zero;
    if (value === undefined || value === null || (mayDrop && isZero(value))) return;
    write(out, value, depth);
  };
}

function partWriter(part: MessagePart, omit: Omit): WritePart {
  if (part.kind === "field") return fieldWriter(part.field, omit);
  const write = objectWriter(part.node, omit);
  return (out, holder, depth) => {
    out.tag(part.number, WIRE.bytes);
    write(out, holder, depth);
  };
}

/** Writers of the parts of structures, made once for each; those that write zeros, and those that do not. */
const made = {
  write: new WeakMap<ObjectNode, readonly WritePart[]>(),
  omit: new WeakMap<ObjectNode, readonly WritePart[]>(),
};

function partsOf(node: ObjectNode, omit: Omit): readonly WritePart[] {
  const known = made[omit ? "omit" : "write"].get(node);
  if (known) return known;
  const parts = messageOf(node).parts.map((part) => partWriter(part, omit));
  made[omit ? "omit" : "write"].set(node, parts);
  return parts;
}

/** A structure with its length. Its parts are worked out when the first one is written: structures may hold themselves. */
function objectWriter(node: ObjectNode, omit: Omit): Write {
  let parts: readonly WritePart[] | undefined;
  return (out, value, depth) => {
    if (depth >= MAX_DEPTH)
      throw new AssertionError(`${node.name} nests in itself without end: a field of it needs to be a pointer`);
    parts ??= partsOf(node, omit);
    const holder = isObject(value) ? value : {};
    const start = out.open();
    for (const part of parts) part(out, holder, depth + 1);
    out.close(start);
  };
}

/** Largest buffer that is kept for the next message (bytes). */
const KEEP = 1 << 20;
/** One for all messages: encoding is synchronous, and what it makes is copied out. */
const scratch = new ProtoWriter();

/** The protobuf message of a value. Map entries are sorted by key. */
export function encodeMessage(schema: ObjectNode, value: JsonObject, options: EncodeOptions = {}): Uint8Array {
  scratch.reset(KEEP);
  for (const part of partsOf(schema, options.zero === "omit")) part(scratch, value, 0);
  return scratch.finish();
}
