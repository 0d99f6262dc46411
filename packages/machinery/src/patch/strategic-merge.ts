// Strategic merge patch: a merge patch that follows each list's merge key and the `$` directives.

import { setEntry } from "../schema/json-value.ts";
import type { ArrayNode, Json, JsonObject, SchemaNode } from "../schema/schema.ts";
import { schemaOf } from "../schema/schema.ts";
import { orderPrimitives, orderStructures } from "./element-order.ts";
import { PatchError } from "./json-patch.ts";
import { isJsonObject } from "./merge-patch.ts";

const DIRECTIVE = "$patch";
const RETAIN_KEYS = "$retainKeys";
const DELETE_PREFIX = "$deleteFromPrimitiveList/";
const ORDER_PREFIX = "$setElementOrder/";

/** Schema of what sits under `key`, where the schema says so. */
function below(schema: SchemaNode | undefined, key: string): { readonly node?: SchemaNode; readonly replace: boolean } {
  if (schema?.type === "map") return { node: schema.values, replace: false };
  if (schema?.type !== "object") return { replace: false };
  const field = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  if (!field) return { replace: false };
  return { node: schemaOf(field), replace: field.patch === "replace" };
}

function asList(value: Json | undefined, what: string): readonly Json[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new PatchError(400, `${what} must be a list`);
  return value;
}

function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch[RETAIN_KEYS];
  if (keys === undefined) return original;
  const kept = new Set(asList(keys, RETAIN_KEYS));
  const unknown = Object.keys(patch).find((key) => !key.startsWith("$") && !kept.has(key));
  if (unknown !== undefined)
    throw new PatchError(400, `${RETAIN_KEYS} list doesn't contain all keys set in the patch: ${unknown}`);
  return Object.fromEntries(Object.entries(original).filter(([key]) => kept.has(key)));
}

function mergeObjects(schema: SchemaNode | undefined, original: JsonObject, patch: JsonObject): JsonObject {
  const { [DIRECTIVE]: directive, ...body } = patch;
  if (directive === "delete") return {};
  if (directive === "replace") return body;
  if (directive !== undefined && directive !== "merge")
    throw new PatchError(400, `Unknown patch type: ${JSON.stringify(directive)}`);
  const result: Record<string, Json> = { ...retained(original, patch) };
  for (const key of Object.keys(body)) {
    const target = fieldOfDirective(key);
    if (target === undefined) mergeField(schema, result, { key, body });
    else if (!Object.hasOwn(body, target)) mergeField(schema, result, { key: target, body });
  }
  return result;
}

/** The field that a list directive is about; "" is never a field, so `$retainKeys` is passed over. */
function fieldOfDirective(key: string): string | undefined {
  if (key === RETAIN_KEYS) return "";
  if (key.startsWith(DELETE_PREFIX)) return key.slice(DELETE_PREFIX.length);
  return key.startsWith(ORDER_PREFIX) ? key.slice(ORDER_PREFIX.length) : undefined;
}

function mergeField(
  schema: SchemaNode | undefined,
  result: Record<string, Json>,
  { key, body }: { readonly key: string; readonly body: JsonObject },
): void {
  if (key === "") return;
  const patch = body[key];
  if (patch === null) {
    delete result[key];
    return;
  }
  const { node, replace } = below(schema, key);
  const original = Object.hasOwn(result, key) ? result[key] : undefined;
  if (node?.type === "array" && node.patch?.startsWith("merge")) {
    const merged = mergeLists(node, asList(original, key), { patch: asList(patch, key), key, body });
    if (merged.length > 0 || patch !== undefined) setEntry(result, key, merged);
  } else if (patch !== undefined) {
    const merges = isJsonObject(patch) && !replace;
    setEntry(result, key, merges ? mergeObjects(node, isJsonObject(original) ? original : {}, patch) : patch);
  }
}

/** A list's part of a patch: new items, and the directives that sit beside them. */
interface ListPatch {
  readonly patch: readonly Json[];
  readonly key: string;
  readonly body: JsonObject;
}

function mergeLists(node: ArrayNode, original: readonly Json[], list: ListPatch): readonly Json[] {
  const order = list.body[`${ORDER_PREFIX}${list.key}`];
  const wanted = order === undefined ? undefined : asList(order, `${ORDER_PREFIX}${list.key}`);
  if (node.mergeKey !== undefined) {
    const merged = mergeStructures(node, node.mergeKey, original, list.patch);
    return wanted ? orderStructures(merged, original, { wanted, mergeKey: node.mergeKey }) : merged;
  }
  const gone = new Set(asList(list.body[`${DELETE_PREFIX}${list.key}`], `${DELETE_PREFIX}${list.key}`));
  const merged = [...new Set([...original.filter((item) => !gone.has(item)), ...list.patch])];
  return wanted ? orderPrimitives(merged, original, wanted) : merged;
}

function keyOfItem(item: Json, mergeKey: string): Json {
  const value = isJsonObject(item) ? item[mergeKey] : undefined;
  if (value === undefined)
    throw new PatchError(400, `map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
  return value;
}

/** Where structures with a key's value stand. */
function placesByKey(list: readonly Json[], mergeKey: string): Map<Json, readonly number[]> {
  const places = new Map<Json, number[]>();
  for (const [index, item] of list.entries()) {
    const key = isJsonObject(item) ? item[mergeKey] : undefined;
    if (key === undefined) continue;
    const before = places.get(key);
    if (before) before.push(index);
    else places.set(key, [index]);
  }
  return places;
}

function mergeStructures(
  node: ArrayNode,
  mergeKey: string,
  original: readonly Json[],
  patch: readonly Json[],
): readonly Json[] {
  const items = patch.filter(isJsonObject);
  if (items.length !== patch.length) throw new PatchError(400, `list with merge key ${mergeKey} takes objects only`);
  const plain = items.filter((item) => !(item[DIRECTIVE] === "replace" && Object.keys(item).length === 1));
  if (plain.length !== items.length) return plain;
  const slots: (Json | undefined)[] = [...original];
  const places = placesByKey(original, mergeKey);
  for (const item of items) {
    const key = keyOfItem(item, mergeKey);
    const [first = slots.length, ...more] = places.get(key) ?? [];
    if (item[DIRECTIVE] === "delete") {
      for (const place of places.get(key) ?? []) slots[place] = undefined;
      places.delete(key);
      continue;
    }
    const existing = slots[first];
    slots[first] = mergeObjects(node.items, isJsonObject(existing) ? existing : {}, item);
    places.set(key, [first, ...more]);
  }
  return slots.filter((item) => item !== undefined);
}

/** Applies `patch` to `original`, an object that `schema` describes; throws {@link PatchError}. */
export function applyStrategicPatch(schema: SchemaNode, original: JsonObject, patch: Json): JsonObject {
  if (!isJsonObject(patch)) throw new PatchError(400, "strategic merge patch must be an object");
  return mergeObjects(schema, original, patch);
}
