// Objects as the registry handles them: frozen JSON whose fields beyond metadata belong to a kind.
import type { Json, KubeObject, ObjectMeta } from "@knots/machinery";

/** An object of any kind with its further fields open for reading. */
export type AnyObject = KubeObject & {
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly [field: string]: unknown;
};

/** Freezes a value and everything below; values that are frozen already are taken to be so throughout. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}

/** A copy with some metadata replaced; `undefined` removes. */
export function withMeta<T extends KubeObject>(
  object: T,
  changes: { readonly [K in keyof ObjectMeta]?: ObjectMeta[K] | undefined },
): T {
  const entries = Object.entries({ ...object.metadata, ...changes }).filter(([, value]) => value !== undefined);
  return { ...object, metadata: Object.fromEntries(entries) as ObjectMeta };
}

/** A copy in which `field` is `value`, or absent when `value` is undefined. */
export function withField(object: AnyObject, field: string, value: unknown): AnyObject {
  if (value !== undefined) return { ...object, [field]: value };
  if (object[field] === undefined) return object;
  const { [field]: _dropped, ...rest } = object;
  return rest as AnyObject;
}

/** Structural equality of JSON values; absent and undefined are the same. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => equalJson(item, b[index]));
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => equalJson(left[key], right[key]));
}

/** The object as plain JSON for patches. */
export const asJson = (object: KubeObject): Json => object as unknown as Json;
