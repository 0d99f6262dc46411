// The write path: proposals are decided at once on the newest state, wait for the journal together, and become visible in order.

import { type Clock, type Deferred, deferred, type Timer } from "@knots/std";
import { type Applied, applyEntry, type Entry } from "./entry.ts";
import { StoreError } from "./error.ts";
import type { State } from "./state.ts";
import type { StoreCheck } from "./store.ts";

/** Where entries become durable. */
export interface Journal {
  /** Resolves when all are durable. On failure none of them counts; the `StoreError` says whether the journal can go on. */
  append(entries: readonly Entry[]): Promise<void>;
  /** Whether it would take writes again after `full`; resolves false when not yet. */
  probe(): Promise<boolean>;
  /** The past before this state is no longer wanted; may start work in the background. */
  trim(base: State): void;
  /** Reads everything durable again. */
  check(): Promise<StoreCheck>;
  close(): Promise<void>;
  readonly bytes: number;
  readonly promise: string;
}

/** The part of an entry that the proposer decides. */
export type Draft = Pick<Entry, "changes" | "grant" | "revoked" | "compactTo">;

interface Waiting {
  /** Absent: a barrier. */
  readonly change?: { readonly entry: Entry; readonly applied: Applied };
  readonly bytes: number;
  readonly outcome: Deferred<void>;
  /** Milliseconds that it may wait for company. */
  readonly patience: number;
}

export interface Pipeline {
  /** The newest state, durable or not: what the next proposal is decided on. */
  readonly head: State;
  /** The newest durable state: what readers see. */
  readonly durable: State;
  /** Resolves when the change, and everything decided before it, is durable and visible. It may wait `patience` ms (0) for others to share a sync. */
  propose(draft: Draft, patience?: number): Promise<void>;
  /** Resolves when everything that `head` shows is durable. */
  barrier(): Promise<void>;
  /** Refuses all proposals from now on; resolves when those under way are settled. */
  close(): Promise<void>;
}

export interface PipelineOptions {
  readonly start: State;
  readonly clock: Clock;
  /** Absent: changes are visible at once and live in memory only. */
  readonly journal?: Journal | undefined;
  /** Bytes that may wait for the journal. */
  readonly queueBytes: number;
  /** Called for each durable entry, in order. */
  readonly publish: (entry: Entry, applied: Applied) => void;
  /** Called when a batch failed: nothing waits any more. */
  readonly failed: (error: StoreError) => void;
}

/** Proposals that one sync takes along at most: bounds the time that publishing them holds the event loop. */
const BATCH_LIMIT = 1024;

class Writer implements Pipeline {
  readonly #options: PipelineOptions;
  #head: State;
  #durable: State;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #flushing: Promise<void> | undefined;
  /** Waits in the queue that have no patience. */
  #urgent = 0;
  /** Runs while only patient ones wait. */
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#head = options.start;
    this.#durable = options.start;
  }

  get head(): State {
    return this.#head;
  }

  get durable(): State {
    return this.#durable;
  }

  async propose(draft: Draft, patience = 0): Promise<void> {
    if (this.#closed) throw new StoreError("closed", "the store is closed");
    const { journal, queueBytes, publish } = this.#options;
    const bytes = weight(draft);
    if (this.#queuedBytes + bytes > queueBytes && this.#queuedBytes > 0) {
      throw new StoreError("busy", `${this.#queuedBytes} bytes wait for the disk already`);
    }
    const entry = this.#entryFor(draft);
    const applied = applyEntry(this.#head, entry);
    this.#head = applied.state;
    if (journal === undefined) {
      this.#durable = applied.state;
      publish(entry, applied);
    } else {
      await this.#enqueue(journal, { change: { entry, applied }, bytes, outcome: deferred(), patience });
    }
  }

  async barrier(): Promise<void> {
    const { journal } = this.#options;
    if (journal === undefined || this.#head === this.#durable) return;
    await this.#enqueue(journal, { bytes: 0, outcome: deferred(), patience: 0 });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const { journal } = this.#options;
    if (journal !== undefined && this.#queue.length > 0) this.#start(journal);
    await this.#flushing;
  }

  #entryFor(draft: Draft): Entry {
    const { entry, revision, time } = this.#head;
    return {
      ...draft,
      number: entry + 1,
      revision: revision + (draft.changes.length > 0 ? 1 : 0),
      time: Math.max(time, this.#options.clock.now()),
    };
  }

  #enqueue(journal: Journal, waiting: Waiting): Promise<void> {
    this.#queue.push(waiting);
    this.#queuedBytes += waiting.bytes;
    if (waiting.patience === 0) this.#urgent++;
    if (this.#urgent > 0) this.#start(journal);
    else this.#arm(journal, waiting.patience);
    return waiting.outcome.promise;
  }

  #start(journal: Journal): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#flushing ??= this.#flush(journal);
  }

  #arm(journal: Journal, patience: number): void {
    if (this.#flushing === undefined)
      this.#timer ??= this.#options.clock.setTimer(patience, () => this.#start(journal));
  }

  async #flush(journal: Journal): Promise<void> {
    // One turn of grace: whoever writes in the same turn shares the sync.
    await Promise.resolve();
    do {
      const batch = this.#queue.splice(0, BATCH_LIMIT);
      for (const { patience } of batch) if (patience === 0) this.#urgent--;
      const entries = batch.flatMap(({ change }) => change?.entry ?? []);
      try {
        if (entries.length > 0) await journal.append(entries);
        this.#succeed(batch);
      } catch (error) {
        this.#fail(batch, asStoreError(error));
      }
    } while (this.#urgent > 0 || (this.#closed && this.#queue.length > 0));
    this.#flushing = undefined;
    const next = this.#queue[0];
    if (next !== undefined) this.#arm(journal, next.patience);
  }

  #succeed(batch: readonly Waiting[]): void {
    for (const { change, bytes, outcome } of batch) {
      this.#queuedBytes -= bytes;
      if (change !== undefined) {
        this.#durable = change.applied.state;
        this.#options.publish(change.entry, change.applied);
      }
      outcome.resolve();
    }
  }

  /** What waits behind a failed batch was decided on states that never came to be: it fails with it. */
  #fail(batch: readonly Waiting[], error: StoreError): void {
    const lost = [...batch, ...this.#queue];
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#urgent = 0;
    this.#head = this.#durable;
    this.#options.failed(error);
    for (const { outcome } of lost) outcome.reject(error);
  }
}

export function createPipeline(options: PipelineOptions): Pipeline {
  return new Writer(options);
}

function weight({ changes }: Draft): number {
  return changes.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 64);
}

function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError("io", `the write failed: ${String(error)}`, { cause: error });
}
