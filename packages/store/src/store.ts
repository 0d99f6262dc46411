// The store's public interface: a multi-version key-value store with etcd's semantics.

import type { KeyRange } from "./keys.ts";

/** What some engines know at once and others must ask for. */
export type Awaitable<T> = T | Promise<T>;

/**
 * The number of a state of the whole store. An empty store is at 1; every committed write transaction adds exactly one.
 * A revision is never used twice, not even across a crash.
 */
export type Revision = number;

/** One key as it stands at some revision. Frozen by contract: nobody may change `value`. */
export interface KeyValue {
  readonly key: string;
  /** Opaque to the store. Empty in `keysOnly` answers. */
  readonly value: Uint8Array;
  /** Revision that created the key (the latest creation, when it was deleted in between). */
  readonly createRevision: Revision;
  /** Revision of the last write. */
  readonly modRevision: Revision;
  /** Writes since creation; the creation is 1. In a delete event 0. */
  readonly version: number;
  /** Lease that the key is bound to, or 0. */
  readonly lease: number;
}

/** A condition on one key. A missing key has mod, create and version 0, and no value: any `value` comparison with it is false. */
export type Compare =
  | {
      readonly key: string;
      readonly target: "mod" | "create" | "version";
      readonly op: "=" | ">" | "<" | "!=";
      readonly value: number;
    }
  | { readonly key: string; readonly target: "value"; readonly op: "=" | "!="; readonly value: Uint8Array };

/** The store keeps `value` as it is, without a copy: the caller must not change it afterwards. */
export interface PutOp {
  readonly type: "put";
  readonly key: string;
  readonly value: Uint8Array;
  /** Absent or 0: no lease; a lease of the previous version is let go. */
  readonly lease?: number | undefined;
}
/** Deletes one key; a missing key is no error. */
export interface DeleteOp {
  readonly type: "delete";
  readonly key: string;
}
/** Deletes every key of a range. */
export interface DeleteRangeOp {
  readonly type: "deleteRange";
  readonly start: string;
  readonly end: string;
}
/** Reads inside the transaction: sees the operations before it. */
export interface RangeOp {
  readonly type: "range";
  readonly start: string;
  readonly end?: string | undefined;
  readonly limit?: number | undefined;
}
export type Op = PutOp | DeleteOp | DeleteRangeOp | RangeOp;

/** All of `compare` true: `success` runs, else `failure` runs. Either runs whole or not at all. */
export interface Txn {
  readonly compare: readonly Compare[];
  readonly success: readonly Op[];
  readonly failure?: readonly Op[] | undefined;
  /**
   * How long the write may wait for others, so that they share one sync of the disk (milliseconds; absent: not at all). It costs latency, never
   * durability. For heartbeats: thousands of them are then a few syncs. An engine may ignore it.
   */
  readonly patienceMs?: number | undefined;
}

export type OpResponse =
  | { readonly type: "put"; readonly previous?: KeyValue | undefined }
  /** For `delete` and `deleteRange`: what was there, in key order. */
  | { readonly type: "delete"; readonly deleted: readonly KeyValue[] }
  | { readonly type: "range"; readonly items: readonly KeyValue[]; readonly more: boolean; readonly count: number };

export interface TxnResult {
  /** Whether the comparisons held. */
  readonly succeeded: boolean;
  /** The revision that this transaction made, or the one it read when it changed nothing. */
  readonly revision: Revision;
  /** One for each operation that ran, in order. */
  readonly responses: readonly OpResponse[];
}

export interface RangeOptions extends KeyRange {
  /** Read the state at this revision. Absent or 0: the newest durable one. */
  readonly at?: Revision | undefined;
  /** Most items to return. Absent or 0: all. */
  readonly limit?: number | undefined;
  /** Leave the values out. */
  readonly keysOnly?: boolean | undefined;
  /** Return no items, only `count`. */
  readonly countOnly?: boolean | undefined;
}

export interface RangeResult {
  /** The store's newest durable revision when it answered (not `at`). */
  readonly revision: Revision;
  /** In key order. */
  readonly items: readonly KeyValue[];
  /** Whether `limit` cut the answer. */
  readonly more: boolean;
  /** Keys in the whole range, whatever the limit. */
  readonly count: number;
}

export interface StoreEvent {
  readonly type: "put" | "delete";
  /** For a delete: the key, an empty value and the revision of the deletion as `modRevision`. */
  readonly kv: KeyValue;
  /** What stood there before; absent when the key was created, and on etcd also when that state was compacted. */
  readonly previous?: KeyValue | undefined;
}

/** Every matching event of one revision, each key at most once, in the order of the operations. No events: progress, see {@link WatchOptions}. */
export interface WatchBatch {
  readonly revision: Revision;
  readonly events: readonly StoreEvent[];
}

export interface WatchOptions extends KeyRange {
  /**
   * First revision wanted; may lie in the future, then earlier events are not delivered. Absent or 0: the next one (on etcd: the next one after
   * those that this process has heard of).
   */
  readonly from?: Revision | undefined;
  /** Ends the watch without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Also deliver empty batches that say "you have seen everything up to this revision": after a while without events, and on {@link Store.progress}. */
  readonly progress?: boolean | undefined;
}

export interface StoreStatus {
  readonly revision: Revision;
  /** Oldest revision that can be read; watches from any later one are whole. 0 when nothing was compacted yet. */
  readonly compactedRevision: Revision;
  readonly keys: number;
  /** Bytes of the live keys and values. */
  readonly liveBytes: number;
  /** Bytes of keys and values that only the history holds. */
  readonly historyBytes: number;
  /** Bytes of the store's files; 0 without a disk. */
  readonly diskBytes: number;
  readonly watchers: number;
  readonly leases: number;
  /** Why writes are refused at the moment; absent when they are not. */
  readonly readOnly?: string | undefined;
  /** What an acknowledged write may rely on, in words. */
  readonly promise: string;
}

/**
 * Readers see a write only once it is durable, and every reader sees it when its `txn` has resolved. A write takes effect after every write
 * that was acknowledged before it was asked for. Keys are not empty, and are ordered by UTF-16 code units: byte order of UTF-8 for everything
 * but characters beyond the basic plane. Every method fails with a `StoreError`; after `unknown-outcome` and `io` a write may have taken effect,
 * after any other code it has not.
 */
export interface Store {
  /** Resolves when the outcome is durable. All transactions that wait share one sync of the disk. */
  txn(txn: Txn): Promise<TxnResult>;
  range(options: RangeOptions): Promise<RangeResult>;
  /**
   * Ordered, without gaps and repeats, whole revisions. Counts from the call, not from the first read of the iterator. Ends by throwing `compacted`
   * (`from` is older than the history), `slow` (the reader fell behind the history) or `closed`. A reader that lags costs no memory.
   */
  watch(options: WatchOptions): AsyncIterableIterator<WatchBatch>;
  /** Makes every watcher that asked for progress report its position now, if it has something new to say. */
  progress(): void;
  /** Forgets the states before `to`, which itself stays readable. Fails with `compacted` when that was done already. */
  compact(to: Revision): Promise<void>;
  /**
   * The newest revision that was committed at or before a time (milliseconds since the epoch); undefined when that lies before the history.
   * On etcd the newest one that is recorded, some seconds older at most while somebody writes.
   */
  revisionAt(time: number): Awaitable<Revision | undefined>;
  /** A lease ends `ttlSeconds` after its grant or last keep-alive, as the store's clock goes; its keys are then deleted in one revision. */
  grant(ttlSeconds: number): Promise<{ readonly id: number }>;
  /** Ends a lease now and deletes its keys in one revision. */
  revoke(id: number): Promise<void>;
  /** Starts the lease's time anew. Kept in memory only: after a restart (on etcd: a new leader) every lease has its whole time again. */
  keepAlive(id: number): Promise<void>;
  status(): Awaitable<StoreStatus>;
  /** Waits for writes under way, ends watches with `closed`, gives up the disk. Idempotent. */
  close(): Promise<void>;
}

/** The result of reading everything on disk again. */
export interface StoreCheck {
  readonly files: number;
  readonly bytes: number;
  /** What does not match its checksum, one line each; empty when all is sound. */
  readonly problems: readonly string[];
}

/** What can be done with a store's files beside reading and writing keys. An etcd has tools of its own for that. */
export interface Maintenance {
  /** When a kept revision was made (milliseconds since the epoch); undefined when it is not kept. */
  timeOf(revision: Revision): number | undefined;
  /** The newest durable state as the bytes of one file, which `restoreStore` takes. Writes go on meanwhile and are not in it. */
  backup(): AsyncIterable<Uint8Array>;
  /** Compares every durable byte with its checksum. Reads and writes go on meanwhile. */
  check(): Promise<StoreCheck>;
}

/** A state that is held for as long as this value is: no compaction takes it away. */
export interface Snapshot {
  readonly revision: Revision;
}

/** A store whose states live in this process. Writes take effect in the order of the calls; watchers see a write at once when its `txn` resolves. */
export interface EmbeddedStore extends Store, Maintenance {
  revisionAt(time: number): Revision | undefined;
  status(): StoreStatus;
  /**
   * A new store in memory that starts as this one stood at a kept revision or a snapshot (default: now) and goes its own way from there: nothing is
   * ever written back. Costs nothing but what it changes.
   */
  fork(from?: Revision | Snapshot): EmbeddedStore;
  /** Holds the newest durable state. */
  snapshot(): Snapshot;
  /**
   * Writes the keys of a snapshot of this store over the present ones, as one revision: watchers see what changes. Keys whose lease has ended since stay
   * gone. Costs what differs, not what there is. Answers the revision.
   */
  reset(to: Snapshot): Promise<Revision>;
}
