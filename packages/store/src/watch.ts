// Watchers: each is a cursor into the history. The history is everybody's buffer, so a slow reader costs nothing and is cut off when it is overtaken.

import { assert, type Clock, settle, type Timer } from "@knots/std";
import { StoreError } from "./error.ts";
import type { Commit, History } from "./history.ts";
import { inRange } from "./keys.ts";
import type { Revision, WatchBatch, WatchOptions } from "./store.ts";

/** Commits that one turn of the event loop may look through for a reader that catches up. */
const SCAN_LIMIT = 10_000;

type Result = IteratorResult<WatchBatch, undefined>;

export interface WatchHub {
  readonly size: number;
  /** `oldest` is the compacted revision: whoever asks for less is told so, even where nothing happened in between. */
  open(options: WatchOptions, oldest: Revision): AsyncIterableIterator<WatchBatch>;
  /** To be called for each new commit, after it was appended to the history. */
  publish(commit: Commit): void;
  /** To be called after the history forgot something. */
  trimmed(): void;
  progress(): void;
  /** Ends every watcher with an error. */
  close(error: StoreError): void;
}

export interface WatchHubOptions {
  readonly history: History;
  readonly clock: Clock;
  /** How long a watcher that asked for progress may stay without news while the store moves on (milliseconds). */
  readonly progressMs: number;
}

interface WatcherSeat {
  readonly history: History;
  readonly oldest: Revision;
  readonly leave: (watcher: Watcher) => void;
}

/** The commit as a watcher sees it; undefined when it has nothing in the range. Whole commits share one batch between all watchers. */
function batchFor(commit: Commit, options: WatchOptions): WatchBatch | undefined {
  const { events, state } = commit;
  if (events.every(({ kv }) => inRange(kv.key, options))) return { revision: state.revision, events };
  const matching = events.filter(({ kv }) => inRange(kv.key, options));
  return matching.length === 0 ? undefined : { revision: state.revision, events: matching };
}

class Watcher implements AsyncIterableIterator<WatchBatch> {
  readonly #options: WatchOptions;
  readonly #history: History;
  readonly #leave: (watcher: Watcher) => void;
  readonly #onAbort = (): void => this.#end();
  /** The next revision to look at. */
  #cursor: Revision;
  /** The newest revision that the reader was told of. */
  #told: Revision;
  #progressDue = false;
  #parked: PromiseWithResolvers<Result> | undefined;
  /** Set once it is over; the error is thrown once, after that the iterator is simply done. */
  #ended: { error?: StoreError | undefined } | undefined;

  constructor(options: WatchOptions, { history, oldest, leave }: WatcherSeat) {
    this.#options = options;
    this.#history = history;
    this.#leave = leave;
    this.#cursor = Math.max(options.from || history.last.revision + 1, 2);
    this.#told = this.#cursor - 1;
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (options.signal?.aborted) this.#end();
    else if (this.#overtaken() || (options.from || oldest) < oldest) {
      this.#end(new StoreError("compacted", `revision ${options.from} is no longer kept: watch from the present`));
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<Result> {
    assert(this.#parked === undefined, "a watch is read by one reader");
    for (;;) {
      if (this.#ended !== undefined) return this.#farewell();
      const batch = this.#scan();
      if (batch !== undefined) return { done: false, value: batch };
      if (this.#cursor > this.#history.last.revision) break;
      await settle();
    }
    this.#parked = Promise.withResolvers<Result>();
    return this.#parked.promise;
  }

  return(): Promise<Result> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Whether it waits for news that it has not been told of, and wants to know. */
  get wantsProgress(): boolean {
    return this.#options.progress === true && this.#told < this.#history.last.revision;
  }

  publish(commit: Commit): void {
    if (this.#parked === undefined || this.#cursor > commit.state.revision) return;
    this.#cursor = commit.state.revision + 1;
    const batch = batchFor(commit, this.#options);
    if (batch !== undefined) this.#deliver(batch);
  }

  reportProgress(): void {
    if (!this.wantsProgress) return;
    this.#progressDue = true;
    const batch = this.#parked === undefined ? undefined : this.#progressBatch();
    if (batch !== undefined) this.#deliver(batch);
  }

  checkOvertaken(): void {
    if (!this.#overtaken()) return;
    this.#end(new StoreError("slow", `the watcher was still at revision ${this.#cursor} when it left the history`));
  }

  fail(error: StoreError): void {
    this.#end(error);
  }

  #overtaken(): boolean {
    return this.#cursor <= this.#history.base.revision;
  }

  /** Looks for the next batch among the commits that the reader has not seen, a bounded number of them. */
  #scan(): WatchBatch | undefined {
    for (let budget = SCAN_LIMIT; budget > 0; budget--) {
      const commit = this.#history.at(this.#cursor);
      if (commit === undefined) return this.#progressBatch();
      this.#cursor++;
      const batch = batchFor(commit, this.#options);
      if (batch !== undefined) {
        this.#told = batch.revision;
        return batch;
      }
    }
    return undefined;
  }

  #progressBatch(): WatchBatch | undefined {
    if (!this.#progressDue || !this.wantsProgress) return undefined;
    this.#progressDue = false;
    this.#told = this.#history.last.revision;
    return { revision: this.#told, events: [] };
  }

  #deliver(batch: WatchBatch): void {
    this.#told = batch.revision;
    const parked = this.#parked;
    this.#parked = undefined;
    parked?.resolve({ done: false, value: batch });
  }

  #end(error?: StoreError): void {
    if (this.#ended !== undefined) return;
    this.#ended = { error };
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#leave(this);
    const parked = this.#parked;
    this.#parked = undefined;
    parked?.resolve(this.#farewell());
  }

  async #farewell(): Promise<Result> {
    const error = this.#ended?.error;
    this.#ended = {};
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }
}

export function createWatchHub({ history, clock, progressMs }: WatchHubOptions): WatchHub {
  const watchers = new Set<Watcher>();
  let timer: Timer | undefined;
  const progress = (): void => {
    for (const watcher of watchers) watcher.reportProgress();
  };
  const remind = (): void => {
    timer = undefined;
    progress();
  };
  return {
    get size() {
      return watchers.size;
    },
    open(options, oldest) {
      // A watcher that ends while it is built (aborted, compacted) never joins.
      let over = false;
      const leave = (left: Watcher): void => {
        over = true;
        watchers.delete(left);
      };
      const watcher = new Watcher(options, { history, oldest, leave });
      if (!over) watchers.add(watcher);
      return watcher;
    },
    publish(commit) {
      let behind = false;
      for (const watcher of watchers) {
        watcher.publish(commit);
        behind ||= watcher.wantsProgress;
      }
      if (behind) timer ??= clock.setTimer(progressMs, remind, { background: true });
    },
    trimmed() {
      for (const watcher of watchers) watcher.checkOvertaken();
    },
    progress,
    close(error) {
      timer?.cancel();
      for (const watcher of watchers) watcher.fail(error);
    },
  };
}
