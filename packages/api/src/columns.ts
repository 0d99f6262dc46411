// Words for declaring the columns of `kubectl get`.
import {
  type Column,
  formatLabelSelector,
  type Json,
  type LabelSelector,
  type ObjectMeta,
  SelectorError,
  selectorFromObject,
} from "@knots/machinery";

/** Shown where there is nothing to show. */
export const NONE = "<none>";
/** Shown where a fact is not known. */
export const UNKNOWN = "<unknown>";
/** Shown where a choice was not made. */
export const UNSET = "<unset>";

/** An object as columns see it: metadata and the parts that the kind declares. */
export interface Shown<Spec = unknown, Status = unknown> {
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
  readonly status?: Status;
}

/** A column of text. */
export const text = <T>(name: string, doc: string, cell: (object: T, now: number) => Json): Column => ({
  name,
  type: "string",
  doc,
  cell,
});

/** A column of whole numbers; absent counts as zero. */
export const count = <T>(name: string, doc: string, cell: (object: T) => number | undefined): Column => ({
  name,
  type: "integer",
  doc,
  cell: (object: T) => cell(object) ?? 0,
});

/** A column of truth values; absent counts as false. */
export const flag = <T>(name: string, doc: string, cell: (object: T) => boolean | undefined): Column => ({
  name,
  type: "boolean",
  doc,
  cell: (object: T) => cell(object) ?? false,
});

/** The same column, shown with `-o wide` only. */
export const wide = (column: Column): Column => ({ ...column, priority: 1 });

/** The name of the object, where it is not the first column. */
export const nameColumn = (): Column =>
  text("Name", "Name of the object.", ({ metadata }: Shown) => metadata.name ?? "");

/** When the object was created, for kinds whose table has nothing else to say. */
export const createdAt = (): Column => ({
  name: "Created At",
  type: "date",
  doc: "When the object was created.",
  cell: ({ metadata }: Shown) => metadata.creationTimestamp ?? "",
});

/** The value, or `<none>` when it is empty. */
export const orNone = (value: string | undefined): string => (value === undefined || value === "" ? NONE : value);

/** At most `limit` texts joined by commas; the rest is counted. */
export function firstOf(texts: readonly string[], limit: number, separator = ","): string {
  const shown = texts.slice(0, limit).join(separator);
  return texts.length > limit ? `${shown} + ${texts.length - limit} more...` : shown;
}

/** `a=1,b=2` in the order of keys, or `<none>`. */
export function labelsText(labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return orNone(pairs.sort().join(","));
}

/** `host:port`, with brackets around an IPv6 address. */
export const hostPort = (host: string, port: number): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/** A selector as text, or `<none>` when it is empty. */
export function selectorText(selector: LabelSelector | undefined): string {
  try {
    return orNone(selector && formatLabelSelector(selectorFromObject(selector)));
  } catch (error) {
    if (error instanceof SelectorError) return "<error>";
    throw error;
  }
}
