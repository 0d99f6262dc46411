// Which objects a list or watch wants: label selector, field selector and namespace as one predicate.
import type { RequestOptions } from "@knots/client";
import {
  type AnyKind,
  type FieldRequirement,
  parseFieldSelector,
  parseLabelSelector,
  SelectorError,
} from "@knots/machinery";
import { badRequest } from "../errors.ts";
import type { AnyObject } from "../registry/objects.ts";

/** A predicate over objects. */
export interface Selection {
  /** Whether it matches everything. */
  readonly everything: boolean;
  /** The one name that can match, when the selector pins it. */
  readonly name?: string | undefined;
  matches(object: AnyObject): boolean;
}

const everything: Selection = { everything: true, matches: () => true };

function parse<T>(parser: (text: string) => T, text: string): T {
  try {
    return parser(text);
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

type Reader = (object: AnyObject) => string;

/** Kinds outside of namespaces take the field only where they have no fields of their own. */
const hasNamespaceField = ({ scope, selectable }: AnyKind): boolean =>
  scope === "Namespaced" || Object.keys(selectable).length === 0;

function readerOf(kind: AnyKind, field: string): Reader {
  if (field === "metadata.name") return (object) => object.metadata.name ?? "";
  if (field === "metadata.namespace" && hasNamespaceField(kind)) return (object) => object.metadata.namespace ?? "";
  const known = Object.hasOwn(kind.selectable, field) ? kind.selectable[field] : undefined;
  if (!known) throw badRequest(`field label not supported: ${field}`);
  return known;
}

function fieldPredicate(kind: AnyKind, requirements: readonly FieldRequirement[]): (object: AnyObject) => boolean {
  const tests = requirements.map(({ field, equal, value }) => ({ read: readerOf(kind, field), equal, value }));
  return (object) => tests.every(({ read, equal, value }) => (read(object) === value) === equal);
}

/** The selection of a request on `kind` among stored objects (a further version names fields in its own way); 400 for selectors that cannot be parsed or name unknown fields. */
export function selectionOf(kind: AnyKind, options: RequestOptions, name?: string): Selection {
  const labels = parse(parseLabelSelector, options.labelSelector ?? "");
  const fields = parse(parseFieldSelector, options.fieldSelector ?? "");
  if (labels.requirements.length === 0 && fields.length === 0 && name === undefined) return everything;
  const all = name === undefined ? fields : [...fields, { field: "metadata.name", equal: true, value: name }];
  const byFields = fieldPredicate(kind, all);
  return {
    everything: false,
    name: all.find(({ field, equal }) => field === "metadata.name" && equal)?.value,
    matches: (object) => labels.matches(object.metadata.labels) && byFields(object),
  };
}
