// A structure as a protobuf message: its own fields and nested inlines in order of their numbers.
import { type FieldPlan, planOf } from "../schema/plan.ts";
import type { ObjectNode, SchemaNode } from "../schema/schema.ts";

/** A field of a message: one of JSON's fields, or a message whose fields JSON shows in the parent. */
export type MessagePart =
  | { readonly kind: "field"; readonly number: number; readonly field: FieldPlan }
  | { readonly kind: "inline"; readonly number: number; readonly node: ObjectNode };

export interface MessagePlan {
  readonly parts: readonly MessagePart[];
  readonly byNumber: ReadonlyMap<number, MessagePart>;
}

const plans = new WeakMap<ObjectNode, MessagePlan>();

/** The message of `node`. Fields numbered 0 (apiVersion, kind) travel in the envelope, not here. */
export function messageOf(node: ObjectNode): MessagePlan {
  const known = plans.get(node);
  if (known) return known;
  const inlines = node.inlines.map(({ number, schema }) => ({ kind: "inline" as const, number, node: schema() }));
  const nested = new Set(inlines.flatMap((inline) => Object.keys(inline.node.properties)));
  const fields = planOf(node)
    .fields.filter(({ name, field }) => field.number > 0 && !nested.has(name))
    .map((field) => ({ kind: "field" as const, number: field.field.number, field }));
  const parts = [...fields, ...inlines].sort((a, b) => a.number - b.number);
  const plan: MessagePlan = { parts, byNumber: new Map(parts.map((part) => [part.number, part])) };
  plans.set(node, plan);
  return plan;
}

/** Scalars that lists may pack into one length-delimited value. */
export function isPackable(node: SchemaNode): boolean {
  return node.type === "integer" || node.type === "boolean" || node.type === "number";
}
