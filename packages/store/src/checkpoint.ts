// Checkpoints: one state in one file, so that the log before it can go.

import type { Disk, DiskFile } from "./disk.ts";
import { StoreError } from "./error.ts";
import { CHAIN_START, FrameWriter, PREAMBLE_SIZE, preamble, readPreamble, scanFrames } from "./frame.ts";
import { prefixEnd } from "./keys.ts";
import { type CheckpointHead, type CheckpointRecord, readCheckpointRecord, writeCheckpointRecord } from "./record.ts";
import { type Attachment, attachmentKey, type Lease, leaseKey, type State, sizeOf } from "./state.ts";
import type { KeyValue } from "./store.ts";
import { type Tree, treeBuilder, treePut, treeSize, treeVisit } from "./tree.ts";

const NAME = /^checkpoint-(\d{16})$/;
const TEMPORARY = "checkpoint.new";
/** Bytes that are put together in one turn of the event loop. */
const STEP_BYTES = 256 * 1024;
const STEP_ITEMS = 2000;
/** Bytes between syncs: a flood of dirty pages would hold up the log's own syncs. */
const SYNC_BYTES = 8 * 1024 * 1024;

export interface CheckpointFile {
  readonly name: string;
  /** The last entry that it holds. */
  readonly entry: number;
}

/** The finished checkpoints among file names, oldest first. */
export function checkpointsAmong(names: readonly string[]): CheckpointFile[] {
  const files = names.flatMap((name) => {
    const entry = NAME.exec(name)?.[1];
    return entry === undefined ? [] : { name, entry: Number(entry) };
  });
  return files.sort((a, b) => a.entry - b.entry);
}

/** Where the log behind a checkpoint begins. */
export type LogStart = Pick<CheckpointHead, "firstSegment" | "restored">;

/** Writes `state`; once this resolves the file is durable and complete. Returns its name and size. */
export async function writeCheckpoint(
  disk: Disk,
  state: State,
  log: LogStart,
): Promise<{ readonly name: string; readonly bytes: number }> {
  const file = await disk.create(TEMPORARY);
  let bytes: number;
  try {
    bytes = await writeState(file, checkpointBytes(state, log));
    await file.sync();
  } finally {
    await file.close();
  }
  const name = `checkpoint-${state.entry.toString().padStart(16, "0")}`;
  await disk.rename(TEMPORARY, name);
  await disk.syncDirectory();
  return { name, bytes };
}

/** Removes what an interrupted or failed checkpoint left behind. */
export function removeUnfinished(disk: Disk): Promise<void> {
  return disk.remove(TEMPORARY);
}

async function writeState(file: DiskFile, pieces: Iterable<Uint8Array>): Promise<number> {
  let position = 0;
  let unsynced = 0;
  for (const bytes of pieces) {
    await file.write(position, bytes);
    position += bytes.length;
    unsynced += bytes.length;
    if (unsynced > SYNC_BYTES) {
      await file.sync();
      unsynced = 0;
    }
  }
  return position;
}

/** The bytes of a checkpoint's file, in pieces of bounded size. A piece is valid until the next one is taken. */
export function* checkpointBytes(state: State, log: LogStart): Generator<Uint8Array> {
  yield preamble();
  let at = CHAIN_START;
  for (const record of recordsOf(state, log)) {
    const writer = new FrameWriter(at, 0);
    writer.add((out) => writeCheckpointRecord(out, record));
    const { bytes, end } = writer.finish();
    yield bytes;
    at = end;
  }
}

function* recordsOf(state: State, log: LogStart): Generator<CheckpointRecord> {
  const { revision, entry, time, compacted, lastLease } = state;
  yield { kind: "checkpoint", revision, entry, time, compacted, lastLease, ...log };
  for (const leases of pieces(state.leases, () => 16)) yield { kind: "leases", leases };
  for (const items of pieces(state.keys, sizeOf)) yield { kind: "items", items };
  yield { kind: "end", keys: treeSize(state.keys) };
}

/** A tree's items in portions of bounded size. */
function* pieces<T extends { readonly key: string }>(
  tree: Tree<T>,
  weigh: (item: T) => number,
): Generator<readonly T[]> {
  let start = "";
  for (;;) {
    const items: T[] = [];
    let bytes = 0;
    treeVisit(tree, { start, end: prefixEnd("") }, (item) => {
      items.push(item);
      bytes += weigh(item);
      return bytes < STEP_BYTES && items.length < STEP_ITEMS;
    });
    const last = items.at(-1);
    if (last === undefined) return;
    yield items;
    start = `${last.key}\0`;
  }
}

export interface Checkpoint {
  readonly state: State;
  readonly log: LogStart;
  readonly bytes: number;
  readonly version: number;
}

/** Reads a checkpoint back. Throws `corrupt` and `format`. */
export async function readCheckpoint(disk: Pick<Disk, "open">, name: string): Promise<Checkpoint> {
  const file = await disk.open(name);
  try {
    const size = await file.size();
    const version = readPreamble(await file.read(0, PREAMBLE_SIZE), name);
    if (version === undefined) throw damaged(name, "it has no sound preamble");
    const loader = createLoader();
    const { end, damage } = await scanFrames(file, size, (payload) => loader.add(readCheckpointRecord(payload)));
    const loaded = loader.finish();
    if (damage !== undefined) throw damaged(name, `${damage} at byte ${end.position}`);
    if (loaded === undefined) throw damaged(name, "it is incomplete");
    return { ...loaded, bytes: size, version };
  } finally {
    await file.close();
  }
}

function damaged(name: string, what: string): StoreError {
  return new StoreError("corrupt", `the checkpoint ${name} is damaged: ${what}`);
}

interface Loader {
  add(record: CheckpointRecord): void;
  /** Undefined when something is missing. */
  finish(): { readonly state: State; readonly log: LogStart } | undefined;
}

function createLoader(): Loader {
  let head: CheckpointHead | undefined;
  let keysExpected: number | undefined;
  let liveBytes = 0;
  const keys = treeBuilder<KeyValue>();
  const leases = treeBuilder<Lease>();
  const attachments: Attachment[] = [];
  const addItem = (item: KeyValue): void => {
    keys.add(item);
    liveBytes += sizeOf(item);
    if (item.lease !== 0) attachments.push({ key: attachmentKey(item.lease, item.key), target: item.key });
  };
  return {
    add(record) {
      if (record.kind === "checkpoint") head = record;
      else if (record.kind === "end") keysExpected = record.keys;
      else if (record.kind === "items") for (const item of record.items) addItem(item);
      else for (const lease of record.leases) leases.add({ ...lease, key: leaseKey(lease.id) });
    },
    finish() {
      const tree = keys.finish();
      if (head === undefined || keysExpected !== treeSize(tree)) return undefined;
      const { kind: _, firstSegment, restored, ...fields } = head;
      let attached: Tree<Attachment> = treeBuilder<Attachment>().finish();
      for (const attachment of attachments) attached = treePut(attached, attachment);
      const state = { ...fields, keys: tree, leases: leases.finish(), attachments: attached, liveBytes };
      return { state, log: { firstSegment, restored } };
    },
  };
}
