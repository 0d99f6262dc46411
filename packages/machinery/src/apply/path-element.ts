// Steps of field paths, as FieldsV1 writes them: `f:name`, `k:{"key":"value"}`, `v:value`, `i:0`.
import { parseJson } from "../codec/json.ts";
import { isList, isObject } from "../schema/json-value.ts";
import type { Json } from "../schema/schema.ts";

/**
 * One step of a path in FieldsV1's own text, made canonical: keys sorted, JSON without spaces. Two steps are the same
 * exactly when their texts are.
 */
export type PathElement = string;
/** From the object down to a value. */
export type FieldPathElements = readonly PathElement[];

export const fieldElement = (name: string): PathElement => `f:${name}`;
export const valueElement = (value: Json): PathElement => `v:${JSON.stringify(sorted(value))}`;

/** The step to the item of a list that has these values in its keys. */
export function keyElement(keys: Readonly<Record<string, Json>>): PathElement {
  return `k:${JSON.stringify(sorted(keys))}`;
}

function sorted(value: Json): Json {
  if (isList(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}

/** How deep a value in a step may nest. */
const MAX_DEPTH = 64;

function parsed(json: string): Json | undefined {
  try {
    return parseJson(json, { maxDepth: MAX_DEPTH });
  } catch {
    return undefined;
  }
}

/** The canonical form of a step that somebody else wrote; undefined when it is none. */
export function parseElement(text: string): PathElement | undefined {
  const rest = text.slice(2);
  switch (text.slice(0, 2)) {
    case "f:":
      return text;
    case "k:": {
      const keys = parsed(rest);
      return isObject(keys) ? keyElement(keys) : undefined;
    }
    case "v:": {
      const value = parsed(rest);
      return value === undefined ? undefined : valueElement(value);
    }
    case "i:":
      return /^\d+$/.test(rest) && Number.isSafeInteger(Number(rest)) ? `i:${Number(rest)}` : undefined;
    default:
      return undefined;
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const RANKS = ["number", "string", "boolean", "list", "object", "null"];

function rankOf(value: Json): number {
  return RANKS.indexOf(value === null ? "null" : isList(value) ? "list" : typeof value);
}

function compareValues(a: Json, b: Json): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return rankOf(a) - rankOf(b) || compareText(JSON.stringify(a), JSON.stringify(b));
}

/** Keys lie in the order of their names; the first name or value that differs decides. */
function compareKeys(a: readonly (readonly [string, Json])[], b: readonly (readonly [string, Json])[]): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const [[name, value], [otherName, otherValue]] = [a[index] ?? ["", null], b[index] ?? ["", null]];
    const order = compareText(name, otherName) || compareValues(value, otherValue);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

interface Sortable {
  readonly text: PathElement;
  readonly rank: number;
  readonly name: string;
  readonly keys: readonly (readonly [string, Json])[];
  readonly value: Json;
}

/** An item with one key of plain text, as most have: read without a parser. */
const PLAIN_KEY = /^k:\{"([^"\\]+)":"([^"\\]*)"\}$/;

function sortable(text: PathElement): Sortable {
  const rank = "fkvi".indexOf(text[0] ?? "");
  const rest = text.slice(2);
  const base = { text, rank, name: "", keys: [], value: null };
  const plain = rank === 1 ? PLAIN_KEY.exec(text) : null;
  if (plain) return { ...base, keys: [[plain[1] ?? "", plain[2] ?? ""]] };
  if (rank === 0) return { ...base, name: rest };
  const value = JSON.parse(rest) as Json;
  return rank === 1 && isObject(value) ? { ...base, keys: Object.entries(value) } : { ...base, value };
}

function compareSortables(a: Sortable, b: Sortable): number {
  return (
    a.rank - b.rank || compareText(a.name, b.name) || compareKeys(a.keys, b.keys) || compareValues(a.value, b.value)
  );
}

const FIELDS_ONLY = (element: PathElement): boolean => element.startsWith("f:");

/** Steps in the order of FieldsV1: fields by name, items by key, values, positions; numbers before text. */
export function sortElements(elements: Iterable<PathElement>): readonly PathElement[] {
  const list = [...elements];
  // What is all fields, as nearly everything is, needs no parsing: the prefix is the same.
  if (list.every(FIELDS_ONLY)) return list.sort(compareText);
  return list
    .map(sortable)
    .sort(compareSortables)
    .map(({ text }) => text);
}

function describe(element: PathElement): string {
  const rest = element.slice(2);
  if (element.startsWith("f:")) return `.${rest}`;
  if (element.startsWith("v:")) return `[=${rest}]`;
  if (element.startsWith("i:")) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Readonly<Record<string, Json>>);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}]`;
}

/** A path for people: `.spec.containers[name="web"].image`. */
export const describePath = (path: FieldPathElements): string => path.map(describe).join("");
