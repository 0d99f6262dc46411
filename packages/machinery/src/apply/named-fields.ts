// Structures on the way to a field as fields of their own: needed to tell what may be taken away whole.
import type { SchemaNode } from "../schema/schema.ts";
import { type FieldSet, fieldSet } from "./field-set.ts";
import { below } from "./fields-of.ts";
import type { PathElement } from "./path-element.ts";

function stepInto(node: SchemaNode, step: PathElement): SchemaNode | undefined {
  if (step.startsWith("f:")) return below(node, step.slice(2));
  return node.type === "array" ? node.items : undefined;
}

/** The set with every field that a structure declares and that leads to a member; entries of maps and items of lists stay as they are. */
export function withNamedFields(schema: SchemaNode, set: FieldSet): FieldSet {
  if (set.children.size === 0) return set;
  const children = new Map<PathElement, FieldSet>();
  for (const [step, child] of set.children) {
    const node = stepInto(schema, step);
    const deeper = node ? withNamedFields(node, child) : child;
    const named = node !== undefined && schema.type === "object";
    children.set(step, fieldSet(child.member || named, deeper.children));
  }
  return fieldSet(set.member, children);
}
