// Merges what somebody applied into an object: the applied value wins, what it does not name stays.
import { getEntry, isList, isObject, setEntry } from "../schema/json-value.ts";
import type { ArrayNode, Json, JsonObject, SchemaNode } from "../schema/schema.ts";
import { below } from "./fields-of.ts";
import { isAtomic, itemElement } from "./list-items.ts";
import type { PathElement } from "./path-element.ts";

function mergeEntries(node: SchemaNode, live: JsonObject, applied: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...live };
  for (const key in applied) {
    const [old, next] = [getEntry(live, key), applied[key]];
    if (next === undefined) continue;
    const found = below(node, key);
    setEntry(merged, key, old === undefined || !found ? next : merge(found, old, next));
  }
  return merged;
}

interface Item {
  readonly step: PathElement;
  readonly value: Json;
}

const itemsOf = (node: ArrayNode, list: readonly Json[]): readonly Item[] =>
  list.map((value) => ({ step: itemElement(node, value), value }));

/** Live items by their step; those that repeat themselves have no one value to merge with. */
function single(items: readonly Item[]): Map<PathElement, Json | undefined> {
  const found = new Map<PathElement, Json | undefined>();
  for (const { step, value } of items) found.set(step, found.has(step) ? undefined : value);
  return found;
}

/**
 * The applied items in their order. Items that only the live list has keep their place: before the next item that both lists have, as
 * early as the live order allows.
 */
function mergeItems(node: ArrayNode, live: readonly Json[], applied: readonly Json[]): readonly Json[] {
  const [old, next] = [itemsOf(node, live), itemsOf(node, applied)];
  const [known, named] = [single(old), new Set(next.map(({ step }) => step))];
  const shared = next.filter(({ step }) => known.has(step)).values();
  const merged: Json[] = [];
  let awaited = shared.next().value;
  let index = 0;
  const takeLive = (): void => {
    for (; index < old.length; index++) {
      const { step, value } = old[index] as Item;
      if (!named.has(step)) merged.push(value);
      else if (step === awaited?.step) return;
    }
  };
  for (const { step, value } of next) {
    takeLive();
    const mine = known.get(step);
    merged.push(mine === undefined ? value : merge(node.items, mine, value));
    if (step !== awaited?.step) continue;
    awaited = shared.next().value;
    if (old[index]?.step === step) index++;
  }
  takeLive();
  return merged;
}

function merge(node: SchemaNode, live: Json, applied: Json): Json {
  if (isAtomic(node)) return applied;
  if (node.type === "array") return isList(live) && isList(applied) ? mergeItems(node, live, applied) : applied;
  return isObject(live) && isObject(applied) ? mergeEntries(node, live, applied) : applied;
}

/** `live` with everything that `applied` names; lists that merge get the applied order. A null that was applied stays as null. */
export function mergeApplied(schema: SchemaNode, live: JsonObject, applied: JsonObject): JsonObject {
  return merge(schema, live, applied) as JsonObject;
}
