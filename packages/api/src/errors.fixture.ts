// What validation says of an object as the server would store it, for tests of kinds.
import { type AnyKind, applyDefaults, decodeObject, type Json, validateObject } from "@knots/machinery";

const stored = (kind: AnyKind, value: Json) => applyDefaults(kind.schema, decodeObject(kind.schema, value));

/** `field: message` of every fault; `old` is the object before an update. */
export function errorsOf(kind: AnyKind, value: Json, old?: Json): readonly string[] {
  const before = old === undefined ? undefined : stored(kind, old);
  return validateObject(kind.schema, stored(kind, value), before).map(({ field, message }) => `${field}: ${message}`);
}

/** The object with everything that the server fills in. */
export const filled = (kind: AnyKind, value: Json): Json => stored(kind, value);

/** The cells of an object by the name of their column. */
export function cellsOf(kind: AnyKind, value: Json, now = 0): Readonly<Record<string, Json>> {
  const object = stored(kind, value);
  return Object.fromEntries(kind.columns.map(({ name, cell }) => [name, cell(object, now)]));
}
