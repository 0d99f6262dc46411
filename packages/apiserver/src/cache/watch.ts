// Watches: initial state, then changes as the selection sees them, bookmarks, an end.
import type { RequestOptions, WatchEvent } from "@knots/client";
import { type AnyKind, apiVersionOf, type KubeObject } from "@knots/machinery";
import { ChannelFull, type Clock, createChannel, type Timer } from "@knots/std";
import { expired } from "../errors.ts";
import { atDeletion } from "../registry/codec.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { Feed } from "./feed.ts";
import type { Change, KindCache } from "./kind-cache.ts";
import { awaitRevision, checkListOptions, parseRevision } from "./resource-version.ts";
import type { Selection } from "./selection.ts";

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";
const BOOKMARK_PERIOD = 60_000;

/** Limits of one watch. */
export interface WatchLimits {
  /** Events that may wait for a slow reader before its watch is ended. */
  readonly buffer: number;
  /** Longest life when the client names none (milliseconds). */
  readonly lifetime: number;
}

export interface WatchSources {
  readonly feed: Feed;
  readonly clock: Clock;
  readonly cache: KindCache;
  /** The kind as the client asked for it. */
  readonly kind: AnyKind;
  readonly limits: WatchLimits;
  /** Ends every watch when the server drains. */
  readonly drain: AbortSignal;
}

export interface WatchQuery {
  readonly prefix: string;
  readonly selection: Selection;
  readonly options: RequestOptions;
  readonly signal?: AbortSignal | undefined;
}

/** A change as a selection sees it: entering is ADDED, leaving is DELETED with the last state that matched. */
export function seenThrough(selection: Selection, change: Change): WatchEvent<AnyObject> | undefined {
  const { type, object, previous } = change;
  if (selection.everything) return { type, object };
  const before = previous !== undefined && selection.matches(previous);
  const after = type !== "DELETED" && selection.matches(object);
  if (after) return { type: before ? "MODIFIED" : "ADDED", object };
  if (!before) return undefined;
  return { type: "DELETED", object: type === "DELETED" ? object : atDeletion(previous, change.revision) };
}

function bookmark(kind: AnyKind, revision: number, initialEnd: boolean): WatchEvent {
  const annotations = initialEnd ? { [INITIAL_EVENTS_END]: "true" } : undefined;
  const object: KubeObject = Object.freeze({
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion: String(revision), ...(annotations && { annotations }) },
  });
  return { type: "BOOKMARK", object };
}

/** What the reader gets before the live events. */
interface Opening {
  readonly state: readonly AnyObject[];
  readonly changes: readonly Change[];
  readonly marked: boolean;
}

/** Waits until the caches know what the watch starts from. */
async function awaitStart({ feed, clock }: WatchSources, { options, signal }: WatchQuery): Promise<number | undefined> {
  checkListOptions(options, true);
  const from = parseRevision(options.resourceVersion);
  if (from === undefined) await feed.current(signal);
  else if (from > 0) await awaitRevision(feed, clock, from, signal);
  return from;
}

function openingOf({ cache }: WatchSources, { options, prefix }: WatchQuery, from: number | undefined): Opening {
  const marked = options.sendInitialEvents === true && options.allowWatchBookmarks === true;
  if (options.sendInitialEvents ?? !from) return { state: cache.list(prefix), changes: [], marked };
  if (!from) return { state: [], changes: [], marked };
  const changes = cache.since(from);
  if (!changes) throw expired(`too old resource version: ${from} (${cache.oldest})`);
  return { state: [], changes, marked };
}

/** Opens a watch: resolves when it is accepted; leaving the iteration, a timeout, or a full buffer closes it. */
export async function openWatch(sources: WatchSources, query: WatchQuery): Promise<AsyncIterable<WatchEvent>> {
  const from = await awaitStart(sources, query);
  const opening = openingOf(sources, query, from);
  // From here to the subscription nothing awaits, so no change falls between the opening and the live events.
  const { cache, feed, kind, limits } = sources;
  const { selection, prefix, options } = query;
  const matching = opening.state.filter((object) => selection.matches(object));
  const timers: Timer[] = [];
  let unsubscribe = (): void => {};
  const stop = (): void => {
    unsubscribe();
    for (const timer of timers) timer.cancel();
    query.signal?.removeEventListener("abort", end);
    sources.drain.removeEventListener("abort", end);
  };
  const room = matching.length + opening.changes.length + limits.buffer;
  const channel = createChannel<WatchEvent>(room, stop);
  const end = (): void => {
    stop();
    channel.end();
  };
  const push = (event: WatchEvent | undefined): void => {
    try {
      if (event) channel.push(event);
    } catch (error) {
      if (!(error instanceof ChannelFull)) throw error;
      end();
    }
  };
  const change = (next: Change): void => {
    if (next.key.startsWith(prefix)) push(seenThrough(selection, next));
  };
  for (const object of matching) push({ type: "ADDED", object });
  for (const past of opening.changes) change(past);
  if (opening.marked) push(bookmark(kind, feed.revision, true));
  const lost = (): void => {
    push({ type: "ERROR", object: expired("The resourceVersion for the provided watch is too old.").status });
    end();
  };
  unsubscribe = cache.subscribe({ change, lost });
  startTimers({ sources, options, timers, push, end });
  for (const signal of [query.signal, sources.drain]) signal?.addEventListener("abort", end, { once: true });
  if (query.signal?.aborted || sources.drain.aborted) end();
  return channel;
}

interface Timing {
  readonly sources: WatchSources;
  readonly options: RequestOptions;
  readonly timers: Timer[];
  readonly push: (event: WatchEvent) => void;
  readonly end: () => void;
}

function startTimers({ sources, options, timers, push, end }: Timing): void {
  const { clock, limits, feed, kind } = sources;
  const life = options.timeoutSeconds ? options.timeoutSeconds * 1000 : limits.lifetime;
  timers[0] = clock.setTimer(life, end, { background: true });
  if (!options.allowWatchBookmarks) return;
  const mark = (): void => {
    push(bookmark(kind, feed.revision, false));
    timers[1] = clock.setTimer(BOOKMARK_PERIOD, mark, { background: true });
  };
  timers[1] = clock.setTimer(BOOKMARK_PERIOD, mark, { background: true });
}
