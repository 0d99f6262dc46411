// Objects as rows of a kind's columns (meta.k8s.io Table): what `kubectl get` prints.
import { type FieldPath, fieldPath, invalid } from "../field-error.ts";
import type { AnyKind, Column, KubeObject } from "../kind/kind.ts";
import type { ListMeta } from "../meta/object-meta.ts";
import type { Json } from "../schema/schema.ts";
import { ApiError, failure } from "../status.ts";
import { age } from "./age.ts";
import { type PartialObjectMetadata, partialMetadata } from "./partial.ts";

/** What each row carries beside its cells. */
export type IncludeObject = "None" | "Metadata" | "Object";

export interface TableColumn {
  readonly name: string;
  readonly type: Column["type"];
  /** `name` marks the column that holds the object's name. */
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}
export interface TableRow {
  readonly cells: readonly Json[];
  readonly object: KubeObject | PartialObjectMetadata | null;
}
/** The answer to `as=Table`. */
export interface Table {
  readonly kind: "Table";
  readonly apiVersion: "meta.k8s.io/v1";
  readonly metadata: ListMeta;
  readonly columnDefinitions: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

export interface TableOptions {
  /** Milliseconds; ages are told from here. */
  readonly now: number;
  readonly includeObject?: IncludeObject;
  /** The list's metadata; for a single object its resourceVersion. */
  readonly metadata?: ListMeta;
  /** Left out after the first table of a watch. */
  readonly headers?: boolean;
}

const nameColumn: Column = {
  name: "Name",
  type: "string",
  doc: "Name of the object, unique in its namespace.",
  cell: (object: KubeObject) => object.metadata.name ?? "",
};

/** The columns of a kind: its name first (unless it declares a Name of its own), and an age where it declares nothing. */
export function columnsOf(kind: Pick<AnyKind, "columns">): readonly Column[] {
  if (kind.columns.length === 0) return [nameColumn, age()];
  return kind.columns.some(({ name }) => name === "Name") ? kind.columns : [nameColumn, ...kind.columns];
}

function definition({ name, type, doc, priority = 0 }: Column): TableColumn {
  return { name, type, format: name === "Name" ? "name" : "", description: doc, priority };
}

function included(object: KubeObject, policy: IncludeObject): TableRow["object"] {
  if (policy === "None") return null;
  return policy === "Object" ? object : partialMetadata(object);
}

/** Projects objects of one kind to a table. Rows keep the order of `objects`. */
export function toTable(
  kind: Pick<AnyKind, "columns">,
  objects: readonly KubeObject[],
  { now, includeObject = "Metadata", metadata = {}, headers = true }: TableOptions,
): Table {
  const columns = columnsOf(kind);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: headers ? columns.map(definition) : [],
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now) ?? null),
      object: included(object, includeObject),
    })),
  };
}

const parameter: FieldPath = fieldPath("includeObject");

/** Reads the query parameter `includeObject`; absent or empty means Metadata. Throws a 400 on other words. */
export function parseIncludeObject(text: string | undefined | null): IncludeObject {
  if (text === undefined || text === null || text === "") return "Metadata";
  if (text === "None" || text === "Metadata" || text === "Object") return text;
  const { field, message } = invalid(parameter, text, "must be 'Metadata', 'Object', 'None', or empty");
  throw new ApiError(failure(400, "BadRequest", `${field}: ${message}`));
}
