// Claims of unique things: one key each in the store, written only while nobody else has it.
import type { Compare, Op, Store } from "@knots/store";

/** A claim whose loss is the client's error. */
export interface Claim {
  readonly key: string;
  readonly error: () => Error;
}

const encoder = new TextEncoder();

/** Conditions and writes that take `keys` for `owner`. */
export function reserveKeys(
  keys: readonly string[],
  owner: string,
): { compare: readonly Compare[]; writes: readonly Op[] } {
  const value = encoder.encode(owner);
  return {
    compare: keys.map((key): Compare => ({ key, target: "create", op: "=", value: 0 })),
    writes: keys.map((key): Op => ({ type: "put", key, value })),
  };
}

/** Writes that give `keys` back. */
export const releaseKeys = (keys: readonly string[]): { readonly writes: readonly Op[] } => ({
  writes: keys.map((key): Op => ({ type: "delete", key })),
});

/** The error of the first claim that somebody holds already. */
export async function isTaken(store: Store, claims: readonly Claim[]): Promise<Error | undefined> {
  for (const { key, error } of claims) {
    const { items } = await store.range({ start: key, keysOnly: true });
    if (items.length > 0) return error();
  }
  return undefined;
}
