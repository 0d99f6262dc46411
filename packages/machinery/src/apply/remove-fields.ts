// Takes fields out of a value.
import { isList, isObject, setEntry } from "../schema/json-value.ts";
import type { ArrayNode, Json, JsonObject, SchemaNode } from "../schema/schema.ts";
import type { FieldSet } from "./field-set.ts";
import { below } from "./fields-of.ts";
import { isAtomic, itemElement } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";

/** A structure or list of which nothing is left is null: it was there, and is not any more. */
const orNull = <T extends Json>(value: T, empty: boolean): T | null => (empty ? null : value);

function fromEntries(node: SchemaNode, value: JsonObject, fields: FieldSet): Json {
  const left: Record<string, Json> = {};
  let count = 0;
  for (const key in value) {
    const entry = value[key] as Json;
    const set = fields.children.get(fieldElement(key));
    if (set?.member) continue;
    const found = set && below(node, key);
    setEntry(left, key, found ? remove(found, entry, set) : entry);
    count++;
  }
  return orNull(left, count === 0);
}

function fromItems(node: ArrayNode, value: readonly Json[], fields: FieldSet): Json {
  const left: Json[] = [];
  for (const item of value) {
    const set = fields.children.get(itemElement(node, item));
    if (set?.member) continue;
    const rest = set ? remove(node.items, item, set) : item;
    // Without its key an item could not be told from others: it goes with its last field.
    if (rest !== null) left.push(rest);
  }
  return orNull(left, left.length === 0);
}

function remove(node: SchemaNode, value: Json, fields: FieldSet): Json {
  if (fields.children.size === 0 || isAtomic(node)) return value;
  if (isList(value)) return node.type === "array" && value.length > 0 ? fromItems(node, value, fields) : value;
  return isObject(value) ? fromEntries(node, value, fields) : value;
}

/** `value` without the members of `fields` and everything below them. What is replaced whole stays or goes whole. */
export function removeFields(schema: SchemaNode, value: JsonObject, fields: FieldSet): JsonObject {
  return (remove(schema, value, fields) ?? {}) as JsonObject;
}
