// Opens a store on a disk: takes ownership, loads the checkpoint, replays the log, cuts a torn tail, refuses what is damaged.

import type { Clock } from "@knots/std";
import { checkpointsAmong, readCheckpoint, removeUnfinished } from "./checkpoint.ts";
import type { Disk, DiskLock } from "./disk.ts";
import { type StoreLimits, startEngine } from "./engine.ts";
import { applyEntry, type Entry } from "./entry.ts";
import { StoreError } from "./error.ts";
import { createHistory, type History } from "./history.ts";
import { type LogParts, type SealedSegment, SegmentLog } from "./log.ts";
import {
  createSegment,
  readSegment,
  type Segment,
  type SegmentContent,
  segmentName,
  segmentsAmong,
} from "./segment.ts";
import { EMPTY_STATE, type State } from "./state.ts";
import type { EmbeddedStore } from "./store.ts";

export interface OpenOptions extends StoreLimits {
  readonly disk: Disk;
  readonly clock: Clock;
  /** Size at which the log begins a new file (default 16 MiB): the step in which old files can be dropped. */
  readonly segmentBytes?: number | undefined;
}

/** Opens the store on `disk`, an empty one if there is none. Throws `locked`, `corrupt`, `format`, `full` and `io`; then nothing stays locked. */
export async function openStore(options: OpenOptions): Promise<EmbeddedStore> {
  const { disk, clock } = options;
  const lock = await disk.lock();
  try {
    const { history, state, parts } = await recover(disk, lock, options.segmentBytes ?? 16 * 1024 * 1024);
    return startEngine({ clock, limits: options, history, state, journal: new SegmentLog(parts) });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Recovered {
  readonly history: History;
  readonly state: State;
  readonly parts: LogParts;
}

async function recover(disk: Disk, lock: DiskLock, segmentBytes: number): Promise<Recovered> {
  const names = await disk.list();
  await removeUnfinished(disk);
  const checkpoints = checkpointsAmong(names);
  const newest = checkpoints.at(-1);
  const loaded = newest === undefined ? undefined : await readCheckpoint(disk, newest.name);
  const checkpoint = newest && loaded && { name: newest.name, bytes: loaded.bytes };
  const replay = new Replay(loaded?.state ?? EMPTY_STATE);
  const { sealed, current } = await readLog(disk, segmentsAmong(names), replay);
  for (const { name } of checkpoints.slice(0, -1)) await disk.remove(name);
  const { history, state } = replay;
  return { history, state, parts: { disk, lock, sealed, current, lastEntry: state.entry, checkpoint, segmentBytes } };
}

/** Applies entries in order and checks that none is missing. */
class Replay {
  readonly history: History;
  readonly #base: number;
  #state: State;
  #last: number | undefined;

  constructor(start: State) {
    this.history = createHistory(start);
    this.#base = start.entry;
    this.#state = start;
  }

  get state(): State {
    return this.#state;
  }

  /** The last entry seen, applied or not. */
  get lastRead(): number {
    return this.#last ?? this.#base;
  }

  /** To be called at the start of each segment with the last entry before it. */
  begin(after: number): void {
    if (this.#last === undefined && after > this.#base) {
      throw new StoreError(
        "corrupt",
        `the log begins after entry ${after}, the checkpoint ends at ${this.#base}: files are missing`,
      );
    }
    this.#follow(after + 1);
    this.#last = after;
  }

  add(entry: Entry): void {
    this.#follow(entry.number);
    this.#last = entry.number;
    if (entry.number <= this.#base) return;
    const expected = this.#state.revision + (entry.changes.length > 0 ? 1 : 0);
    if (entry.revision !== expected) {
      throw new StoreError(
        "corrupt",
        `entry ${entry.number} makes revision ${entry.revision} after ${this.#state.revision}`,
      );
    }
    const { state, events } = applyEntry(this.#state, entry);
    this.#state = state;
    if (events.length > 0) this.history.append(state, events);
    if (entry.compactTo !== undefined) this.history.forget(entry.compactTo);
  }

  #follow(number: number): void {
    if (this.#last === undefined || number === this.#last + 1) return;
    throw new StoreError("corrupt", `entry ${number} follows entry ${this.#last} in the log`);
  }
}

interface LogState {
  readonly sealed: SealedSegment[];
  readonly current: Segment;
}

async function readLog(disk: Disk, all: readonly number[], replay: Replay): Promise<LogState> {
  const sequences = lastRow(all);
  const sealed: SealedSegment[] = [];
  for (const [index, sequence] of sequences.entries()) {
    const isLast = index === sequences.length - 1;
    const content = await readOne(disk, sequence, replay, isLast);
    if (isLast && content.head !== undefined) {
      for (const old of all.slice(0, -sequences.length)) await disk.remove(segmentName(old));
      return { sealed, current: await content.resume() };
    }
    await content.close();
    if (!isLast) sealed.push({ sequence, bytes: content.bytes, lastEntry: replay.lastRead });
  }
  // No segment yet, or one whose making was cut short before anything in it was acknowledged: make it (again).
  const sequence = sequences.at(-1) ?? 1;
  return { sealed, current: await createSegment(disk, { sequence, after: replay.state.entry }) };
}

/** The last numbers without a gap. What lies before a gap was being dropped; if not, the checkpoint will not reach up to the row. */
function lastRow(sequences: readonly number[]): readonly number[] {
  const start = sequences.findLastIndex((sequence, index) => index > 0 && sequences[index - 1] !== sequence - 1);
  return sequences.slice(Math.max(0, start));
}

async function readOne(disk: Disk, sequence: number, replay: Replay, isLast: boolean): Promise<SegmentContent> {
  let begun = false;
  const content = await readSegment(
    disk,
    sequence,
    (record) => {
      if (record.kind === "segment") {
        replay.begin(record.after);
        begun = true;
      } else if (record.kind === "entry") {
        if (!begun) throw new StoreError("corrupt", `${segmentName(sequence)} begins without its head`);
        replay.add(record.entry);
      }
    },
    isLast,
  );
  if (!begun && !isLast) throw new StoreError("corrupt", `${segmentName(sequence)} is empty`);
  return content;
}
