// What a shared test of the store needs of an engine: a fresh store, and its death and return where it can die.
import type { EmbeddedStore, HistoryWindow, Store } from "@knots/store";

/** Limits that a test may ask for; every engine understands them. */
export interface EngineLimits {
  /** Longest silence towards a watcher that asked for progress (milliseconds). Absent: so long that it never counts. */
  readonly progressMs?: number;
  /** Automatic compaction; absent: none. */
  readonly history?: HistoryWindow;
}

/** One fresh store: empty, at revision 1, and nobody else writes to it. */
export interface Opened {
  readonly store: Store;
  /** Ends the engine as suddenly as it can and starts it again on what it left; the old store is of no more use. */
  readonly restart?: () => Promise<Store>;
  /** Lets `milliseconds` of the store's time go by. */
  readonly pass: (milliseconds: number) => Promise<void>;
  close(): Promise<void>;
}

export interface Engine {
  readonly name: string;
  /**
   * Whether it runs in this process: then what it does is done when the call resolves, and a watch may start at the very revision that was compacted
   * to.
   */
  readonly embedded: boolean;
  readonly open: (limits?: EngineLimits) => Promise<Opened>;
}

export function isEmbedded(store: Store): store is EmbeddedStore {
  return "fork" in store;
}
