// Brings the claims of addresses and ports in line with the Services that hold them, should anybody have edited the store or restored a part of it.
import type { Clock, Logger } from "@knots/std";
import { type Compare, type KeyValue, prefixEnd, type Store } from "@knots/store";
import type { AnyObject } from "../registry/objects.ts";
import type { KindStorage } from "../registry/storage.ts";

const PERIOD = 10 * 60_000;

export interface ClaimsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** The storage of the objects that claim. */
  readonly storage: KindStorage;
  /** Claims start with one of these. */
  readonly prefixes: readonly string[];
  /** Keys of everything that an object claims. */
  readonly keysOf: (object: AnyObject) => readonly string[];
}

/** What a repair found. */
export interface Repaired {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Claims that two objects hold: for people to mend. */
  readonly shared: readonly string[];
}

interface Need {
  readonly object: AnyObject;
  readonly kv: KeyValue;
}

const encoder = new TextEncoder();
const unchanged = ({ key, modRevision: value }: KeyValue): Compare => ({ key, target: "mod", op: "=", value });
const ownerOf = ({ metadata }: AnyObject): string => `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;

/** Repairs once. Every write is guarded by what was read, so that it can run on every server at any time. */
export async function repairClaims({ store, storage, prefixes, keysOf }: Omit<ClaimsOptions, "clock" | "log">) {
  const below = (prefix: string) => ({ start: prefix, end: prefixEnd(prefix) });
  const { items, revision: at } = await store.range(below(storage.prefix));
  await storage.values.prepare(items);
  const needs = new Map<string, Need[]>();
  for (const kv of items) {
    const object = storage.values.decode(kv);
    for (const key of keysOf(object)) needs.set(key, [...(needs.get(key) ?? []), { object, kv }]);
  }
  // The same state: a Service and its claims are written together.
  const ranges = await Promise.all(prefixes.map((prefix) => store.range({ ...below(prefix), at })));
  const claims = new Map(ranges.flatMap((range) => range.items.map((kv) => [kv.key, kv] as const)));
  const added: string[] = [];
  const removed: string[] = [];
  for (const [key, [need]] of needs) {
    if (claims.has(key) || !need) continue;
    const compare: Compare[] = [unchanged(need.kv), { key, target: "create", op: "=", value: 0 }];
    const value = encoder.encode(ownerOf(need.object));
    if ((await store.txn({ compare, success: [{ type: "put", key, value }] })).succeeded) added.push(key);
  }
  for (const [key, kv] of claims) {
    if (needs.has(key)) continue;
    if ((await store.txn({ compare: [unchanged(kv)], success: [{ type: "delete", key }] })).succeeded)
      removed.push(key);
  }
  const shared = [...needs].filter(([, who]) => who.length > 1).map(([key]) => key);
  return { added, removed, shared } satisfies Repaired;
}

/** Repairs now and then; answers how to stop that. */
export function keepClaims(options: ClaimsOptions): () => void {
  const { clock, log } = options;
  const look = async (): Promise<void> => {
    const found = await repairClaims(options);
    const { added, removed, shared } = found;
    if (added.length + removed.length > 0) log.warn("claims of addresses and ports were mended", { ...found });
    if (shared.length > 0) log.error("two Services hold the same address or port", { shared });
  };
  const next = () =>
    clock.setTimer(
      PERIOD,
      () => {
        timer = next();
        look().catch((error: unknown) => log.warn("claims of addresses and ports were not looked at", { error }));
      },
      { background: true },
    );
  let timer = next();
  return () => timer.cancel();
}
