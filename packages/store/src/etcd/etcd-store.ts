// The store on an etcd cluster: the parts put together behind the `Store` interface.
import type { Clock, Random } from "@knots/std";
import { StoreError } from "../error.ts";
import { checkTxn } from "../rules.ts";
import type {
  Op,
  RangeOptions,
  RangeResult,
  Revision,
  Store,
  StoreStatus,
  Txn,
  TxnResult,
  WatchBatch,
} from "../store.ts";
import { DEFAULT_WINDOW, type HistoryWindow } from "../window.ts";
import { readNothing, toOpResponse, toWireCompare, toWireOp } from "./convert.ts";
import { type HistoryKeeper, keepHistory } from "./history.ts";
import { createKeyspace, type Keyspace } from "./keyspace.ts";
import { grantLease, keepLease } from "./leases.ts";
import { type CallTimes, createMembers, DEFAULT_TIMES } from "./members.ts";
import type { WireOp } from "./messages.ts";
import { etcd } from "./methods.ts";
import type { EtcdConnector } from "./port.ts";
import { readRange } from "./read.ts";
import { createSession, revisionOf, type Session } from "./session.ts";
import { readStatus } from "./status.ts";
import { createTimeRecord, type TimeRecord } from "./time-record.ts";
import { Watches } from "./watches.ts";

/** Limits of an etcd store; every one has a default. */
export interface EtcdLimits {
  readonly times?: Partial<CallTimes> | undefined;
  /** Automatic compaction; `false` leaves the history to others. */
  readonly history?: HistoryWindow | false | undefined;
  /** Longest silence towards a watcher that asked for progress while the store moves on (milliseconds, default 1000). */
  readonly progressMs?: number | undefined;
  /** How often times are recorded while something is written (milliseconds, default 10,000; `false` never). */
  readonly recordMs?: number | false | undefined;
  /** Bytes that may wait for one slow watcher before etcd is told to stop sending (default 16 MiB). */
  readonly bufferBytes?: number | undefined;
}

export interface EtcdOptions extends EtcdLimits {
  readonly clock: Clock;
  readonly random: Random;
  readonly connect: EtcdConnector;
  /** The members, in order of preference; in whatever form `connect` takes. */
  readonly endpoints: readonly string[];
  /** What etcd's keys start with, ending in a slash. */
  readonly prefix: string;
  /** What the store's keys start with in its place: empty, or ending in a slash. */
  readonly root: string;
}

/** Opens a store on etcd; resolves when a member answered. Fails with `unavailable` when none does. */
export async function openEtcdStore(options: EtcdOptions): Promise<Store> {
  const store = new EtcdStore(options);
  try {
    await store.start();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

class EtcdStore implements Store {
  readonly #options: EtcdOptions;
  readonly #keys: Keyspace;
  readonly #session: Session;
  readonly #record: TimeRecord;
  readonly #watches: Watches;
  readonly #writing = new Set<Promise<unknown>>();
  #history: HistoryKeeper | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: EtcdOptions) {
    const {
      clock,
      endpoints,
      connect,
      prefix,
      root,
      times,
      progressMs = 1000,
      bufferBytes = 16 * 1024 * 1024,
    } = options;
    this.#options = options;
    this.#keys = createKeyspace(prefix, root);
    const members = createMembers(endpoints, { clock, connect, times: { ...DEFAULT_TIMES, ...times } });
    this.#session = createSession({ clock, keys: this.#keys, members, risen: () => this.#watches.risen() });
    this.#record = createTimeRecord(this.#session);
    this.#watches = new Watches({
      session: this.#session,
      times: { progressMs, bufferBytes },
      fence: () => this.#record.write(),
    });
  }

  async start(): Promise<void> {
    const { clock, history: window = DEFAULT_WINDOW, recordMs = 10_000 } = this.#options;
    await this.#session.read(etcd.range, { key: this.#keys.clockKey, countOnly: true });
    if (recordMs !== false) this.#record.start(recordMs);
    if (window === false) return;
    const seen = (): Revision => this.#session.seen;
    const compact = (to: Revision): Promise<void> => this.compact(to);
    const revisionAt = (time: number): Promise<Revision | undefined> => this.#record.revisionAt(time);
    this.#history = keepHistory({ clock, window, seen, revisionAt, compact });
  }

  async txn(txn: Txn): Promise<TxnResult> {
    this.#checkOpen();
    checkTxn(txn);
    const { compare, success, failure = [] } = txn;
    const keys = this.#keys;
    const wire = (ops: readonly Op[]): readonly WireOp[] => ops.map((op) => toWireOp(keys, op));
    // A member answers a transaction without operations from what it happens to know; one read makes it ask the others first.
    const look = success.length + failure.length === 0 ? [readNothing(keys)] : [];
    const answer = await this.#written(
      this.#session.write(etcd.txn, {
        compare: compare.map((one) => toWireCompare(keys, one)),
        success: [...wire(success), ...look],
        failure: [...wire(failure), ...look],
      }),
    );
    const ops = answer.succeeded ? success : failure;
    const responses = ops.map((op, index) => toOpResponse(keys, op, answer.responses[index] ?? {}));
    return { succeeded: answer.succeeded, revision: revisionOf(answer), responses };
  }

  async range(options: RangeOptions): Promise<RangeResult> {
    this.#checkOpen();
    return readRange(this.#session, options);
  }

  watch(options: Parameters<Store["watch"]>[0]): AsyncIterableIterator<WatchBatch> {
    this.#checkOpen();
    return this.#watches.open(options);
  }

  progress(): void {
    this.#watches.progress();
  }

  async compact(to: Revision): Promise<void> {
    this.#checkOpen();
    await this.#written(this.#session.write(etcd.compact, { revision: to }));
  }

  async revisionAt(time: number): Promise<Revision | undefined> {
    this.#checkOpen();
    return this.#record.revisionAt(time);
  }

  async grant(ttlSeconds: number): Promise<{ readonly id: number }> {
    this.#checkOpen();
    return this.#written(grantLease(this.#session, this.#options.random, ttlSeconds));
  }

  async revoke(id: number): Promise<void> {
    this.#checkOpen();
    await this.#written(this.#session.write(etcd.revoke, { id }));
  }

  async keepAlive(id: number): Promise<void> {
    this.#checkOpen();
    await keepLease(this.#session, id);
  }

  async status(): Promise<StoreStatus> {
    this.#checkOpen();
    return readStatus(this.#session, this.#watches.size);
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    this.#history?.stop();
    this.#record.stop();
    await this.#watches.close();
    await Promise.allSettled(this.#writing);
    this.#session.members.close();
  }

  async #written<T>(write: Promise<T>): Promise<T> {
    this.#writing.add(write);
    try {
      return await write;
    } finally {
      this.#writing.delete(write);
    }
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new StoreError("closed", "the store is closed");
  }
}
