// What cannot be applied at all: fields nobody declared, items that cannot be told apart, values of another shape.
import { isList, isObject } from "../schema/json-value.ts";
import { planOf } from "../schema/plan.ts";
import type { ArrayNode, Json, JsonObject, SchemaNode } from "../schema/schema.ts";
import { absentKey, isAtomic, itemElement } from "./list-items.ts";
import { describePath, type PathElement } from "./path-element.ts";

/** Faults told in one answer. */
const MAX_FAULTS = 64;

interface Walk {
  readonly path: PathElement[];
  readonly faults: string[];
}

function fault({ path, faults }: Walk, message: string): void {
  if (faults.length < MAX_FAULTS) faults.push(`${describePath(path)}: ${message}`);
}

/** A value as Go's formatting shows the one that upstream holds it in. */
function shown(value: Json): string {
  if (isList(value)) return `[${value.map(shown).join(" ")}]`;
  if (!isObject(value)) return value === null ? "<nil>" : String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, entry]) => `${key}:${shown(entry)}`).join(" ")}]`;
}

function goType(value: Json): string {
  if (isList(value)) return "[]interface {}";
  if (isObject(value)) return "map[string]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : "string";
}

function goSyntax(value: Json): string {
  return typeof value === "string" ? JSON.stringify(value) : shown(value);
}

const TEXT: readonly string[] = ["string", "bytes", "time"];
const NUMBERS: readonly string[] = ["integer", "number"];
const isScalar = (value: Json): boolean => typeof value !== "object";

function checkScalar(walk: Walk, { type }: SchemaNode, value: Json): void {
  if (TEXT.includes(type) && typeof value !== "string")
    fault(walk, `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
  else if (NUMBERS.includes(type) && typeof value !== "number")
    fault(walk, `expected numeric (int or float), got ${goType(value)}`);
  else if (type === "boolean" && typeof value !== "boolean") fault(walk, `expected boolean, got ${goType(value)}`);
  else if ((type === "quantity" || type === "intOrString") && !isScalar(value))
    fault(walk, `expected any scalar, got &{${shown(value)}}`);
}

function checkEntries(walk: Walk, node: SchemaNode, value: JsonObject): void {
  const declared = node.type === "object" ? planOf(node).byName : undefined;
  for (const key in value) {
    const entry = value[key];
    if (entry === undefined) continue;
    const field = declared?.get(key)?.node ?? (node.type === "map" ? node.values : undefined);
    walk.path.push(`f:${key}`);
    if (field) check(walk, field, entry);
    else fault(walk, "field not declared in schema");
    walk.path.pop();
  }
}

/** Why an item of a list map has no place of its own; undefined when it has. */
function itemFault({ items, keys = [], list }: ArrayNode, item: Json): string | undefined {
  if (list !== "map" || items.type !== "object") return undefined;
  if (item === null) return "associative list with keys may not have a null element";
  if (!isObject(item)) return "associative list with keys may not have non-map elements";
  const missing = keys.find((key) => item[key] === undefined && !absentKey(items, key).given);
  return missing === undefined
    ? undefined
    : `associative list with keys has an element that omits key field ${JSON.stringify(missing)} (and doesn't have default value)`;
}

function checkItems(walk: Walk, node: ArrayNode, value: readonly Json[]): void {
  const seen = new Set<PathElement>();
  for (const [index, item] of value.entries()) {
    const wrong = itemFault(node, item);
    if (wrong !== undefined) {
      fault(walk, `element ${index}: ${wrong}`);
      continue;
    }
    const step = itemElement(node, item);
    if (seen.has(step)) fault(walk, `duplicate entries for key ${describePath([step])}`);
    seen.add(step);
    walk.path.push(step);
    check(walk, node.items, item);
    walk.path.pop();
  }
}

/** Items of a list that is one value are told by their position. */
function checkAtomicItems(walk: Walk, node: ArrayNode, value: readonly Json[]): void {
  for (const [index, item] of value.entries()) {
    walk.path.push(`i:${index}`);
    check(walk, node.items, item);
    walk.path.pop();
  }
}

function check(walk: Walk, node: SchemaNode, value: Json): void {
  if (value === null || node.type === "json") return;
  if (node.type === "array") {
    if (!isList(value)) fault(walk, `expected list, got &{${shown(value)}}`);
    else if (isAtomic(node)) checkAtomicItems(walk, node, value);
    else checkItems(walk, node, value);
  } else if (node.type === "object" || node.type === "map") {
    if (isObject(value)) checkEntries(walk, node, value);
    else fault(walk, `expected map, got &{${shown(value)}}`);
  } else checkScalar(walk, node, value);
}

/** Why `value` cannot be applied by `schema`, in upstream's words; undefined when it can. */
export function appliedFault(schema: SchemaNode, value: JsonObject): string | undefined {
  const walk: Walk = { path: [], faults: [] };
  check(walk, schema, value);
  const { faults } = walk;
  if (faults.length <= 1) return faults[0];
  return `errors:\n${faults.map((one) => `  ${one}`).join("\n")}`;
}
