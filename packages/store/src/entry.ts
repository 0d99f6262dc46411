// What the log remembers: an entry is the smallest change that is all or nothing, and applying it is the only way a state changes.

import { assert, defined } from "@knots/std";
import { type Attachment, attachmentKey, leaseKey, type State, sizeOf } from "./state.ts";
import type { KeyValue, PutOp, Revision, StoreEvent } from "./store.ts";
import { type Tree, treeDelete, treeGet, treePut } from "./tree.ts";

/** A write of one key: a put when it has a value, else a delete. */
export interface Change {
  readonly key: string;
  readonly value?: Uint8Array | undefined;
  /** 0: none. */
  readonly lease: number;
}

export interface Entry {
  /** One more than the entry before. */
  readonly number: number;
  /** The revision after this entry: one more than before if there are changes, else the same. */
  readonly revision: Revision;
  /** Clock time in milliseconds since the epoch, not before the previous entry's. */
  readonly time: number;
  /** Each key at most once. */
  readonly changes: readonly Change[];
  readonly grant?: { readonly id: number; readonly ttlSeconds: number } | undefined;
  /** Leases that end here. */
  readonly revoked?: readonly number[] | undefined;
  /** Revisions before this one are forgotten. */
  readonly compactTo?: Revision | undefined;
}

/** What became of one entry. */
export interface Applied {
  readonly state: State;
  /** Empty for entries that keep the revision. */
  readonly events: readonly StoreEvent[];
}

const NO_VALUE = new Uint8Array(0);

/** The state after `entry`. Asserts that the entry follows the state: recovery checks that before. */
export function applyEntry(state: State, entry: Entry): Applied {
  assert(entry.number === state.entry + 1, "entries follow each other");
  assert(entry.revision === state.revision + (entry.changes.length > 0 ? 1 : 0), "revisions follow each other");
  const events: StoreEvent[] = [];
  let { keys, attachments, liveBytes } = state;
  for (const change of entry.changes) {
    const previous = treeGet(keys, change.key);
    const event = eventOf(change, previous, entry.revision);
    events.push(event);
    attachments = reattach(attachments, change.key, [previous?.lease ?? 0, change.lease]);
    liveBytes -= previous === undefined ? 0 : sizeOf(previous);
    if (event.type === "put") liveBytes += sizeOf(event.kv);
    keys = event.type === "put" ? treePut(keys, event.kv) : treeDelete(keys, change.key);
  }
  const { number, revision, time } = entry;
  const next = { ...state, entry: number, revision, time, keys, attachments, liveBytes };
  return { state: { ...next, ...leasesAfter(state, entry), compacted: entry.compactTo ?? state.compacted }, events };
}

function eventOf(change: Change, previous: KeyValue | undefined, revision: Revision): StoreEvent {
  const { key, value, lease } = change;
  if (value === undefined) {
    const kv = { key, value: NO_VALUE, createRevision: 0, modRevision: revision, version: 0, lease: 0 };
    return { type: "delete", kv, previous: defined(previous, "the deleted key") };
  }
  const kv = putOver(previous, { key, value, lease }, revision);
  return previous === undefined ? { type: "put", kv } : { type: "put", kv, previous };
}

/** The key as a put at `revision` leaves it. */
export function putOver(
  previous: KeyValue | undefined,
  { key, value, lease = 0 }: Pick<PutOp, "key" | "value" | "lease">,
  revision: Revision,
): KeyValue {
  const createRevision = previous?.createRevision ?? revision;
  return { key, value, createRevision, modRevision: revision, version: (previous?.version ?? 0) + 1, lease };
}

function reattach(all: Tree<Attachment>, key: string, [before, after]: [number, number]): Tree<Attachment> {
  if (before === after) return all;
  const without = before === 0 ? all : treeDelete(all, attachmentKey(before, key));
  return after === 0 ? without : treePut(without, { key: attachmentKey(after, key), target: key });
}

function leasesAfter(state: State, entry: Entry): Pick<State, "leases" | "lastLease"> {
  let { leases, lastLease } = state;
  if (entry.grant !== undefined) {
    const { id, ttlSeconds } = entry.grant;
    leases = treePut(leases, { key: leaseKey(id), id, ttlSeconds });
    lastLease = id;
  }
  for (const id of entry.revoked ?? []) leases = treeDelete(leases, leaseKey(id));
  return { leases, lastLease };
}
