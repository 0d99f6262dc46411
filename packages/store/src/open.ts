// Opens a store on a disk: takes ownership, reads what is there, cuts a torn tail, moves an older format forward.

import type { Clock } from "@knots/std";
import { removeUnfinished } from "./checkpoint.ts";
import type { Disk, DiskLock } from "./disk.ts";
import { type StoreLimits, startEngine } from "./engine.ts";
import { FORMAT_VERSION } from "./frame.ts";
import { SegmentLog } from "./log.ts";
import { type Recovered, recover } from "./recover.ts";
import { createSegment, type SealedSegment, type Segment } from "./segment.ts";
import type { EmbeddedStore } from "./store.ts";

export interface OpenOptions extends StoreLimits {
  readonly disk: Disk;
  readonly clock: Clock;
  /** Size at which the log begins a new file (default 16 MiB): the step in which old files can be dropped. */
  readonly segmentBytes?: number | undefined;
}

/**
 * Opens the store on `disk`, an empty one if there is none. Files of an older format are kept under the label `before-format-N`; once it is open, programs
 * that know only the older format refuse it. Throws `locked`, `corrupt`, `format`, `full` and `io`; then nothing stays locked.
 */
export async function openStore(options: OpenOptions): Promise<EmbeddedStore> {
  const { disk, clock } = options;
  const lock = await disk.lock();
  try {
    const found = await recover(disk);
    const journal = await goOn(disk, lock, found, options.segmentBytes ?? 16 * 1024 * 1024);
    return startEngine({ clock, limits: options, history: found.history, state: found.state, journal });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function goOn(disk: Disk, lock: DiskLock, found: Recovered, segmentBytes: number): Promise<SegmentLog> {
  const outdated = found.version !== undefined && found.version < FORMAT_VERSION;
  if (outdated) await disk.keep(`before-format-${FORMAT_VERSION}`);
  const { sealed, current } = await writable(disk, found, outdated);
  // The names, too: whoever wrote here last may have died before they were durable, and nothing that follows may hang on them.
  await disk.syncDirectory();
  await removeUnfinished(disk);
  for (const name of found.stale) await disk.remove(name);
  const { checkpoint } = found;
  return new SegmentLog({ disk, lock, sealed, current, lastEntry: found.state.entry, checkpoint, segmentBytes });
}

interface Row {
  readonly sealed: readonly SealedSegment[];
  readonly current: Segment;
}

/** A segment of an older format is finished, not continued. */
async function writable(disk: Disk, found: Recovered, outdated: boolean): Promise<Row> {
  const { sealed, last, sequence, state } = found;
  if (last === undefined) return { sealed, current: await createSegment(disk, { sequence, after: state.entry }) };
  const current = await last.resume();
  if (!outdated) return { sealed, current };
  const next = await createSegment(disk, { sequence: sequence + 1, after: state.entry });
  const { bytes } = current;
  await current.close();
  return { sealed: [...sealed, { sequence, bytes, lastEntry: state.entry }], current: next };
}
