// One state of the whole store: an immutable value. History, snapshots, forks and roll-back are all "keep the old value".

import type { KeyValue, Revision } from "./store.ts";
import { emptyTree, type Tree } from "./tree.ts";

export interface Lease {
  /** See {@link leaseKey}. */
  readonly key: string;
  readonly id: number;
  readonly ttlSeconds: number;
}

/** Says that a key is bound to a lease; its own key is made by {@link attachmentKey}. */
export interface Attachment {
  readonly key: string;
  readonly target: string;
}

export interface State {
  readonly revision: Revision;
  /** Number of the last log entry that led here; entries without events count too. */
  readonly entry: number;
  /** Clock time of the last entry (milliseconds since the epoch); never goes back. */
  readonly time: number;
  readonly compacted: Revision;
  readonly keys: Tree<KeyValue>;
  readonly leases: Tree<Lease>;
  readonly attachments: Tree<Attachment>;
  /** The highest lease id ever granted. */
  readonly lastLease: number;
  /** Bytes of live keys and values. */
  readonly liveBytes: number;
}

export const EMPTY_STATE: State = {
  revision: 1,
  entry: 0,
  time: 0,
  compacted: 0,
  keys: emptyTree(),
  leases: emptyTree(),
  attachments: emptyTree(),
  lastLease: 0,
  liveBytes: 0,
};

const ID_DIGITS = 16;

/** Lease ids as strings whose order is that of the numbers. */
export function leaseKey(id: number): string {
  return id.toString().padStart(ID_DIGITS, "0");
}

export function attachmentKey(lease: number, key: string): string {
  return `${leaseKey(lease)}/${key}`;
}

/** Rough size of a key in memory, the same measure everywhere. */
export function sizeOf(kv: KeyValue): number {
  return kv.key.length + kv.value.length;
}
