// A fault of one field, in the words that upstream's validation uses.
import type { Json } from "./schema/json-value.ts";

/** Where a value sits, written as upstream does: `spec.containers[0].name`, `metadata.labels[app]`. */
export interface FieldPath {
  /** The path of a named field below this one. */
  readonly child: (...names: readonly string[]) => FieldPath;
  /** The path of a list element. */
  readonly index: (index: number) => FieldPath;
  /** The path of a map entry. */
  readonly key: (key: string) => FieldPath;
  readonly toString: () => string;
}

/** Builds paths; the root's text is empty. */
export function fieldPath(text = ""): FieldPath {
  return {
    child: (...names) => fieldPath(text === "" ? names.join(".") : `${text}.${names.join(".")}`),
    index: (index) => fieldPath(`${text}[${index}]`),
    key: (key) => fieldPath(`${text}[${key}]`),
    toString: () => text,
  };
}

/** The reasons of `Status.details.causes`. */
export type FieldErrorType =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueForbidden"
  | "FieldValueDuplicate"
  | "FieldValueNotFound"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid";

/** One fault: `message` is complete but for the field name. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly message: string;
}

const shown = (value: unknown): string => JSON.stringify(value) ?? "null";

export const required = (path: FieldPath, detail = ""): FieldError => ({
  type: "FieldValueRequired",
  field: path.toString(),
  message: detail ? `Required value: ${detail}` : "Required value",
});
export const invalid = (path: FieldPath, value: unknown, detail: string): FieldError => ({
  type: "FieldValueInvalid",
  field: path.toString(),
  message: `Invalid value: ${shown(value)}: ${detail}`,
});
export const notSupported = (path: FieldPath, value: unknown, supported: readonly string[]): FieldError => ({
  type: "FieldValueNotSupported",
  field: path.toString(),
  message: `Unsupported value: ${shown(value)}: supported values: ${[...supported].sort().map(shown).join(", ")}`,
});
export const forbidden = (path: FieldPath, detail: string): FieldError => ({
  type: "FieldValueForbidden",
  field: path.toString(),
  message: `Forbidden: ${detail}`,
});
export const duplicate = (path: FieldPath, value: unknown): FieldError => ({
  type: "FieldValueDuplicate",
  field: path.toString(),
  message: `Duplicate value: ${shown(value)}`,
});
export const notFound = (path: FieldPath, value: unknown): FieldError => ({
  type: "FieldValueNotFound",
  field: path.toString(),
  message: `Not found: ${shown(value)}`,
});
export const tooLong = (path: FieldPath, max: number): FieldError => ({
  type: "FieldValueTooLong",
  field: path.toString(),
  message: `Too long: may not be more than ${max} bytes`,
});
export const tooMany = (path: FieldPath, actual: number, max: number): FieldError => ({
  type: "FieldValueTooMany",
  field: path.toString(),
  message: `Too many: ${actual}: must have at most ${max} items`,
});
export const typeInvalid = (path: FieldPath, value: Json, detail: string): FieldError => ({
  type: "FieldValueTypeInvalid",
  field: path.toString(),
  message: `Invalid value: ${shown(value)}: ${detail}`,
});
