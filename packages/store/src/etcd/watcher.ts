// One watch as its reader sees it: whole revisions in order, each once, however often the stream underneath breaks.
import { assert } from "@knots/std";
import type { StoreError } from "../error.ts";
import { inRange } from "../keys.ts";
import type { Revision, StoreEvent, WatchBatch, WatchOptions } from "../store.ts";
import type { WireRange } from "./keyspace.ts";

type Result = IteratorResult<WatchBatch, undefined>;

/** What a watcher asks of those who feed it. */
export interface WatcherFeed {
  /** The reader has taken everything after it had fallen behind: go on from `position`. */
  resume(watcher: Watcher): void;
  left(watcher: Watcher): void;
}

export interface WatcherOptions {
  readonly options: WatchOptions;
  /** What etcd is asked for: `options`' range, or a larger one; undefined when no key can be in it. */
  readonly wire: WireRange | undefined;
  /** Everything up to here counts as seen. */
  readonly position: Revision;
  /** Bytes that may wait for the reader before the feed is stopped. */
  readonly limit: number;
  readonly feed: WatcherFeed;
}

/** Revisions that wait until it is certain that none is missing. A later hold takes over an earlier one. */
export interface Hold {
  /** The first of them. */
  readonly from: Revision;
  readonly release: () => void;
}

/** Bytes that an event takes beside its values. */
const OVERHEAD = 200;

function sizeOf({ events }: WatchBatch): number {
  return events.reduce((sum, { kv, previous }) => sum + kv.value.length + (previous?.value.length ?? 0) + OVERHEAD, 0);
}

export class Watcher implements AsyncIterableIterator<WatchBatch> {
  readonly wire: WireRange | undefined;
  readonly wantsProgress: boolean;
  readonly #options: WatchOptions;
  readonly #limit: number;
  readonly #feed: WatcherFeed;
  readonly #onAbort = (): void => this.end();
  #queue: WatchBatch[] = [];
  #head = 0;
  #bytes = 0;
  #position: Revision;
  #told: Revision;
  #wanted: Revision = 0;
  /** Whether nothing may be left out any more: the reader named the first revision, or has seen some. */
  #anchored: boolean;
  /** First revision whose completeness is not certain yet; nothing is handed out meanwhile. */
  #heldFrom: Revision | undefined;
  #generation = 0;
  #behind = false;
  #lagged = false;
  #parked: PromiseWithResolvers<Result> | undefined;
  #ended: { error?: StoreError | undefined } | undefined;

  constructor({ options, wire, position, limit, feed }: WatcherOptions) {
    this.#options = options;
    this.wire = wire;
    this.wantsProgress = options.progress === true;
    this.#anchored = !!options.from;
    this.#limit = limit;
    this.#feed = feed;
    this.#position = position;
    this.#told = position;
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (options.signal?.aborted) this.end();
  }

  /** Every revision up to here was received. */
  get position(): Revision {
    return this.#position;
  }

  /** The newest revision that the reader was told of. */
  get told(): Revision {
    return this.#told;
  }

  /** Whether it is fed no more until its reader has caught up. */
  get behind(): boolean {
    return this.#behind;
  }

  /** Whether it fell behind and has not been fed since. */
  get lagged(): boolean {
    return this.#lagged;
  }

  get anchored(): boolean {
    return this.#anchored;
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** A position that the reader wants to hear of and that is not reached yet; 0 when there is none. */
  get awaited(): Revision {
    return this.#wanted > this.#position ? this.#wanted : 0;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<Result> {
    assert(this.#parked === undefined, "a watch is read by one reader");
    if (this.#ended !== undefined) return this.#farewell();
    const batch = this.#take();
    if (batch !== undefined) return { done: false, value: batch };
    this.#parked = Promise.withResolvers<Result>();
    return this.#parked.promise;
  }

  return(): Promise<Result> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Takes over the events of one revision. Those of a revision that was received before are dropped. */
  receive(revision: Revision, events: readonly StoreEvent[]): void {
    if (this.#ended !== undefined || revision <= this.#position) return;
    this.#position = revision;
    this.#anchored = true;
    const mine = events.filter(({ kv }) => inRange(kv.key, this.#options));
    if (mine.length > 0) {
      const batch = { revision, events: mine };
      this.#queue.push(batch);
      this.#bytes += sizeOf(batch);
      this.#behind ||= this.#bytes > this.#limit;
      this.#lagged ||= this.#behind;
    }
    this.#wake();
  }

  /** Nothing of interest happened up to `revision`. */
  advance(revision: Revision): void {
    this.receive(revision, []);
  }

  /** Goes on after a revision that is gone, for readers who did not name one. */
  skip(revision: Revision): void {
    this.#position = Math.max(this.#position, revision);
  }

  /** From now on a lost revision is an error. */
  anchor(): void {
    this.#anchored = true;
  }

  /** Hands out nothing from `start` on until the hold is released. */
  hold(start: Revision): Hold {
    const generation = ++this.#generation;
    this.#heldFrom = Math.min(this.#heldFrom ?? start, start);
    return {
      from: this.#heldFrom,
      release: () => {
        if (generation !== this.#generation) return;
        this.#heldFrom = undefined;
        this.#lagged = this.#behind;
        this.#wake();
      },
    };
  }

  /** The reader is to be told once everything up to `revision` was received. */
  want(revision: Revision): void {
    this.#wanted = Math.max(this.#wanted, revision);
    this.#wake();
  }

  end(error?: StoreError): void {
    if (this.#ended !== undefined) return;
    this.#ended = { error };
    this.#queue = [];
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#feed.left(this);
    const parked = this.#parked;
    this.#parked = undefined;
    parked?.resolve(this.#farewell());
  }

  #wake(): void {
    if (this.#parked === undefined) return;
    const batch = this.#take();
    if (batch === undefined) return;
    const parked = this.#parked;
    this.#parked = undefined;
    parked.resolve({ done: false, value: batch });
  }

  #take(): WatchBatch | undefined {
    if (this.#heldFrom !== undefined) return undefined;
    const batch = this.#queue[this.#head];
    if (batch === undefined) return this.#report();
    this.#head++;
    this.#bytes -= sizeOf(batch);
    this.#told = batch.revision;
    if (this.#head === this.#queue.length) this.#drained();
    return batch;
  }

  #drained(): void {
    this.#queue = [];
    this.#head = 0;
    if (!this.#behind) return;
    this.#behind = false;
    this.#feed.resume(this);
  }

  #report(): WatchBatch | undefined {
    if (this.#wanted === 0 || this.#wanted > this.#position) return undefined;
    this.#wanted = 0;
    if (this.#told >= this.#position) return undefined;
    this.#told = this.#position;
    return { revision: this.#told, events: [] };
  }

  async #farewell(): Promise<Result> {
    const error = this.#ended?.error;
    this.#ended = {};
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }
}
