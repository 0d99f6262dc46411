// The payloads inside frames: entries of the log, and the pieces of a checkpoint.

import { ByteReader, type ByteWriter } from "./bytes.ts";
import type { Change, Entry } from "./entry.ts";
import { StoreError } from "./error.ts";
import type { Lease, State } from "./state.ts";
import type { KeyValue } from "./store.ts";

const KIND = { segment: 1, entry: 2, seal: 3, checkpoint: 4, items: 5, leases: 6, end: 7, continued: 8 } as const;

/** First record of a log segment. */
export interface SegmentHead {
  readonly kind: "segment";
  /** Counts the segments of a store from 1. */
  readonly sequence: number;
  /** The last entry before this segment. */
  readonly after: number;
}

/** First record of a checkpoint: everything of a state but its keys and leases. */
export interface CheckpointHead extends Pick<State, "revision" | "entry" | "time" | "compacted" | "lastLease"> {
  readonly kind: "checkpoint";
  /** The first segment whose entries are not in it; 0 when the file does not say (format 1). */
  readonly firstSegment: number;
  /** Whether it began a store of its own, from a backup: then there may be no log yet. */
  readonly restored: boolean;
}

export type LogRecord =
  | SegmentHead
  | { readonly kind: "entry"; readonly entry: Entry }
  /** Says nothing but that everything before it was durable. */
  | { readonly kind: "seal" }
  /** Last record of a segment that has a successor: without that, files are missing. */
  | { readonly kind: "continued" };

export type CheckpointRecord =
  | CheckpointHead
  | { readonly kind: "items"; readonly items: readonly KeyValue[] }
  | { readonly kind: "leases"; readonly leases: readonly Omit<Lease, "key">[] }
  /** Last record; a checkpoint without it is unfinished. */
  | { readonly kind: "end"; readonly keys: number };

export function writeLogRecord(out: ByteWriter, record: LogRecord): void {
  out.byte(KIND[record.kind]);
  if (record.kind === "segment") {
    out.number(record.sequence);
    out.number(record.after);
  } else if (record.kind === "entry") {
    writeEntry(out, record.entry);
  }
}

export function readLogRecord(payload: Uint8Array): LogRecord {
  const input = new ByteReader(payload);
  const kind = input.byte();
  switch (kind) {
    case KIND.segment:
      return { kind: "segment", sequence: input.number(), after: input.number() };
    case KIND.entry:
      return { kind: "entry", entry: readEntry(input) };
    case KIND.seal:
      return { kind: "seal" };
    case KIND.continued:
      return { kind: "continued" };
    default:
      throw new StoreError("corrupt", `a log record of unknown kind ${kind}`);
  }
}

function writeEntry(out: ByteWriter, { number, revision, time, changes, grant, revoked, compactTo }: Entry): void {
  out.number(number);
  out.number(revision);
  out.number(time);
  out.uint32(changes.length);
  for (const { key, value, lease } of changes) {
    out.byte(value === undefined ? 0 : 1);
    out.number(lease);
    out.string(key);
    if (value !== undefined) out.blob(value);
  }
  out.number(grant?.id ?? 0);
  out.number(grant?.ttlSeconds ?? 0);
  out.number(compactTo ?? 0);
  out.uint32(revoked?.length ?? 0);
  for (const id of revoked ?? []) out.number(id);
}

function readEntry(input: ByteReader): Entry {
  const [number, revision, time] = [input.number(), input.number(), input.number()];
  const changes = readList(input, (): Change => {
    const isPut = input.byte() === 1;
    const [lease, key] = [input.number(), input.string()];
    return isPut ? { key, lease, value: input.blob() } : { key, lease };
  });
  const [id, ttlSeconds, compactTo] = [input.number(), input.number(), input.number()];
  const revoked = readList(input, () => input.number());
  return {
    number,
    revision,
    time,
    changes,
    grant: id === 0 ? undefined : { id, ttlSeconds },
    revoked: revoked.length === 0 ? undefined : revoked,
    compactTo: compactTo === 0 ? undefined : compactTo,
  };
}

export function writeCheckpointRecord(out: ByteWriter, record: CheckpointRecord): void {
  out.byte(KIND[record.kind]);
  switch (record.kind) {
    case "checkpoint":
      for (const field of HEAD_FIELDS) out.number(record[field]);
      out.byte(record.restored ? 1 : 0);
      break;
    case "items":
      out.uint32(record.items.length);
      for (const item of record.items) writeItem(out, item);
      break;
    case "leases":
      out.uint32(record.leases.length);
      for (const { id, ttlSeconds } of record.leases) {
        out.number(id);
        out.number(ttlSeconds);
      }
      break;
    case "end":
      out.number(record.keys);
      break;
  }
}

export function readCheckpointRecord(payload: Uint8Array): CheckpointRecord {
  const input = new ByteReader(payload);
  const kind = input.byte();
  switch (kind) {
    case KIND.checkpoint: {
      const [revision, entry, time] = [input.number(), input.number(), input.number()];
      const head = { revision, entry, time, compacted: input.number(), lastLease: input.number() };
      const log = input.left === 0 ? ([0, false] as const) : ([input.number(), input.byte() === 1] as const);
      return { ...head, kind: "checkpoint", firstSegment: log[0], restored: log[1] };
    }
    case KIND.items:
      return { kind: "items", items: readList(input, () => readItem(input)) };
    case KIND.leases:
      return { kind: "leases", leases: readList(input, () => ({ id: input.number(), ttlSeconds: input.number() })) };
    case KIND.end:
      return { kind: "end", keys: input.number() };
    default:
      throw new StoreError("corrupt", `a checkpoint record of unknown kind ${kind}`);
  }
}

const HEAD_FIELDS = ["revision", "entry", "time", "compacted", "lastLease", "firstSegment"] as const;

function writeItem(out: ByteWriter, item: KeyValue): void {
  out.string(item.key);
  out.number(item.createRevision);
  out.number(item.modRevision);
  out.number(item.version);
  out.number(item.lease);
  out.blob(item.value);
}

function readItem(input: ByteReader): KeyValue {
  const key = input.string();
  const [createRevision, modRevision] = [input.number(), input.number()];
  const [version, lease] = [input.number(), input.number()];
  return { key, value: input.blob(), createRevision, modRevision, version, lease };
}

function readList<T>(input: ByteReader, read: () => T): T[] {
  const count = input.uint32();
  const list: T[] = [];
  for (let index = 0; index < count; index++) list.push(read());
  return list;
}
