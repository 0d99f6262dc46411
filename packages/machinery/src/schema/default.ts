// Fills in the defaults of absent fields, from the outside in.
import { assert } from "@knots/std";
import { isList } from "./json-value.ts";
import { type FieldPlan, planOf, reaches } from "./plan.ts";
import type { ArrayNode, Json, JsonObject, MapNode, ObjectNode, SchemaNode } from "./schema.ts";

const MAX_DEPTH = 512;
const hasDefaults = reaches(
  (field, node) => field?.field.default !== undefined || (node.type === "object" && node.complete !== undefined),
);

function defaultOf({ field }: FieldPlan, parent: JsonObject): Json | undefined {
  return typeof field.default === "function" ? field.default(parent) : field.default;
}

/** The object with its own absent fields filled in; the same reference when none was missing. */
function fillFields(node: ObjectNode, value: JsonObject): JsonObject {
  let filled: Record<string, Json> | undefined;
  for (const field of planOf(node).defaulted) {
    const parent = filled ?? value;
    if (parent[field.name] !== undefined) continue;
    const fill = defaultOf(field, parent);
    if (fill === undefined) continue;
    filled ??= { ...value };
    filled[field.name] = fill;
  }
  return filled ?? value;
}

function fillObject(node: ObjectNode, value: JsonObject, depth: number): JsonObject {
  let result = fillFields(node, value);
  for (const { name, node: child } of planOf(node).fields) {
    const old = result[name];
    if (typeof old !== "object" || old === null || !hasDefaults(child)) continue;
    const next = fillNode(child, old, depth + 1);
    if (next === old) continue;
    if (result === value) result = { ...value };
    (result as Record<string, Json>)[name] = next;
  }
  return node.complete ? (node.complete(result as never) as JsonObject) : result;
}

function fillArray(node: ArrayNode, value: readonly Json[], depth: number): readonly Json[] {
  let result: Json[] | undefined;
  for (let index = 0; index < value.length; index++) {
    const old = value[index] as Json;
    const next = fillNode(node.items, old, depth + 1);
    if (next === old) continue;
    result ??= value.slice();
    result[index] = next;
  }
  return result ?? value;
}

function fillMap(node: MapNode, value: JsonObject, depth: number): JsonObject {
  let changed = false;
  const entries = Object.entries(value).map(([key, old]): readonly [string, Json] => {
    const next = fillNode(node.values, old, depth + 1);
    changed ||= next !== old;
    return [key, next];
  });
  return changed ? Object.fromEntries(entries) : value;
}

function fillNode(node: SchemaNode, value: Json, depth: number): Json {
  if (typeof value !== "object" || value === null || !hasDefaults(node)) return value;
  assert(depth < MAX_DEPTH, "a decoded object is deeper than the decoder allows");
  if (isList(value)) return node.type === "array" ? fillArray(node, value, depth) : value;
  if (node.type === "map") return fillMap(node, value, depth);
  return node.type === "object" ? fillObject(node, value, depth) : value;
}

/**
 * Returns `value` with every absent field that has a default filled in. Fields of an object come in declaration order, and a default
 * function sees those before it; then the values inside follow, and last the object's own `complete`. Shares what did not change: the same reference when nothing did.
 */
export function applyDefaults(schema: ObjectNode, value: JsonObject): JsonObject {
  return fillNode(schema, value, 0) as JsonObject;
}
