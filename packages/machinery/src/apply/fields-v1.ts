// Field sets as the JSON of FieldsV1, both ways. A set is parsed and written once; equal texts become one shared object.
import { deepFreeze } from "@knots/std";
import { isObject } from "../schema/json-value.ts";
import type { Json, JsonObject } from "../schema/schema.ts";
import { EMPTY_SET, type FieldSet, fieldSet, LEAF } from "./field-set.ts";
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
  if (children.size === 0) return {};
  const entries: [string, Json][] = member ? [[SELF, {}]] : [];
  for (const step of sortElements(children.keys())) entries.push([step, writeNode(children.get(step) ?? EMPTY_SET)]);
  return Object.fromEntries(entries);
}

/** FieldsV1 of a set: frozen, in canonical order; the same object for the same set. */
export function writeFields(set: FieldSet): JsonObject {
  const known = written.get(set);
  if (known) return known;
  const fields = deepFreeze(writeNode(set));
  written.set(set, fields);
  parsedSets.set(fields, set);
  return fields;
}
