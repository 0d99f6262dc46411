// Protobuf messages to JSON values, by schema.
import { formatTime, ProtobufError, ProtoReader, WIRE } from "@knots/std";
import { type FieldPlan, isZero } from "../schema/plan.ts";
import type { ArrayNode, Json, JsonObject, MapNode, ObjectNode, SchemaNode, TimeNode } from "../schema/schema.ts";
import { bytesToBase64, utf8Text } from "./bytes.ts";
import { parseJson } from "./json.ts";
import { isPackable, messageOf } from "./protobuf-plan.ts";

export interface DecodeMessageOptions {
  readonly maxDepth?: number;
  /** Whether integers beyond 2^53 are rounded instead of refused. */
  readonly roundLarge?: boolean;
}

/** Seconds of Go's zero time, the first of January of year one. */
const ZERO_TIME = -62_135_596_800;
const MAX_TIME = 253_402_300_799;
/** How deep free JSON in a message may nest. */
const MAX_JSON_DEPTH = 512;

/** Reads every field of the message at hand with `read`, which returns false for those that it does not know. */
function eachField(from: ProtoReader, read: (number: number) => boolean): void {
  for (let number = from.field(); number !== 0; number = from.field()) if (!read(number)) from.skip();
}

function need(from: ProtoReader, node: SchemaNode): void {
  const wanted =
    node.type === "integer" || node.type === "boolean"
      ? WIRE.varint
      : node.type === "number"
        ? WIRE.fixed64
        : WIRE.bytes;
  if (from.wire !== wanted) throw new ProtobufError(`wire type ${from.wire} where a ${node.type} was expected`);
}

function decodeTime(from: ProtoReader, { precision }: TimeNode): Json | undefined {
  let [seconds, nanos, set] = [0, 0, false];
  from.message(() =>
    eachField(from, (number) => {
      set = true;
      if (number === 1) seconds = from.int64();
      else if (number === 2) nanos = from.int64();
      return number === 1 || number === 2;
    }),
  );
  if (!set || seconds === ZERO_TIME) return undefined;
  if (seconds < ZERO_TIME || seconds > MAX_TIME || nanos < 0 || nanos >= 1e9) {
    throw new ProtobufError("time is out of range");
  }
  const text = formatTime(seconds * 1000);
  if (precision === "seconds") return text;
  return `${text.slice(0, -1)}.${String(Math.floor(nanos / 1000)).padStart(6, "0")}Z`;
}

function decodeIntOrString(from: ProtoReader): Json {
  let [type, int, text] = [0, 0, ""];
  from.message(() =>
    eachField(from, (number) => {
      if (number === 1) type = from.int32();
      else if (number === 2) int = from.int32();
      else if (number === 3) text = from.string();
      return number >= 1 && number <= 3;
    }),
  );
  return type === 1 ? text : int;
}

/** The bytes of field 1 of the nested message. */
function decodeWrapped(from: ProtoReader): Uint8Array | undefined {
  let bytes: Uint8Array | undefined;
  from.message(() =>
    eachField(from, (number) => {
      if (number === 1) bytes = from.bytes();
      return number === 1;
    }),
  );
  return bytes;
}

function decodeJson(from: ProtoReader): Json | undefined {
  const bytes = decodeWrapped(from);
  if (bytes === undefined || bytes.length === 0) return undefined;
  try {
    return parseJson(utf8Text(bytes), { maxDepth: MAX_JSON_DEPTH });
  } catch (error) {
    throw new ProtobufError("raw value is not JSON, or nests too deep", { cause: error });
  }
}

function decodeScalar(from: ProtoReader, node: SchemaNode): Json | undefined {
  switch (node.type) {
    case "boolean":
      return from.int64() !== 0;
    case "integer":
      return node.format === "int32" ? from.int32() : from.int64();
    case "number":
      return from.double();
    case "bytes":
      return bytesToBase64(from.bytes());
    case "time":
      return decodeTime(from, node);
    case "quantity":
      return utf8Text(decodeWrapped(from) ?? new Uint8Array());
    case "intOrString":
      return decodeIntOrString(from);
    case "json":
      return decodeJson(from);
    default:
      return from.string();
  }
}

function decodeValue(from: ProtoReader, node: SchemaNode): Json | undefined {
  need(from, node);
  if (node.type === "object") return from.message(() => decodeParts(from, node, {}));
  if (node.type === "union") return node.unwrap(from.message(() => decodeParts(from, node.message(), {})));
  return node.type === "array" ? decodeList(from, node) : decodeScalar(from, node);
}

/** A list inside a map or list: a message that holds it as field 1. */
function decodeList(from: ProtoReader, node: ArrayNode): Json {
  const items: Json[] = [];
  from.message(() =>
    eachField(from, (number) => {
      if (number === 1) decodeItem(from, node.items, items);
      return number === 1;
    }),
  );
  return items;
}

function decodeEntry(from: ProtoReader, node: MapNode): readonly [string, Json] {
  let key = "";
  let value: Json | undefined;
  need(from, node);
  from.message(() =>
    eachField(from, (number) => {
      if (number === 1) key = from.string();
      else if (number === 2) value = decodeValue(from, node.values);
      return number === 1 || number === 2;
    }),
  );
  return [key, value ?? emptyOf(node.values)];
}

/** What an entry without a value has. */
function emptyOf(node: SchemaNode): Json {
  if (node.type === "object") return {};
  if (node.type === "array") return [];
  if (node.type === "time") return null;
  return node.type === "integer" || node.type === "number" ? 0 : node.type === "boolean" ? false : "";
}

type Target = Record<string, Json>;

function decodeItem(from: ProtoReader, node: SchemaNode, items: Json[]): void {
  if (from.wire === WIRE.bytes && isPackable(node)) {
    from.message(() => {
      while (from.more) items.push(decodeScalar(from, node) ?? null);
    });
  } else items.push(decodeValue(from, node) ?? null);
}

function define(target: object, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
}

function decodeField(from: ProtoReader, plan: FieldPlan, target: Target): void {
  const { name, node } = plan;
  if (node.type === "array") {
    const items = (target[name] ?? []) as Json[];
    target[name] = items;
    decodeItem(from, node.items, items);
  } else if (node.type === "map") {
    const entries = (target[name] ?? {}) as JsonObject;
    target[name] = entries;
    define(entries, ...decodeEntry(from, node));
  } else {
    const value = decodeValue(from, node);
    if (value !== undefined && !isUnset(plan, value)) target[name] = value;
  }
}

/** Whether a value that was written means the same as none: the zero of a value field. */
function isUnset({ field, node, dropZero }: FieldPlan, value: Json): boolean {
  const empty = node.type === "object" && field.pointer !== true && field.always !== true && field.required !== true;
  return (dropZero || empty) && isZero(value);
}

function decodeParts(from: ProtoReader, node: ObjectNode, target: Target): JsonObject {
  const { byNumber } = messageOf(node);
  eachField(from, (number) => {
    const part = byNumber.get(number);
    if (part === undefined) return false;
    if (part.kind === "field") decodeField(from, part.field, target);
    else from.message(() => decodeParts(from, part.node, target));
    return true;
  });
  return target;
}

/**
 * The value of a protobuf message. Unknown fields are passed over, zero values of value fields left out, number lists read packed or not.
 * Throws a `ProtobufError` on malformed bytes.
 */
export function decodeMessage(schema: ObjectNode, bytes: Uint8Array, options: DecodeMessageOptions = {}): JsonObject {
  return decodeParts(new ProtoReader(bytes, options), schema, {});
}
