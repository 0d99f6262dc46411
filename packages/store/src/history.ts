// The kept past: one commit for each revision since the last compaction, in order and without gaps.

import { defined } from "@knots/std";
import { type State, sizeOf } from "./state.ts";
import type { Revision, StoreEvent } from "./store.ts";

/** A revision: the state it made and what changed. */
export interface Commit {
  readonly state: State;
  readonly events: readonly StoreEvent[];
}

/** Commits are kept in blocks, so that forgetting a million of them is a handful of steps. */
const BLOCK = 256;

export interface History {
  /** The state just before the oldest commit: what a checkpoint must hold so that the log after it gives the whole history again. */
  readonly base: State;
  /** The newest state that made a revision. */
  readonly last: State;
  readonly length: number;
  /** Bytes of keys and values that are no longer live but kept here. */
  readonly bytes: number;
  append(state: State, events: readonly StoreEvent[]): Commit;
  /** The commit of a revision; undefined when it is not kept or lies in the future. */
  at(revision: Revision): Commit | undefined;
  /** The state at a kept revision (the one before the oldest commit included). */
  stateAt(revision: Revision): State | undefined;
  /** Forgets the commits before `revision`. */
  forget(revision: Revision): void;
  /** The newest revision made at or before `time`; undefined when that lies before the history. */
  revisionAt(time: number): Revision | undefined;
}

interface Kept extends Commit {
  /** Bytes that only the history holds, summed over all commits up to this one: lets any number be forgotten at once. */
  readonly total: number;
}

class BlockHistory implements History {
  #blocks: Kept[][] = [];
  #base: State;
  #last: State;
  /** Commits at the head of the first block that are forgotten already. */
  #skipped = 0;
  #total = 0;
  #forgotten = 0;

  constructor(start: State) {
    this.#base = start;
    this.#last = start;
  }

  get base(): State {
    return this.#base;
  }

  get last(): State {
    return this.#last;
  }

  get length(): number {
    return this.#last.revision - this.#base.revision;
  }

  get bytes(): number {
    return this.#total - this.#forgotten;
  }

  append(state: State, events: readonly StoreEvent[]): Commit {
    for (const { previous } of events) this.#total += previous === undefined ? 0 : sizeOf(previous);
    const commit: Kept = { state, events, total: this.#total };
    const tail = this.#blocks.at(-1);
    if (tail === undefined || tail.length === BLOCK) this.#blocks.push([commit]);
    else tail.push(commit);
    this.#last = state;
    return commit;
  }

  at(revision: Revision): Commit | undefined {
    const kept = revision > this.#base.revision && revision <= this.#last.revision;
    return kept ? this.#nth(revision - this.#base.revision - 1) : undefined;
  }

  stateAt(revision: Revision): State | undefined {
    return revision === this.#base.revision ? this.#base : this.at(revision)?.state;
  }

  forget(revision: Revision): void {
    const count = Math.min(revision - this.#base.revision - 1, this.length);
    if (count <= 0) return;
    const newest = this.#nth(count - 1);
    this.#base = newest.state;
    this.#forgotten = newest.total;
    this.#skipped += count;
    this.#blocks = this.#blocks.slice(Math.floor(this.#skipped / BLOCK));
    this.#skipped %= BLOCK;
  }

  revisionAt(time: number): Revision | undefined {
    if (this.#base.time > time) return undefined;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#nth(middle).state.time <= time) low = middle + 1;
      else high = middle;
    }
    return this.#base.revision + low;
  }

  #nth(index: number): Kept {
    const at = index + this.#skipped;
    return defined(this.#blocks[Math.floor(at / BLOCK)]?.[at % BLOCK], "a kept commit");
  }
}

/** A history that starts after `start`. */
export function createHistory(start: State): History {
  return new BlockHistory(start);
}
