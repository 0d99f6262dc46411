// Words for cross-field checks that several kinds share.
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  labelValue,
  portName,
  qualifiedName,
  type TextCheck,
} from "@knots/machinery";
import { deepEqual } from "@knots/std";

/** An error where `check` finds a fault in `value`; absent and empty pass. */
export function* checkText(path: FieldPath, value: string | undefined, check: TextCheck): Iterable<FieldError> {
  const fault = value === undefined || value === "" ? undefined : check(value);
  if (fault !== undefined) yield invalid(path, value, fault);
}

/** An error per element whose text an earlier one had; undefined and empty texts never repeat. */
export function* checkUnique<T>(
  items: readonly T[],
  textOf: (item: T) => string | undefined,
  errorOf: (index: number, text: string) => FieldError,
): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const text = textOf(item) ?? "";
    if (text !== "" && seen.has(text)) yield errorOf(index, text);
    seen.add(text);
  }
}

/** Names must differ. */
export const checkNames = (path: FieldPath, items: readonly { readonly name?: string }[]): Iterable<FieldError> =>
  checkUnique(
    items,
    ({ name }) => name,
    (index, name) => duplicate(path.index(index).child("name"), name),
  );

/** A port by number (1 to 65535) or by name. */
export function* checkPort(path: FieldPath, port: number | string | undefined): Iterable<FieldError> {
  if (typeof port === "string") {
    const fault = portName(port);
    if (fault !== undefined) yield invalid(path, port, fault);
  } else if (port !== undefined && (port < 1 || port > 65_535)) {
    yield invalid(path, port, "must be between 1 and 65535, inclusive");
  }
}

/** Keys and values must be those of labels. */
export function* checkLabels(
  path: FieldPath,
  labels: Readonly<Record<string, string>> | undefined,
): Iterable<FieldError> {
  for (const [key, value] of Object.entries(labels ?? {})) {
    yield* checkText(path, key, qualifiedName);
    yield* checkText(path, value, labelValue);
  }
}

/** A value that stays what it was. */
export function* checkUnchanged(
  path: FieldPath,
  value: unknown,
  old: unknown,
  detail = "field is immutable",
): Iterable<FieldError> {
  if (!deepEqual(value, old)) yield invalid(path, value ?? null, detail);
}

/** A value that stays what it was while `immutable` is set. */
export function* checkSealed(path: FieldPath, value: unknown, old: unknown): Iterable<FieldError> {
  if (!deepEqual(value, old)) yield forbidden(path, "field is immutable when `immutable` is set");
}
