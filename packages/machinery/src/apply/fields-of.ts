// Which fields a value has, by its schema.
import { isList, isObject } from "../schema/json-value.ts";
import { planOf } from "../schema/plan.ts";
import type { ArrayNode, Json, JsonObject, SchemaNode } from "../schema/schema.ts";
import { type FieldSet, fieldSet, isEmptySet, LEAF } from "./field-set.ts";
import { isAtomic, itemsByElement } from "./list-items.ts";
import { fieldElement, type PathElement } from "./path-element.ts";

/** Whether structures, maps and lists are members beside what they hold; the place itself always. */
type Mode = "leaves" | "everything";

/** The schema below a key of a structure or map; undefined where none is declared. */
export function below(node: SchemaNode, key: string): SchemaNode | undefined {
  if (node.type === "map") return node.values;
  return node.type === "object" ? planOf(node).byName.get(key)?.node : undefined;
}

function ofEntries(node: SchemaNode, value: JsonObject, mode: Mode): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  const declared = node.type === "object" ? planOf(node).byName : undefined;
  for (const key in value) {
    const entry = value[key];
    if (entry === undefined) continue;
    const field = declared?.get(key);
    const schema = field?.node ?? below(node, key);
    const set = schema ? visit(schema, entry, mode) : LEAF;
    const child = !field || isBare(entry) ? fieldSet(true, set.children) : set;
    if (!isEmptySet(child)) children.set(field?.step ?? fieldElement(key), child);
  }
  return fieldSet(mode === "everything", children);
}

/** An empty structure or map, or null, stands for itself: nothing below could. */
function isBare(value: Json): boolean {
  if (value === null) return true;
  if (!isObject(value)) return false;
  for (const _key in value) return false;
  return true;
}

function ofItems(node: ArrayNode, value: readonly Json[], mode: Mode): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, [item = null, ...more]] of itemsByElement(node, value)) {
    // Items that cannot be told apart are owned together, as one.
    const set = more.length > 0 ? LEAF : visit(node.items, item, mode);
    children.set(element, fieldSet(true, set.children));
  }
  return fieldSet(mode === "everything", children);
}

function visit(node: SchemaNode, value: Json, mode: Mode): FieldSet {
  if (value === null || isAtomic(node)) return LEAF;
  if (node.type === "array") return isList(value) ? ofItems(node, value, mode) : LEAF;
  return isObject(value) ? ofEntries(node, value, mode) : LEAF;
}

/**
 * The fields that whoever writes `value` speaks of: scalars and whatever is replaced whole, entries of maps, items of lists that
 * merge, empty structures and nulls; what lies between only as the way there.
 */
export function fieldsOf(schema: SchemaNode, value: Json): FieldSet {
  return fieldSet(false, visit(schema, value, "leaves").children);
}

/** Everything that comes or goes with `value`: the place itself, and each structure, map, list and leaf below. */
export function everythingIn(schema: SchemaNode, value: Json): FieldSet {
  return visit(schema, value, "everything");
}
