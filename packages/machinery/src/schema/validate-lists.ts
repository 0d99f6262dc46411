// Duplicates in lists that merge by value or by key, and the pairing of new elements with old ones.
import { duplicate, type FieldError, type FieldPath } from "../field-error.ts";
import { isList, isObject } from "./json-value.ts";
import type { ArrayNode, Json, JsonObject } from "./schema.ts";

function keysOf(item: Json, keys: readonly string[]): JsonObject {
  const object = isObject(item) ? item : {};
  return Object.fromEntries(keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key] as Json]));
}

/** Text that two elements share exactly when they are the same element. */
function identity(item: Json, keys: readonly string[] | undefined): string | number {
  if (keys === undefined) return typeof item === "string" ? item : JSON.stringify(item);
  if (keys.length > 1) return JSON.stringify(keysOf(item, keys));
  const value = (item as JsonObject)[keys[0] ?? ""];
  return typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value ?? null);
}

function duplicateError(path: FieldPath, item: Json, keys: readonly string[] | undefined): FieldError {
  if (keys === undefined) return duplicate(path, item);
  const values = keysOf(item, keys);
  const [key = ""] = keys;
  return keys.length > 1 ? duplicate(path, values) : duplicate(path.child(key), values[key] ?? null);
}

/** One error per element that repeats an earlier one, where the list's rules forbid it. */
export function duplicates(node: ArrayNode, items: readonly Json[], path: () => FieldPath): readonly FieldError[] {
  const unique = (node.list === "set" || node.list === "map") && node.duplicates !== "allow";
  if (!unique || items.length < 2) return [];
  const keys = node.list === "map" ? node.keys : undefined;
  const seen = new Set<string | number>();
  const errors: FieldError[] = [];
  items.forEach((item, index) => {
    const id = identity(item, keys);
    if (seen.has(id)) errors.push(duplicateError(path().index(index), item, keys));
    seen.add(id);
  });
  return errors;
}

/** For each new element the old one that it continues: by key fields where the list has them, by index elsewhere. */
export function pairing(node: ArrayNode, old: Json | undefined): (item: Json, index: number) => Json | undefined {
  if (!isList(old)) return () => undefined;
  if (node.list !== "map") return (_item, index) => old[index];
  const byKey = new Map(old.map((item) => [identity(item, node.keys), item]));
  return (item) => byKey.get(identity(item, node.keys));
}
