// From JSON off the wire to the canonical form of an object: types checked, unknown fields dropped, zero values normalised.

import { decodeScalar } from "./decode-scalar.ts";
import { type DecodeWalk, fail, failType, pathText } from "./decode-walk.ts";
import { isList, isObject } from "./json-value.ts";
import { isZero, planOf } from "./plan.ts";
import type { ArrayNode, Json, JsonNode, JsonObject, MapNode, ObjectNode, SchemaNode, UnionNode } from "./schema.ts";

export { decodeFailure, strictFailure } from "./decode-walk.ts";

const MAX_DEPTH = 512;

/** What a walk reports beside the value. */
export interface DecodeOptions {
  /** Called in document order with the path of each field that the schema does not know. */
  readonly onUnknown?: (path: string) => void;
}

/** What upstream's decoder makes of a `null` inside a list or map, and of an unset field that is always shown. */
function zeroOf(walk: DecodeWalk, node: SchemaNode): Json {
  switch (node.type) {
    case "boolean":
      return false;
    case "integer":
    case "number":
    case "intOrString":
      return 0;
    case "quantity":
      return "0";
    case "array":
      return [];
    case "map":
      return {};
    case "object":
      return decodeStruct(walk, node, {});
    case "json":
    case "union":
    case "time":
      return null;
    case "string":
    case "bytes":
      return "";
  }
}

/** Copies the entries of `value` that come before `key`. */
function copyBefore(value: JsonObject, key: string): Record<string, Json> {
  const copy: Record<string, Json> = {};
  for (const name in value) {
    if (name === key) break;
    copy[name] = value[name] as Json;
  }
  return copy;
}

/** The canonical value of one entry; undefined when it is to be left out. */
function decodeEntry(walk: DecodeWalk, node: ObjectNode, key: string, raw: Json): Json | undefined {
  const field = planOf(node).byName.get(key);
  if (field === undefined) {
    walk.onUnknown?.(pathText([...walk.path, key]));
    return undefined;
  }
  if (raw === null) return undefined;
  walk.path.push(key);
  const value = decodeNode(walk, field.node, raw);
  walk.path.pop();
  return field.dropZero && isZero(value) ? undefined : value;
}

/** Shows the fields that are always shown. */
function fillAlways(walk: DecodeWalk, node: ObjectNode, value: JsonObject): JsonObject {
  let filled: Record<string, Json> | undefined;
  for (const field of planOf(node).always) {
    if (value[field.name] !== undefined) continue;
    filled ??= { ...value };
    filled[field.name] = zeroOf(walk, field.node);
  }
  return filled ?? value;
}

function decodeStruct(walk: DecodeWalk, node: ObjectNode, raw: Json): JsonObject {
  if (!isObject(raw)) return failType(walk, raw, node);
  if (walk.path.length > MAX_DEPTH) return fail(walk, "json: exceeded max depth");
  const outer = walk.struct;
  walk.struct = node;
  let copy: Record<string, Json> | undefined;
  for (const key in raw) {
    const old = raw[key] as Json;
    const next = decodeEntry(walk, node, key, old);
    if (next !== old) copy ??= copyBefore(raw, key);
    if (copy !== undefined && next !== undefined) copy[key] = next;
  }
  const value = fillAlways(walk, node, copy ?? raw);
  walk.struct = outer;
  return value;
}

function decodeArray(walk: DecodeWalk, node: ArrayNode, raw: Json): Json {
  if (!isList(raw)) return failType(walk, raw, node);
  let copy: Json[] | undefined;
  for (let index = 0; index < raw.length; index++) {
    const old = raw[index] as Json;
    walk.path.push(index);
    const next = old === null ? zeroOf(walk, node.items) : decodeNode(walk, node.items, old);
    walk.path.pop();
    if (next === old) continue;
    copy ??= raw.slice();
    copy[index] = next;
  }
  return copy ?? raw;
}

function decodeMap(walk: DecodeWalk, node: MapNode, raw: Json): Json {
  if (!isObject(raw)) return failType(walk, raw, node);
  let changed = false;
  const decoded: (readonly [string, Json])[] = [];
  for (const key in raw) {
    const old = raw[key] as Json;
    walk.path.push([key]);
    const next = old === null ? zeroOf(walk, node.values) : decodeNode(walk, node.values, old);
    walk.path.pop();
    changed ||= next !== old;
    decoded.push([key, next]);
  }
  return changed ? Object.fromEntries(decoded) : raw;
}

function decodeJson(walk: DecodeWalk, node: JsonNode, raw: Json): Json {
  return node.object && !isObject(raw) ? failType(walk, raw, node) : raw;
}

/** Fields of a form that nobody knows are passed over in silence, as upstream's own decoders of such values do. */
function decodeUnion(walk: DecodeWalk, node: UnionNode, raw: Json): Json {
  const message = node.wrap(raw);
  if (message === undefined) return failType(walk, raw, node);
  const silent: DecodeWalk = { ...walk, path: [...walk.path], onUnknown: undefined };
  return node.unwrap(decodeStruct(silent, node.message(), message));
}

function decodeNode(walk: DecodeWalk, node: SchemaNode, raw: Json): Json {
  switch (node.type) {
    case "object":
      return decodeStruct(walk, node, raw);
    case "array":
      return decodeArray(walk, node, raw);
    case "map":
      return decodeMap(walk, node, raw);
    case "json":
      return decodeJson(walk, node, raw);
    case "union":
      return decodeUnion(walk, node, raw);
    default:
      return decodeScalar(walk, node, raw);
  }
}

/**
 * Decodes `value` by `schema`: unknown fields and nulls are dropped, types checked, times and quantities made canonical, zero values of
 * fields whose absence means the same left out, fields that are always shown filled in. Names are case-sensitive. Shares what did not
 * change: a canonical value comes back as the same reference. Throws a 400 {@link ApiError} in upstream's words on a wrong type.
 */
export function decodeObject(schema: ObjectNode, value: Json, options: DecodeOptions = {}): JsonObject {
  const walk: DecodeWalk = { root: value, path: [], struct: undefined, onUnknown: options.onUnknown };
  return decodeStruct(walk, schema, value);
}
