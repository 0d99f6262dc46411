// What the walkers need to know about an object's fields, worked out once per declaration and kept beside it.
import { isList } from "./json-value.ts";
import { type AnyField, type Json, type ObjectNode, type SchemaNode, schemaOf } from "./schema.ts";

/** A field with its schema resolved. */
export interface FieldPlan {
  readonly name: string;
  /** The field as a step of FieldsV1's paths: `f:<name>`. */
  readonly step: string;
  readonly field: AnyField;
  readonly node: SchemaNode;
  /** Absent and zero mean the same: zero values are left out of the canonical form. */
  readonly dropZero: boolean;
}

/** The fields of an object in declaration order and by JSON name. */
export interface ObjectPlan {
  readonly fields: readonly FieldPlan[];
  readonly byName: ReadonlyMap<string, FieldPlan>;
  /** Fields that are shown even when unset. */
  readonly always: readonly FieldPlan[];
  /** Fields that have a default. */
  readonly defaulted: readonly FieldPlan[];
}

const plans = new WeakMap<ObjectNode, ObjectPlan>();
const ZERO_DROPPING: ReadonlySet<string> = new Set([
  "boolean",
  "integer",
  "number",
  "string",
  "bytes",
  "array",
  "map",
  "intOrString",
]);

function planField(name: string, field: AnyField): FieldPlan {
  const node = schemaOf(field);
  const kept = field.pointer === true || field.always === true || field.required === true;
  return { name, step: `f:${name}`, field, node, dropZero: !kept && ZERO_DROPPING.has(node.type) };
}

/** The plan of `node`; thunks of its direct fields are resolved on first use. */
export function planOf(node: ObjectNode): ObjectPlan {
  const known = plans.get(node);
  if (known) return known;
  const fields = Object.entries(node.properties).map(([name, field]) => planField(name, field));
  const plan: ObjectPlan = {
    fields,
    byName: new Map(fields.map((field) => [field.name, field])),
    always: fields.filter(({ field }) => field.always === true),
    defaulted: fields.filter(({ field }) => field.default !== undefined),
  };
  plans.set(node, plan);
  return plan;
}

/** Whether `value` is what Go calls a zero value of a scalar, list or map. */
export function isZero(value: Json): boolean {
  if (typeof value !== "object") return value === "" || value === 0 || value === false;
  if (isList(value)) return value.length === 0;
  for (const _key in value) return false;
  return true;
}

/** The schema of the elements of a list or map. */
export function elementOf(node: SchemaNode): SchemaNode | undefined {
  if (node.type === "array") return node.items;
  return node.type === "map" ? node.values : undefined;
}

/**
 * Makes a memoised test: whether an object that `holds` can be reached from a node, itself included.
 * Walkers skip the subtrees where it is false.
 */
export function reaches(
  holds: (field: FieldPlan | undefined, node: SchemaNode) => boolean,
): (node: SchemaNode) => boolean {
  const answers = new WeakMap<SchemaNode, boolean>();
  const search = (node: SchemaNode, field: FieldPlan | undefined, seen: Set<SchemaNode>): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    if (holds(field, node)) return true;
    const element = elementOf(node);
    if (element) return search(element, undefined, seen);
    if (node.type !== "object") return false;
    return planOf(node).fields.some((child) => holds(child, child.node) || search(child.node, child, seen));
  };
  return (node) => {
    const known = answers.get(node);
    if (known !== undefined) return known;
    const answer = search(node, undefined, new Set());
    answers.set(node, answer);
    return answer;
  };
}
