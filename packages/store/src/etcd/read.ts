// Ranges: one consistent answer, fetched in pages so that no message grows without bound.
import { StoreError } from "../error.ts";
import type { KeyValue, RangeOptions, RangeResult } from "../store.ts";
import { toKeyValue } from "./convert.ts";
import type { WireRange } from "./keyspace.ts";
import { etcd } from "./methods.ts";
import { revisionOf, type Session } from "./session.ts";

/** Size that a page should have (bytes), and bounds for the number of keys in it. */
const PAGE = { bytes: 2 * 1024 * 1024, first: 500, least: 8, most: 10_000 };
/** How often a read of the newest state starts anew because it was compacted away meanwhile. */
const TRIES = 3;

/** Reads a range as the store's interface has it. */
export async function readRange(session: Session, options: RangeOptions): Promise<RangeResult> {
  const range = session.keys.range(options);
  if (range === undefined) return readEmpty(session, options);
  for (let tries = 1; ; tries++) {
    try {
      return await readPages(session, range, options);
    } catch (error) {
      const moved = error instanceof StoreError && error.code === "compacted" && !options.at;
      if (!moved || tries === TRIES) throw error;
    }
  }
}

/** A range that cannot hold a key: only the revision, and whether it can be read, is asked. */
async function readEmpty(session: Session, { at = 0 }: RangeOptions): Promise<RangeResult> {
  const request = { key: session.keys.clockKey, countOnly: true, revision: at };
  return { revision: revisionOf(await session.read(etcd.range, request)), items: [], more: false, count: 0 };
}

async function readPages(session: Session, range: WireRange, options: RangeOptions): Promise<RangeResult> {
  const { at = 0, limit = 0, keysOnly = false, countOnly = false } = options;
  const items: KeyValue[] = [];
  let { key } = range;
  let size = keysOnly ? PAGE.most : PAGE.first;
  let first: { readonly revision: number; readonly count: number } | undefined;
  for (;;) {
    const wanted = limit === 0 ? size : Math.min(size, limit - items.length);
    const request = { key, rangeEnd: range.rangeEnd, limit: wanted, keysOnly, countOnly };
    const page = await session.read(etcd.range, { ...request, revision: at || (first?.revision ?? 0) });
    first ??= { revision: revisionOf(page), count: page.count };
    for (const kv of page.kvs) items.push(toKeyValue(session.keys, kv));
    const last = page.kvs.at(-1);
    const full = limit > 0 && items.length >= limit;
    if (countOnly || last === undefined || !page.more || full) {
      return { ...first, items, more: !countOnly && first.count > items.length };
    }
    key = `${last.key ?? ""}\0`;
    size = nextSize(page.kvs, size);
  }
}

/** As many keys as would fill a page, by the ones that just came. */
function nextSize(kvs: readonly { readonly value?: Uint8Array }[], size: number): number {
  const bytes = kvs.reduce((sum, { value }) => sum + (value?.length ?? 0) + 100, 0);
  const fitting = Math.floor((kvs.length * PAGE.bytes) / bytes);
  return Math.min(PAGE.most, Math.max(PAGE.least, Math.min(fitting, size * 4)));
}
