// Lists: from the cache where that is right, from the store at a revision for pages and exact reads.
import type { RequestOptions } from "@knots/client";
import { ApiError, type ListMeta } from "@knots/machinery";
import type { Clock } from "@knots/std";
import { type KeyValue, prefixEnd, type RangeOptions, type RangeResult, type Store, StoreError } from "@knots/store";
import { expired } from "../errors.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { Values } from "../registry/values.ts";
import { decodeContinue, encodeContinue, type Place } from "./continue-token.ts";
import type { Feed } from "./feed.ts";
import type { KindCache } from "./kind-cache.ts";
import { awaitRevision, checkListOptions, parseRevision } from "./resource-version.ts";
import type { Selection } from "./selection.ts";

/** Fewest keys read at once while a selector is looking for matches. */
const SCAN = 500;
const TOO_OLD_TOKEN =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/** Where lists come from. */
export interface ListSources {
  readonly store: Store;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly cache: KindCache;
  readonly values: Values;
}

/** A list request below `prefix` (a namespace's keys, or all). */
export interface ListQuery {
  readonly prefix: string;
  readonly selection: Selection;
  readonly options: RequestOptions;
  /** The revision to read, whatever the options say of revisions. */
  readonly at?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Listed {
  readonly metadata: ListMeta;
  readonly items: readonly AnyObject[];
}

/** Lists objects in key order. */
export async function listObjects(sources: ListSources, query: ListQuery): Promise<Listed> {
  const { options, signal, at } = query;
  checkListOptions(options, false);
  if (at !== undefined) return listPage(sources, query, { ...placeIn(options), revision: at });
  if (options.continue) return listPage(sources, query, decodeContinue(options.continue));
  const revision = parseRevision(options.resourceVersion);
  const limited = (options.limit ?? 0) > 0 && revision !== 0;
  const exact = options.resourceVersionMatch === "Exact" || (limited && revision && !options.resourceVersionMatch);
  if (revision) await awaitRevision(sources.feed, sources.clock, revision, signal);
  if (exact && revision) return listPage(sources, query, { revision, start: "" });
  if (limited) return listPage(sources, query, { revision: 0, start: "" });
  if (revision === undefined) await sources.feed.current(signal);
  const found = sources.cache.list(query.prefix);
  const items = query.selection.everything ? found : found.filter((object) => query.selection.matches(object));
  return { metadata: { resourceVersion: String(revisionShown(sources)) }, items };
}

const placeIn = (options: RequestOptions): Place =>
  options.continue ? decodeContinue(options.continue) : { revision: 0, start: "" };

/** What the cache shows: the feed's position, or the state that was loaded into it when that is newer. */
function revisionShown({ feed, cache }: ListSources): number {
  return Math.max(feed.revision, cache.oldest);
}

interface Page {
  readonly items: AnyObject[];
  /** First key of the next page; absent on the last. */
  next?: string;
  remaining: number;
  revision: number;
}

/** A part of the store whose values can be read at once. */
async function readable({ store, values }: ListSources, part: RangeOptions): Promise<RangeResult> {
  const result = await store.range(part);
  const needed = values.prepare(result.items);
  if (needed) await needed;
  return result;
}

async function readPage(sources: ListSources, query: ListQuery, place: Place): Promise<Page> {
  const limit = query.options.limit ?? 0;
  const page: Page = { items: [], remaining: 0, revision: place.revision };
  let start = query.prefix + place.start;
  for (;;) {
    const chunk = limit === 0 ? 0 : query.selection.everything ? limit - page.items.length : Math.max(limit, SCAN);
    const result = await readable(sources, { start, end: prefixEnd(query.prefix), at: page.revision, limit: chunk });
    page.revision ||= result.revision;
    const last = take(sources.values, result.items, query, page);
    if (last !== undefined && (last < result.items.length - 1 || result.more)) {
      page.next = `${(result.items[last] as KeyValue).key.slice(query.prefix.length)}\0`;
      page.remaining = result.count - (last + 1);
    }
    if (last !== undefined || !result.more) return page;
    start = `${(result.items.at(-1) as KeyValue).key}\0`;
  }
}

/** Adds matches until the page is full; answers the index of the item that filled it. */
function take(values: Values, items: readonly KeyValue[], query: ListQuery, page: Page): number | undefined {
  const limit = query.options.limit ?? 0;
  for (const [index, item] of items.entries()) {
    const object = values.decode(item);
    if (query.selection.matches(object)) page.items.push(object);
    if (limit > 0 && page.items.length === limit) return index;
  }
  return undefined;
}

async function listPage(sources: ListSources, query: ListQuery, place: Place): Promise<Listed> {
  try {
    const page = await readPage(sources, query, { ...place, revision: Math.max(place.revision, 0) });
    const metadata: ListMeta = {
      resourceVersion: String(page.revision),
      ...(page.next !== undefined && { continue: encodeContinue({ revision: page.revision, start: page.next }) }),
      ...(page.next !== undefined && query.selection.everything && { remainingItemCount: page.remaining }),
    };
    return { metadata, items: page.items };
  } catch (error) {
    if (error instanceof StoreError && error.code === "compacted") throw compacted(place);
    throw error;
  }
}

function compacted(place: Place): Error {
  if (place.start === "") return expired("The resourceVersion for the provided list is too old.");
  const metadata = { continue: encodeContinue({ revision: -1, start: place.start }) };
  return new ApiError({ ...expired(TOO_OLD_TOKEN).status, metadata });
}
