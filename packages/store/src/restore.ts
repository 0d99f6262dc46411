// Backups: a store's newest state as one file, and a store made from such a file.

import type { Clock } from "@knots/std";
import { type Checkpoint, checkpointBytes, checkpointsAmong, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { Disk } from "./disk.ts";
import { StoreError } from "./error.ts";
import { recover } from "./recover.ts";
import { segmentsAmong } from "./segment.ts";
import type { State } from "./state.ts";
import type { Revision } from "./store.ts";
import { treeSize } from "./tree.ts";

/**
 * Revisions that a restored store leaves out when nobody can say how far the lost one had come: more than a day of 10,000 writes a second. A number that
 * clients know must never come back with another meaning.
 */
const UNKNOWN_GAP = 1_000_000_000;

/** The bytes of a backup of `state`: a checkpoint without a log. A piece is valid until the next one is taken. */
export function backupBytes(state: State): Generator<Uint8Array> {
  return checkpointBytes(state, { firstSegment: 0, restored: false });
}

/** A backup of a store that nobody has open. Throws what an opening would. */
export async function* backupStored(disk: Disk): AsyncGenerator<Uint8Array> {
  const lock = await disk.lock();
  try {
    const { state, last } = await recover(disk);
    await last?.close();
    yield* backupBytes(state);
  } finally {
    await lock.release();
  }
}

export interface BackupReport {
  readonly revision: Revision;
  readonly keys: number;
  readonly bytes: number;
}

/** Reads a backup as a restore would, and says what is in it. Throws `corrupt` and `format`. */
export async function checkBackup(folder: Pick<Disk, "open">, name: string): Promise<BackupReport> {
  const { state, bytes } = await readCheckpoint(folder, name);
  return { revision: state.revision, keys: treeSize(state.keys), bytes };
}

export interface RestoreOptions {
  /** Where the store is to be; one that is there already is kept under `keepAs` and replaced in one step. */
  readonly disk: Disk;
  readonly clock: Clock;
  /** Folder of the backup, and its name in it. */
  readonly source: Pick<Disk, "open">;
  readonly name: string;
  /** Label for the files that are replaced. */
  readonly keepAs: string;
}

export interface Restored {
  /** The state's revision when the backup was made. */
  readonly from: Revision;
  /** The revision that the store starts at: higher than any that clients may have seen. */
  readonly revision: Revision;
  readonly keys: number;
  /** Whether a store was there, and its files were kept. */
  readonly replaced: boolean;
  /** Why the store that was there could not be read; then its revision was guessed generously. */
  readonly unreadable?: string | undefined;
}

/**
 * Makes `disk` hold the state of a backup. Its revisions go on behind those of the store that was there, or far behind the backup's if that cannot be read;
 * everything before is compacted, so that every client lists anew. A crash leaves the old store or the new one. Throws `locked`, `corrupt` (the backup is
 * damaged: nothing was changed), `format`, `full` and `io`.
 */
export async function restoreStore({ disk, clock, source, name, keepAs }: RestoreOptions): Promise<Restored> {
  const lock = await disk.lock();
  try {
    const backup = await readCheckpoint(source, name);
    const before = await inspect(disk);
    if (before.files > 0) await disk.keep(keepAs);
    const revision =
      Math.max(before.revision ?? 0, backup.state.revision + (before.revision === undefined ? UNKNOWN_GAP : 0)) + 1;
    const state = beginning(backup, { revision, entry: before.entry, time: clock.now() });
    await writeCheckpoint(disk, state, { firstSegment: before.segment + 1, restored: true });
    // What is left of the old store is stale from here on; whoever opens the new one removes it.
    const restored = { from: backup.state.revision, revision, keys: treeSize(state.keys), replaced: before.files > 0 };
    return before.unreadable === undefined ? restored : { ...restored, unreadable: before.unreadable };
  } finally {
    await lock.release();
  }
}

/** The backup's state as the first one of a history. */
function beginning(backup: Checkpoint, at: { revision: Revision; entry: number; time: number }): State {
  const { state } = backup;
  const entry = Math.max(at.entry, state.entry) + 1;
  return { ...state, entry, time: Math.max(state.time, at.time), revision: at.revision, compacted: at.revision };
}

interface Before {
  readonly files: number;
  /** Undefined when the store cannot be read. */
  readonly revision: Revision | undefined;
  readonly unreadable?: string;
  /** Highest entry that a checkpoint is named for. */
  readonly entry: number;
  readonly segment: number;
}

/** What the store that is there (or what is left of it) says about itself. */
async function inspect(disk: Disk): Promise<Before> {
  const names = await disk.list();
  const [checkpoints, segments] = [checkpointsAmong(names), segmentsAmong(names)];
  const facts = {
    files: checkpoints.length + segments.length,
    entry: checkpoints.at(-1)?.entry ?? 0,
    segment: segments.at(-1) ?? 0,
  };
  if (facts.files === 0) return { ...facts, revision: undefined };
  try {
    const { state, last } = await recover(disk);
    await last?.close();
    return { ...facts, revision: state.revision };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { ...facts, revision: undefined, unreadable: error.message };
  }
}
