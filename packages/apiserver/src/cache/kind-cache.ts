// The watch cache of one kind: all objects decoded and frozen, and a bounded history of their changes.
import { type Logger, silentLogger } from "@knots/std";
import type { KeyValue, StoreEvent } from "@knots/store";
import { atDeletion } from "../registry/codec.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { Values } from "../registry/values.ts";
import type { FeedListener } from "./feed.ts";
import { keepUnreadable, type Unreadable } from "./unreadable.ts";

/** One change. `previous` is absent on creation; a deletion's `object` is the last state at the deletion's revision. */
export interface Change {
  readonly revision: number;
  readonly key: string;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: AnyObject;
  readonly previous?: AnyObject;
}

/** Receives changes as they happen; `lost` means that the history broke off. */
export interface ChangeSink {
  change(change: Change): void;
  lost(): void;
}

export interface KindCacheOptions {
  /** Changes kept for watches that resume. */
  readonly history: number;
  readonly log?: Logger;
}

type CacheValues = Pick<Values, "decode" | "prepare">;

/**
 * Objects of one stored kind as of the feed's position. Values that cannot be read are kept aside: asking for what may hold one fails, as it would at the
 * store, and everything else goes on.
 */
export class KindCache implements FeedListener {
  readonly #values: CacheValues;
  readonly #limit: number;
  readonly #unreadable: Unreadable;
  readonly #objects = new Map<string, AnyObject>();
  readonly #sinks = new Set<ChangeSink>();
  #history: Change[] = [];
  /** Changes after this revision are all in the history. */
  #historyFrom = 0;
  #sorted: readonly string[] | undefined;
  #version = 0;

  constructor(values: CacheValues, { history, log = silentLogger }: KindCacheOptions) {
    this.#values = values;
    this.#limit = history;
    this.#unreadable = keepUnreadable(values, log);
  }

  /** Grows with every change; for values derived from all objects. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Throws a 500 when the object cannot be read. */
  get(key: string): AnyObject | undefined {
    this.#retry((unreadable) => unreadable === key);
    return this.#objects.get(key);
  }

  /** Objects whose keys start with `prefix`, in key order. Throws a 500 when one of them cannot be read. */
  list(prefix: string): readonly AnyObject[] {
    this.#retry((unreadable) => unreadable.startsWith(prefix));
    const keys = this.#keys();
    const found: AnyObject[] = [];
    for (let at = lowerBound(keys, prefix); at < keys.length; at++) {
      const key = keys[at] as string;
      if (!key.startsWith(prefix)) break;
      found.push(this.#objects.get(key) as AnyObject);
    }
    return found;
  }

  /** All that can be read. */
  values(): Iterable<AnyObject> {
    return this.#objects.values();
  }

  /** Changes after `revision`; undefined when the history no longer reaches back so far. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.#historyFrom) return undefined;
    const first = this.#history.findLastIndex((change) => change.revision <= revision) + 1;
    return this.#history.slice(first);
  }

  get oldest(): number {
    return this.#historyFrom;
  }

  subscribe(sink: ChangeSink): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }

  prepare(items: readonly KeyValue[]): Promise<unknown> | undefined {
    return this.#values.prepare(items);
  }

  reset(items: readonly KeyValue[], revision: number): void {
    this.#objects.clear();
    this.#unreadable.clear();
    for (const item of items) {
      const object = this.#unreadable.attempt(item);
      if (object) this.#objects.set(item.key, object);
    }
    this.#unreadable.report();
    this.#sorted = undefined;
    this.#history = [];
    this.#historyFrom = revision;
    this.#version++;
    for (const sink of this.#sinks) sink.lost();
  }

  changed(events: readonly StoreEvent[], revision: number): void {
    this.#version++;
    for (const event of events) {
      const change = this.#apply(event, revision);
      if (change === "unreadable") this.#breakOff(revision);
      if (typeof change !== "object") continue;
      this.#history.push(change);
      for (const sink of this.#sinks) sink.change(change);
    }
    if (this.#history.length > this.#limit * 1.25) this.#trim();
  }

  #apply({ type, kv }: StoreEvent, revision: number): Change | "unreadable" | undefined {
    const previous = this.#objects.get(kv.key);
    if (type === "delete") {
      this.#unreadable.delete(kv.key);
      if (!previous) return undefined;
      this.#objects.delete(kv.key);
      this.#sorted = undefined;
      return { revision, key: kv.key, type: "DELETED", object: atDeletion(previous, revision), previous };
    }
    const object = this.#unreadable.attempt(kv);
    if (!object) {
      this.#unreadable.report();
      this.#objects.delete(kv.key);
      this.#sorted = undefined;
      return "unreadable";
    }
    this.#objects.set(kv.key, object);
    if (previous) return { revision, key: kv.key, type: "MODIFIED", object, previous };
    this.#sorted = undefined;
    return { revision, key: kv.key, type: "ADDED", object };
  }

  /** A change that cannot be shown ends every watch: who lists anew is told why. */
  #breakOff(revision: number): void {
    this.#history = [];
    this.#historyFrom = revision;
    for (const sink of this.#sinks) sink.lost();
  }

  /**
   * Takes in what can be read by now, with another configuration; throws when something that is asked for still cannot. Nobody has watched from before such an
   * object without it, since the lists that watches start from failed: so it is no change.
   */
  #retry(asked: (key: string) => boolean): void {
    if (this.#unreadable.size === 0) return;
    for (const [key, object] of this.#unreadable.retry()) {
      this.#objects.set(key, object);
      this.#sorted = undefined;
      this.#version++;
    }
    this.#unreadable.check(asked);
  }

  #trim(): void {
    let cut = this.#history.length - this.#limit;
    const edge = this.#history[cut - 1]?.revision ?? this.#historyFrom;
    // A revision stays or goes whole.
    while (this.#history[cut]?.revision === edge) cut++;
    this.#history = this.#history.slice(cut);
    this.#historyFrom = edge;
  }

  #keys(): readonly string[] {
    // oxlint-disable-next-line no-array-sort -- the copy is ours
    this.#sorted ??= [...this.#objects.keys()].sort();
    return this.#sorted;
  }
}

function lowerBound(keys: readonly string[], wanted: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
