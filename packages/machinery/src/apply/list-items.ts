// Lists that merge item by item: which step of a path leads to an item.
import { isObject } from "../schema/json-value.ts";
import { planOf } from "../schema/plan.ts";
import type { ArrayNode, Json, ObjectNode, SchemaNode } from "../schema/schema.ts";
import { keyElement, type PathElement, valueElement } from "./path-element.ts";

/** A list whose items are told apart. Lists without rules are one value, like scalars. */
export type MergedList = ArrayNode & { readonly list: "set" | "map" };

/** Whether values of `node` are owned and replaced as a whole. */
export function isAtomic(node: SchemaNode): boolean {
  switch (node.type) {
    case "object":
    case "map":
      return node.map === "atomic";
    case "array":
      return node.list !== "set" && node.list !== "map";
    default:
      return true;
  }
}

const NUMBERS: readonly string[] = ["integer", "number"];

/** What a key field that is absent stands for: its default, or its type's zero. Undefined where it must be given. */
export function absentKey(items: ObjectNode, key: string): { readonly value: Json; readonly given: boolean } {
  const plan = planOf(items).byName.get(key);
  const fallback = plan?.field.default;
  if (fallback !== undefined && typeof fallback !== "function") return { value: fallback, given: true };
  const type = plan?.node.type ?? "string";
  return { value: NUMBERS.includes(type) ? 0 : type === "boolean" ? false : "", given: false };
}

/** The step to an item of a list. */
export function itemElement(node: ArrayNode, item: Json): PathElement {
  const { items, keys = [] } = node;
  if (node.list !== "map" || !isObject(item) || items.type !== "object") return valueElement(item);
  const [only] = keys;
  // One key needs no sorting; it is what nearly all lists have.
  if (keys.length === 1 && only !== undefined)
    return `k:{${JSON.stringify(only)}:${JSON.stringify(item[only] ?? absentKey(items, only).value)}}`;
  return keyElement(Object.fromEntries(keys.map((key) => [key, item[key] ?? absentKey(items, key).value])));
}

/** Items by their step, in the order of their first appearance; more than one where the list repeats itself. */
export function itemsByElement(node: ArrayNode, list: readonly Json[]): Map<PathElement, readonly Json[]> {
  const found = new Map<PathElement, Json[]>();
  for (const item of list) {
    const element = itemElement(node, item);
    const before = found.get(element);
    if (before) before.push(item);
    else found.set(element, [item]);
  }
  return found;
}
