// The annotation in which client-side apply keeps what it applied last, and how server-side apply takes over from it.
import { LAST_APPLIED_ANNOTATION } from "@knots/api";
import {
  apiVersionOf,
  compareObjects,
  difference,
  EMPTY_SET,
  type FieldSet,
  fieldsOf,
  isObject,
  type Json,
  type JsonObject,
} from "@knots/machinery";
import { type AnyObject, withMeta } from "../objects.ts";
import type { Registry } from "../registry.ts";

/** The manager that kubectl applies as; only for it the annotation counts. */
export const KUBECTL = "kubectl";
/** Bytes of all annotations; an annotation that does not fit is given up. */
const MAX_ANNOTATIONS = 256 * 1024;

const annotationOf = ({ metadata }: AnyObject): string => metadata.annotations?.[LAST_APPLIED_ANNOTATION] ?? "";

function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Fields that client-side apply set and that still have its values: its successor may change them. */
export function fieldsOfLastApplied({ kind }: Registry, live: AnyObject): FieldSet {
  const last = parsed(annotationOf(live));
  if (!last || last["apiVersion"] !== apiVersionOf(kind)) return EMPTY_SET;
  const { added, modified, removed } = compareObjects(kind.schema, last, live as unknown as JsonObject);
  return difference(difference(difference(fieldsOf(kind.schema, last), modified), added), removed);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}

/** The text of the annotation for an applied object: without itself. */
function annotationText(applied: JsonObject): string {
  const { metadata, ...rest } = applied;
  const meta = isObject(metadata) ? metadata : {};
  const { annotations, ...others } = meta;
  const { [LAST_APPLIED_ANNOTATION]: _self, ...own } = isObject(annotations ?? null) ? (annotations as JsonObject) : {};
  const shown = annotations === undefined ? others : { ...others, annotations: own };
  return `${JSON.stringify(sorted({ ...rest, metadata: shown }))}\n`;
}

/** The object with its annotation, where it has one, telling of this apply; too long a text becomes empty. */
export function withLastApplied(object: AnyObject, applied: JsonObject): AnyObject {
  if (annotationOf(object) === "") return object;
  const text = annotationText(applied);
  const annotations = { ...object.metadata.annotations, [LAST_APPLIED_ANNOTATION]: text };
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  const kept = size > MAX_ANNOTATIONS ? { ...annotations, [LAST_APPLIED_ANNOTATION]: "" } : annotations;
  return withMeta(object, { annotations: kept });
}
