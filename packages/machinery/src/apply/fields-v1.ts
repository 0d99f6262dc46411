// Field sets as the JSON of FieldsV1, both ways. A set is parsed and written once; equal texts become one shared object.
import { isObject } from "../schema/json-value.ts";
import type { Json, JsonObject } from "../schema/schema.ts";
import { EMPTY_SET, equalSets, type FieldSet, fieldSet, LEAF } from "./field-set.ts";
import { type PathElement, parseElement, sortElements } from "./path-element.ts";

/** The key of the place itself. */
const SELF = ".";
const parsedSets = new WeakMap<object, FieldSet>();
const written = new WeakMap<FieldSet, JsonObject>();

function parseNode(value: Json): FieldSet | undefined {
  if (!isObject(value)) return undefined;
  const children = new Map<PathElement, FieldSet>();
  let member = false;
  for (const key in value) {
    if (key === SELF) {
      member = true;
      continue;
    }
    const step = parseElement(key);
    const below = parseNode(value[key] as Json);
    if (step === undefined || !below) return undefined;
    children.set(step, below);
  }
  return children.size > 0 ? fieldSet(member, children) : LEAF;
}

/** The set that FieldsV1 describes; undefined when it is malformed. Frozen values are parsed once. */
export function parseFields(fields: JsonObject): FieldSet | undefined {
  const known = parsedSets.get(fields);
  if (known) return known;
  const parsed = parseNode(fields);
  const set = parsed && fieldSet(false, parsed.children);
  if (set && Object.isFrozen(fields)) parsedSets.set(fields, set);
  return set;
}

function writeNode({ member, children }: FieldSet): JsonObject {
  const node: Record<string, Json> = {};
  if (children.size === 0) return Object.freeze(node);
  if (member) node[SELF] = Object.freeze({});
  for (const step of sortElements(children.keys())) node[step] = writeNode(children.get(step) ?? EMPTY_SET);
  return Object.freeze(node);
}

/** Sets that were written last, by fingerprint: objects made from one template share one description. */
const recent = new Map<number, FieldSet>();
const MAX_RECENT = 1024;

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

/** The same number for equal sets, in whatever order they were put together. */
function fingerprint({ member, children }: FieldSet): number {
  let sum = member ? 1 : 2;
  for (const [step, below] of children) sum = (sum + Math.imul(hashOf(step), fingerprint(below) | 1)) | 0;
  return sum;
}

/** The set itself, or an equal one that was written before. */
function familiar(set: FieldSet): FieldSet {
  const key = fingerprint(set);
  const known = recent.get(key);
  if (known && equalSets(known, set)) return known;
  if (recent.size >= MAX_RECENT) recent.clear();
  recent.set(key, set);
  return set;
}

/** FieldsV1 of a set: frozen, in canonical order; mostly the same object for equal sets. */
export function writeFields(set: FieldSet): JsonObject {
  const known = written.get(set);
  if (known) return known;
  const same = familiar(set);
  const fields = written.get(same) ?? writeNode(same);
  written.set(same, fields);
  written.set(set, fields);
  parsedSets.set(fields, same);
  return fields;
}
