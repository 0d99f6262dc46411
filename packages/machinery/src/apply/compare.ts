// What a write changed, field by field.
import { deepEqual } from "@knots/std";
import { getEntry, isList, isObject } from "../schema/json-value.ts";
import { planOf } from "../schema/plan.ts";
import type { ArrayNode, Json, JsonObject, SchemaNode } from "../schema/schema.ts";
import { EMPTY_SET, type FieldSet, fieldSet, isEmptySet, LEAF, recursiveDifference } from "./field-set.ts";
import { below, everythingIn } from "./fields-of.ts";
import { isAtomic, itemsByElement } from "./list-items.ts";
import { fieldElement, type PathElement } from "./path-element.ts";

/** Fields that came, changed their value, or went. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

export const SAME: Comparison = { added: EMPTY_SET, modified: EMPTY_SET, removed: EMPTY_SET };
const CHANGED: Comparison = { ...SAME, modified: LEAF };
const ADDED: Comparison = { ...SAME, added: LEAF };
const REMOVED: Comparison = { ...SAME, removed: LEAF };

export const isSame = ({ added, modified, removed }: Comparison): boolean =>
  isEmptySet(added) && isEmptySet(modified) && isEmptySet(removed);

/** The comparison without some fields and everything below them. */
export function withoutFields(comparison: Comparison, fields: FieldSet): Comparison {
  if (isEmptySet(fields) || comparison === SAME) return comparison;
  return {
    added: recursiveDifference(comparison.added, fields),
    modified: recursiveDifference(comparison.modified, fields),
    removed: recursiveDifference(comparison.removed, fields),
  };
}

type Part = keyof Comparison;

/** Gathers what happened below one place. */
class Level {
  readonly #children: Partial<Record<Part, Map<PathElement, FieldSet>>> = {};

  put(part: Part, step: PathElement, set: FieldSet): void {
    if (isEmptySet(set)) return;
    const children = this.#children[part] ?? new Map<PathElement, FieldSet>();
    this.#children[part] = children;
    children.set(step, set);
  }

  putAll(step: PathElement, found: Comparison): void {
    if (found === SAME) return;
    this.put("added", step, found.added);
    this.put("modified", step, found.modified);
    this.put("removed", step, found.removed);
  }

  done(): Comparison {
    const { added, modified, removed } = this.#children;
    if (!added && !modified && !removed) return SAME;
    const set = (children: Map<PathElement, FieldSet> | undefined): FieldSet =>
      children ? fieldSet(false, children) : EMPTY_SET;
    return { added: set(added), modified: set(modified), removed: set(removed) };
  }
}

/** Lists and maps that must be given are there from the beginning: only what is in them comes and goes. */
function alwaysThere(node: SchemaNode, key: string, found: SchemaNode): Json | undefined {
  if (node.type !== "object" || isAtomic(found) || planOf(node).byName.get(key)?.field.required !== true)
    return undefined;
  return found.type === "array" ? [] : found.type === "map" ? {} : undefined;
}

function compareEntry(node: SchemaNode, key: string, was: Json | undefined, is: Json | undefined): Comparison {
  const found = below(node, key);
  if (!found) return was === undefined ? ADDED : is === undefined ? REMOVED : leaf(was, is);
  const fallback = alwaysThere(node, key, found);
  const [old, next] = [was ?? fallback, is ?? fallback];
  if (old === undefined) return next === undefined ? SAME : { ...SAME, added: everythingIn(found, next) };
  return next === undefined ? { ...SAME, removed: everythingIn(found, old) } : visit(found, old, next);
}

function compareEntries(node: SchemaNode, before: JsonObject, after: JsonObject): Comparison {
  const level = new Level();
  for (const key in after) {
    const [old, next] = [getEntry(before, key), after[key]];
    if (old !== next) level.putAll(fieldElement(key), compareEntry(node, key, old, next));
  }
  for (const key in before) {
    const old = before[key];
    if (old !== undefined && getEntry(after, key) === undefined)
      level.putAll(fieldElement(key), compareEntry(node, key, old, undefined));
  }
  return level.done();
}

/** Items that repeat are compared as one value; a change between one and several replaces the one kind by the other. */
function compareItem(
  level: Level,
  node: ArrayNode,
  step: PathElement,
  sides: readonly [readonly Json[], readonly Json[]],
) {
  const [[old, ...moreOld], [next, ...moreNext]] = sides;
  const [repeated, repeats] = [moreOld.length > 0, moreNext.length > 0];
  if (repeated && repeats) level.putAll(step, deepEqual(...sides) ? SAME : CHANGED);
  else if (repeated) {
    level.put("removed", step, LEAF);
    if (next !== undefined) level.put("added", step, everythingIn(node.items, next));
  } else if (repeats) {
    level.put("added", step, LEAF);
    if (old !== undefined) level.put("removed", step, everythingIn(node.items, old));
  } else if (old === undefined) level.put("added", step, everythingIn(node.items, next ?? null));
  else if (next === undefined) level.put("removed", step, everythingIn(node.items, old));
  else level.putAll(step, visit(node.items, old, next));
}

function compareItems(node: ArrayNode, before: readonly Json[], after: readonly Json[]): Comparison {
  if (deepEqual(before, after)) return SAME;
  const [old, next] = [itemsByElement(node, before), itemsByElement(node, after)];
  const level = new Level();
  for (const [step, items] of next) compareItem(level, node, step, [old.get(step) ?? [], items]);
  for (const [step, items] of old) if (!next.has(step)) compareItem(level, node, step, [items, []]);
  return level.done();
}

const leaf = (before: Json, after: Json): Comparison => (deepEqual(before, after) ? SAME : CHANGED);

function visit(node: SchemaNode, before: Json, after: Json): Comparison {
  if (before === after) return SAME;
  if (isAtomic(node)) return leaf(before, after);
  if (node.type === "array")
    return isList(before) && isList(after) ? compareItems(node, before, after) : leaf(before, after);
  return isObject(before) && isObject(after) ? compareEntries(node, before, after) : leaf(before, after);
}

/** Compares two objects of `schema`, both in canonical form. What is new or gone counts with each structure and list it brought along. */
export function compareObjects(schema: SchemaNode, before: JsonObject, after: JsonObject): Comparison {
  return visit(schema, before, after);
}
