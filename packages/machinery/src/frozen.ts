// Changing values that are shared and frozen: only what differs is copied.
import { deepEqual } from "@knots/std";
import { isObject } from "./schema/json-value.ts";
import type { Json } from "./schema/schema.ts";

/** The value below `path`; undefined where the path ends early. */
export function getIn(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as { readonly [key: string]: unknown })[key];
  }
  return current;
}

/**
 * A copy of `object` with `value` at `path` (undefined removes the entry); everything beside the path is shared, missing objects on the
 * way are made. The same reference when nothing changes.
 */
export function setIn<T extends object>(object: T, path: readonly [string, ...string[]], value: Json | undefined): T {
  const [key, ...rest] = path;
  const old = getIn(object, [key]) as Json | undefined;
  if (value === undefined && old === undefined) return object;
  const next = rest.length === 0 ? value : setIn(isObject(old) ? old : {}, rest as [string, ...string[]], value);
  if (deepEqual(next, old)) return object;
  const entries = Object.entries(object).filter(([name]) => name !== key);
  if (next === undefined) return Object.fromEntries(entries) as T;
  return old === undefined
    ? (Object.fromEntries([...entries, [key, next]]) as T)
    : (Object.fromEntries(Object.entries(object).map(([name, was]) => [name, name === key ? next : was])) as T);
}
