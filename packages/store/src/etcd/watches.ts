// Keeps the watch stream alive: opens it on a member, moves every watch to another one when it breaks, and sees to progress.
import { backoffDelay, type Clock, sleep, type Timer } from "@knots/std";
import { StoreError } from "../error.ts";
import type { Revision, WatchOptions } from "../store.ts";
import type { Member } from "./members.ts";
import { etcd } from "./methods.ts";
import { isReadable, type Session } from "./session.ts";
import { reportsProgress } from "./version.ts";
import { overtaken, WatchStream } from "./watch-stream.ts";
import { type Hold, Watcher } from "./watcher.ts";

/** Limits of watches. */
export interface WatchTimes {
  /** Longest silence towards a watcher that asked for progress while the store moves on (milliseconds). */
  readonly progressMs: number;
  /** Bytes that may wait for one reader. */
  readonly bufferBytes: number;
}

export interface WatchesOptions {
  readonly session: Session;
  readonly times: WatchTimes;
  /** Makes a revision that every watcher of our own keys will see. */
  readonly fence: () => Promise<Revision>;
}

const BACKOFF = { base: 50, max: 2000 };
/** How long to wait for a revision to arrive by itself, and between two questions after it (milliseconds). */
const ARRIVAL = 20;
const ASK_AGAIN = 100;
const FENCE_AGAIN = 1000;
const STATUS_TIME = 3000;
const HEADERS = { hasleader: "true" };

export class Watches {
  readonly #session: Session;
  readonly #clock: Clock;
  readonly #times: WatchTimes;
  readonly #fence: WatchesOptions["fence"];
  readonly #watchers = new Set<Watcher>();
  readonly #closing = new AbortController();
  #stream: WatchStream | undefined;
  /** Ends the stream at hand, so that another one is opened. */
  #breakStream: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #wake = Promise.withResolvers<void>();
  #progressTimer: Timer | undefined;
  #catchUpTimer: Timer | undefined;

  constructor({ session, times, fence }: WatchesOptions) {
    this.#session = session;
    this.#clock = session.clock;
    this.#times = times;
    this.#fence = fence;
  }

  get size(): number {
    return this.#watchers.size;
  }

  open(options: WatchOptions): Watcher {
    const { keys, seen } = this.#session;
    const range = keys.range(options);
    const watcher = new Watcher({
      options,
      wire: range && options.progress ? keys.withOwn(range) : range,
      position: options.from ? options.from - 1 : seen,
      limit: this.#times.bufferBytes,
      feed: { resume: (one) => this.#stream?.attach(one), left: (one) => this.#left(one) },
    });
    if (watcher.ended) return watcher;
    this.#watchers.add(watcher);
    this.#stream?.attach(watcher);
    this.#running ??= this.#run();
    this.#wake.resolve();
    return watcher;
  }

  /** Every watcher that asked for it is told once it has everything up to the newest revision known. */
  progress(): void {
    const { seen } = this.#session;
    for (const watcher of this.#watchers) {
      if (!watcher.wantsProgress || watcher.told >= seen) continue;
      if (watcher.wire === undefined) watcher.advance(seen);
      watcher.want(seen);
    }
    this.#catchUp(ARRIVAL);
  }

  /** To be called when a newer revision became known. */
  risen(): void {
    if (this.#progressTimer !== undefined || this.#closing.signal.aborted) return;
    if (![...this.#watchers].some(({ wantsProgress }) => wantsProgress)) return;
    this.#progressTimer = this.#clock.setTimer(
      this.#times.progressMs,
      () => {
        this.#progressTimer = undefined;
        this.progress();
      },
      { background: true },
    );
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#progressTimer?.cancel();
    this.#catchUpTimer?.cancel();
    for (const watcher of this.#watchers) watcher.end(new StoreError("closed", "the store was closed"));
    this.#wake.resolve();
    this.#breakStream?.();
    await this.#running;
  }

  #left(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    this.#stream?.detach(watcher);
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      if (this.#watchers.size === 0) {
        this.#wake = Promise.withResolvers<void>();
        await this.#wake.promise;
        continue;
      }
      const { members } = this.#session;
      const member = members.current;
      // However it ended, it ended: the next member takes over from every watcher's position.
      const worked = await this.#follow(member);
      members.failed(member);
      failures = worked ? 1 : failures + 1;
      await sleep(this.#clock, backoffDelay(BACKOFF, failures), this.#closing.signal).catch(() => undefined);
    }
  }

  /** Runs one stream to its end; answers whether it ever gave an answer. */
  async #follow({ connection }: Member): Promise<boolean> {
    const signal = this.#closing.signal;
    let worked = false;
    try {
      const limits = { timeout: STATUS_TIME, connect: STATUS_TIME, signal, headers: HEADERS };
      const { version } = await connection.call(etcd.status, {}, limits);
      const stream = connection.duplex(etcd.watch, { signal, headers: HEADERS });
      this.#breakStream = () => stream.cancel();
      const verify = (watcher: Watcher, hold: Hold): void => void this.#verify(watcher, hold);
      this.#stream = new WatchStream({ session: this.#session, stream, trusted: reportsProgress(version), verify });
      for (const watcher of this.#watchers) if (!watcher.behind) this.#stream.attach(watcher);
      for await (const answer of stream) {
        worked = true;
        this.#stream.handle(answer);
      }
    } catch {
      // Said by the end itself.
    }
    this.#stream = undefined;
    this.#breakStream = undefined;
    if (worked) for (const watcher of this.#watchers) watcher.anchor();
    return worked;
  }

  /**
   * A watch that starts in the past may start at the very revision that was compacted to; etcd then leaves out what was deleted there.
   * Only if the state before the start can still be read did it miss nothing.
   */
  async #verify(watcher: Watcher, { from, release }: Hold): Promise<void> {
    const whole = await isReadable(this.#session, Math.max(1, from - 1)).catch(() => undefined);
    if (whole === undefined) this.#breakStream?.();
    else if (whole || !watcher.anchored) release();
    else watcher.end(overtaken(watcher));
  }

  #catchUp(after: number): void {
    if (this.#catchUpTimer !== undefined || this.#closing.signal.aborted) return;
    if (![...this.#watchers].some(({ awaited }) => awaited > 0)) return;
    const ask = (): void => {
      this.#catchUpTimer = undefined;
      void this.#ask();
    };
    this.#catchUpTimer = this.#clock.setTimer(after, ask, { background: true });
  }

  /** Makes something arrive that shows how far the watchers are: the member's report, or a revision of our own. */
  async #ask(): Promise<void> {
    const awaited = Math.max(0, ...[...this.#watchers].map((watcher) => watcher.awaited));
    if (awaited === 0) return;
    const trusted = this.#stream?.trusted === true;
    if (trusted) this.#stream?.askProgress();
    // What fails now is asked again.
    else if (this.#stream !== undefined) await this.#fence().catch(() => undefined);
    this.#catchUp(trusted ? ASK_AGAIN : FENCE_AGAIN);
  }
}
