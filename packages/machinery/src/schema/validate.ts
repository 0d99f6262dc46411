// Checks a decoded and defaulted object against its declaration.
import { deepEqual } from "@knots/std";
import {
  type FieldError,
  type FieldPath,
  fieldPath,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
} from "../field-error.ts";
import { isList, isObject } from "./json-value.ts";
import { type FieldPlan, isZero, planOf, reaches } from "./plan.ts";
import type {
  ArrayNode,
  Check,
  IntegerNode,
  Json,
  JsonObject,
  MapNode,
  ObjectNode,
  SchemaNode,
  StringNode,
} from "./schema.ts";
import { duplicates, pairing } from "./validate-lists.ts";

/** A walk stops when it has found this many errors. */
export const MAX_FIELD_ERRORS = 100;

type Step = string | number | readonly [string];
interface Walk {
  readonly errors: FieldError[];
  readonly path: Step[];
}

function nodeHasRules(node: SchemaNode): boolean {
  switch (node.type) {
    case "string":
      return (node.enum ?? node.check ?? node.minLength ?? node.maxLength) !== undefined;
    case "integer":
      return (node.min ?? node.max) !== undefined;
    case "array":
      return (node.minItems ?? node.maxItems) !== undefined || node.list === "set" || node.list === "map";
    case "object":
      return node.checks.length > 0;
    default:
      return false;
  }
}
const hasRules = reaches(
  (field, node) => nodeHasRules(node) || field?.field.required === true || field?.field.immutable === true,
);

/** A field that can be at fault, and whether what it holds can be. */
interface Ruled {
  readonly plan: FieldPlan;
  readonly deep: boolean;
}
const ruled = new WeakMap<ObjectNode, readonly Ruled[]>();

/** The fields that need a look; most of a large structure's do not. */
function ruledFields(node: ObjectNode): readonly Ruled[] {
  const known = ruled.get(node);
  if (known) return known;
  const fields = planOf(node)
    .fields.map((plan) => ({ plan, deep: hasRules(plan.node) }))
    .filter(({ plan: { field }, deep }) => deep || field.required === true || field.immutable === true);
  ruled.set(node, fields);
  return fields;
}

function here(walk: Walk): FieldPath {
  let text = "";
  for (const step of walk.path) {
    if (typeof step === "string") text += text === "" ? step : `.${step}`;
    else text += `[${typeof step === "number" ? step : step[0]}]`;
  }
  return fieldPath(text);
}

function checkString(walk: Walk, node: StringNode, value: string): void {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = node;
  if (node.enum && !node.enum.includes(value)) walk.errors.push(notSupported(here(walk), value, node.enum));
  if (value.length > maxLength) walk.errors.push(tooLong(here(walk), maxLength));
  if (value.length < minLength) {
    walk.errors.push(invalid(here(walk), value, `should be at least ${minLength} chars long`));
  }
  const fault = node.check?.(value);
  if (fault !== undefined) walk.errors.push(invalid(here(walk), value, fault));
}

function checkInteger(walk: Walk, node: IntegerNode, value: number): void {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = node;
  if (value >= min && value <= max) return;
  if (node.min !== undefined && node.max !== undefined) {
    walk.errors.push(invalid(here(walk), value, `must be between ${min} and ${max}, inclusive`));
  } else if (value < min) walk.errors.push(invalid(here(walk), value, `must be greater than or equal to ${min}`));
  else walk.errors.push(invalid(here(walk), value, `must be less than or equal to ${max}`));
}

function checkArray(walk: Walk, node: ArrayNode, items: readonly Json[], old: Json | undefined): void {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = node;
  if (items.length > maxItems) walk.errors.push(tooMany(here(walk), items.length, maxItems));
  if (items.length < minItems) {
    walk.errors.push(invalid(here(walk), items.length, `must have at least ${minItems} items`));
  }
  if (hasRules(node.items)) {
    const oldOf = pairing(node, old);
    for (const [index, item] of items.entries()) checkBelow(walk, index, node.items, [item, oldOf(item, index)]);
  }
  walk.errors.push(...duplicates(node, items, () => here(walk)));
}

function checkMap(walk: Walk, node: MapNode, value: JsonObject, old: Json | undefined): void {
  if (!hasRules(node.values)) return;
  const before = isObject(old) ? old : {};
  for (const key in value) {
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    checkBelow(walk, [key], node.values, [value[key] as Json, was]);
  }
}

/** Checks the value that lies one step further; the pair is the new and the old value. */
function checkBelow(walk: Walk, step: Step, node: SchemaNode, pair: readonly [Json, Json | undefined]): void {
  walk.path.push(step);
  checkNode(walk, node, pair[0], pair[1]);
  walk.path.pop();
}

function failField(walk: Walk, name: string, error: (path: FieldPath) => FieldError): void {
  walk.errors.push(error(here(walk).child(name)));
}

function checkField(walk: Walk, { plan, deep }: Ruled, value: JsonObject, old: JsonObject | undefined): void {
  const { name, field } = plan;
  const [now, was] = [value[name], old?.[name]];
  if (field.immutable === true && old !== undefined && !deepEqual(now, was)) {
    failField(walk, name, (path) => invalid(path, now ?? null, "field is immutable"));
    return;
  }
  const wanted = field.required === true && field.always !== true;
  if (now === undefined || (wanted && isAbsent(plan, now))) {
    if (wanted) failField(walk, name, (path) => required(path, field.requiredDetail));
    return;
  }
  if (deep) checkBelow(walk, name, plan.node, [now, was]);
}

/** Whether a required field's value counts as missing: empty text, list or map. */
function isAbsent({ node }: FieldPlan, value: Json): boolean {
  const emptiable = node.type === "string" || node.type === "array" || node.type === "map" || node.type === "bytes";
  return value === null || (emptiable && isZero(value));
}

function checkObject(walk: Walk, node: ObjectNode, value: JsonObject, old: JsonObject | undefined): void {
  for (const field of ruledFields(node)) {
    if (walk.errors.length >= MAX_FIELD_ERRORS) return;
    checkField(walk, field, value, old);
  }
  if (node.checks.length === 0) return;
  const context = { path: here(walk), ...(old !== undefined && { old }) };
  for (const check of node.checks as readonly Check<unknown>[]) walk.errors.push(...check(value, context));
}

function checkNode(walk: Walk, node: SchemaNode, value: Json, old: Json | undefined): void {
  if (node.type === "object" && isObject(value)) checkObject(walk, node, value, isObject(old) ? old : undefined);
  else if (node.type === "array" && isList(value)) checkArray(walk, node, value, old);
  else if (node.type === "map" && isObject(value)) checkMap(walk, node, value, old);
  else if (node.type === "string" && typeof value === "string") checkString(walk, node, value);
  else if (node.type === "integer" && typeof value === "number") checkInteger(walk, node, value);
}

/**
 * All faults of a decoded, defaulted object: fields in declaration order, each object's own checks after its fields. `old` is the object
 * before this write; its parts reach immutable fields and checks along the same path (list elements by their key fields).
 * At most {@link MAX_FIELD_ERRORS} are returned.
 */
export function validateObject(schema: ObjectNode, value: JsonObject, old?: JsonObject): FieldError[] {
  const walk: Walk = { errors: [], path: [] };
  checkObject(walk, schema, value, old);
  return walk.errors.slice(0, MAX_FIELD_ERRORS);
}
