// The work queue of a controller: each key once, never twice at the same time, later again after a failure.
import { assert, type BackoffOptions, backoffDelay, type Clock, type Deferred, deferred, type Timer } from "@knots/std";
import type { Key } from "./controller.ts";

/** What became of one round of work; throwing is the same as `retry`. */
export interface WorkResult {
  readonly retry?: boolean;
  /** When the key wants another look (milliseconds since the epoch). Every new round forgets the wish of the last one. */
  readonly wakeAt?: number;
  /** The key is not worked on again before this resolves; it does not occupy a worker meanwhile. Must not reject. */
  readonly hold?: Promise<void>;
}

/** Is told what the queue does, for metrics; `queued` is the number of keys that wait. */
export interface WorkObserver {
  added(queued: number): void;
  started(queued: number): void;
  ended(milliseconds: number, retry: boolean): void;
}

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** How many keys are worked on at once. */
  readonly workers: number;
  /** Most keys that may be known at once; one more is a broken invariant. */
  readonly limit?: number;
  readonly backoff?: BackoffOptions;
  readonly work: (key: Key) => Promise<WorkResult>;
  readonly observer?: WorkObserver;
}

/** How many keys are in which state. */
export interface WorkCounts {
  readonly queued: number;
  readonly running: number;
  readonly held: number;
  readonly retrying: number;
}

/** Works on keys in the order in which they were added. */
export interface WorkQueue {
  /** Asks for work on `key`; while it is being worked on, for another round after that. */
  add(key: Key): void;
  /** Begins to work; keys that were added before wait for this. */
  start(): void;
  readonly counts: WorkCounts;
  /** Whether the queue was started (or closed) and nothing is queued, running, held or waiting for a retry; `wakeAt` does not count. */
  readonly idle: boolean;
  /** Resolves at the first idle moment after the start. */
  settled(): Promise<void>;
  /** Begins no further work, drops timers, and waits for the work that is running. */
  close(): Promise<void>;
}

/** Upstream's: 5 ms to 1000 s. */
export const WORK_BACKOFF: BackoffOptions = { base: 5, max: 1_000_000 };

interface Later {
  readonly timer: Timer;
  readonly retry: boolean;
}

/** Timers of keys that are to come back; at most one each. */
function createLaters(clock: Clock, add: (key: Key) => void) {
  const laters = new Map<Key, Later>();
  let retrying = 0;
  const cancel = (key: Key): void => {
    const later = laters.get(key);
    if (!later) return;
    later.timer.cancel();
    laters.delete(key);
    if (later.retry) retrying--;
  };
  return {
    get retrying() {
      return retrying;
    },
    cancel,
    cancelAll: () => {
      for (const key of laters.keys()) cancel(key);
    },
    set(key: Key, delay: number, retry: boolean): void {
      cancel(key);
      const fire = (): void => {
        cancel(key);
        add(key);
      };
      laters.set(key, { timer: clock.setTimer(delay, fire), retry });
      if (retry) retrying++;
    },
  };
}

class Queue implements WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #limit: number;
  readonly #ready = new Set<Key>();
  /** Keys in work or held, with whether another round was asked for meanwhile. */
  readonly #active = new Map<Key, boolean>();
  readonly #failures = new Map<Key, number>();
  readonly #laters: ReturnType<typeof createLaters>;
  #running = 0;
  #started = false;
  #closed = false;
  #quiet: Deferred<void> | undefined;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#limit = options.limit ?? 1_000_000;
    this.#laters = createLaters(options.clock, (key) => this.add(key));
  }

  get counts(): WorkCounts {
    const running = this.#running;
    return { queued: this.#ready.size, running, held: this.#active.size - running, retrying: this.#laters.retrying };
  }

  get idle(): boolean {
    const begun = this.#started || this.#closed;
    return begun && this.#ready.size === 0 && this.#active.size === 0 && this.#laters.retrying === 0;
  }

  add(key: Key): void {
    if (this.#closed) return;
    assert(this.#ready.size + this.#active.size < this.#limit, `a work queue holds at most ${this.#limit} keys`);
    if (this.#active.has(key)) this.#active.set(key, true);
    else this.#ready.add(key);
    this.#options.observer?.added(this.#ready.size);
    this.#pump();
  }

  start(): void {
    this.#started = true;
    this.#pump();
    this.#signal();
  }

  async settled(): Promise<void> {
    if (this.idle) return;
    this.#quiet ??= deferred();
    await this.#quiet.promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#ready.clear();
    this.#laters.cancelAll();
    this.#signal();
    await this.settled();
  }

  #signal(): void {
    if (!this.idle) return;
    this.#quiet?.resolve();
    this.#quiet = undefined;
  }

  #pump(): void {
    while (this.#started && !this.#closed && this.#running < this.#options.workers) {
      const { value: key, done } = this.#ready.values().next();
      if (done) return;
      this.#ready.delete(key);
      this.#laters.cancel(key);
      this.#active.set(key, false);
      this.#running++;
      void this.#run(key);
    }
  }

  async #run(key: Key): Promise<void> {
    const { clock, observer, work } = this.#options;
    const began = clock.monotonic();
    observer?.started(this.#ready.size);
    const result = await work(key).catch((): WorkResult => ({ retry: true }));
    observer?.ended(clock.monotonic() - began, result.retry ?? false);
    this.#running--;
    this.#pump();
    await result.hold;
    const again = this.#active.get(key);
    this.#active.delete(key);
    if (!this.#closed) this.#later(key, result);
    if (again) this.add(key);
    this.#signal();
  }

  #later(key: Key, { retry, wakeAt }: WorkResult): void {
    const { clock, backoff = WORK_BACKOFF } = this.#options;
    const count = (this.#failures.get(key) ?? 0) + 1;
    if (retry) this.#failures.set(key, count);
    else this.#failures.delete(key);
    if (retry) this.#laters.set(key, backoffDelay(backoff, count), true);
    else if (wakeAt !== undefined) this.#laters.set(key, Math.max(0, wakeAt - clock.now()), false);
  }
}

/** Creates a queue that has not started. */
export const createWorkQueue = (options: WorkQueueOptions): WorkQueue => new Queue(options);
