// Reads what is on a disk into a state and its history; changes nothing there. Refuses what is damaged.

import { type Checkpoint, checkpointsAmong, readCheckpoint } from "./checkpoint.ts";
import type { Disk } from "./disk.ts";
import { applyEntry, type Entry } from "./entry.ts";
import { StoreError } from "./error.ts";
import { createHistory, type History } from "./history.ts";
import { readSegment, type SealedSegment, type SegmentContent, segmentName, segmentsAmong } from "./segment.ts";
import { EMPTY_STATE, type State } from "./state.ts";

export interface Recovered {
  readonly history: History;
  readonly state: State;
  readonly checkpoint: { readonly name: string; readonly bytes: number } | undefined;
  /** Complete segments, oldest first. */
  readonly sealed: readonly SealedSegment[];
  /** The segment to go on with, open; absent when there is none, or one whose making was cut short. */
  readonly last: SegmentContent | undefined;
  /** Number of that segment, or of the one to be made. */
  readonly sequence: number;
  /** Files that nothing needs any more. */
  readonly stale: readonly string[];
  /** Format version of the newest file; undefined for an empty disk. */
  readonly version: number | undefined;
}

/** Loads the newest checkpoint and replays the log behind it. Throws `corrupt`, `format` and `io`. The caller closes `last`. */
export async function recover(disk: Pick<Disk, "open" | "list">): Promise<Recovered> {
  const names = await disk.list();
  const checkpoints = checkpointsAmong(names);
  const newest = checkpoints.at(-1);
  const loaded = newest === undefined ? undefined : await readCheckpoint(disk, newest.name);
  const segments = segmentsAmong(names);
  const wanted = wantedSegments(segments, loaded);
  const replay = new Replay(loaded?.state ?? EMPTY_STATE);
  const log = await readLog(disk, wanted, replay);
  try {
    if (loaded !== undefined) checkReach(loaded, replay.state);
  } catch (error) {
    await log.last?.close();
    throw error;
  }
  const older = checkpoints.slice(0, -1).map(({ name }) => name);
  const dropped = segments.slice(0, segments.length - wanted.length).map(segmentName);
  return {
    history: replay.history,
    state: replay.state,
    checkpoint: newest && loaded && { name: newest.name, bytes: loaded.bytes },
    ...log,
    sequence: wanted.at(-1) ?? Math.max(1, loaded?.log.firstSegment ?? 1),
    stale: [...older, ...dropped],
    version: log.last?.version ?? loaded?.version,
  };
}

/** A checkpoint is made after the compaction that asked for it was durable: a log that does not come as far has lost its end. */
function checkReach({ log, state }: Checkpoint, reached: State): void {
  if (log.restored || reached.compacted > state.revision) return;
  throw new StoreError("corrupt", "the log ends before the compaction that made the checkpoint: its end is missing");
}

/** The segments that the checkpoint needs behind it. What lies before them was being dropped. */
function wantedSegments(all: readonly number[], checkpoint: Checkpoint | undefined): readonly number[] {
  const { firstSegment = 0, restored = false } = checkpoint?.log ?? {};
  if (firstSegment === 0) return lastRow(all);
  const wanted = all.filter((sequence) => sequence >= firstSegment);
  if (wanted.length === 0 && restored) return wanted;
  const missing = wanted.findIndex((sequence, index) => sequence !== firstSegment + index);
  if (wanted.length === 0 || missing >= 0) {
    throw missingFile(firstSegment + Math.max(0, missing));
  }
  return wanted;
}

function missingFile(sequence: number): StoreError {
  return new StoreError("corrupt", `files are missing: ${segmentName(sequence)}`);
}

/** The last numbers without a gap. If what lies before the gap is needed, the checkpoint will not reach up to the row. */
function lastRow(sequences: readonly number[]): readonly number[] {
  const start = sequences.findLastIndex((sequence, index) => index > 0 && sequences[index - 1] !== sequence - 1);
  return sequences.slice(Math.max(0, start));
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

async function readLog(
  disk: Pick<Disk, "open">,
  sequences: readonly number[],
  replay: Replay,
): Promise<Pick<Recovered, "sealed" | "last">> {
  const sealed: SealedSegment[] = [];
  let before: SegmentContent | undefined;
  for (const sequence of sequences) {
    const content = await readOne(disk, sequence, replay, before?.torn);
    const isLast = sequence === sequences.at(-1);
    if (isLast && content.head !== undefined && !content.continued) return { sealed, last: content };
    await content.close();
    const fault = isLast ? faultOfLast(sequence, content, before) : faultOfSealed(sequence, content);
    if (fault !== undefined) throw fault;
    if (!isLast) sealed.push({ sequence, bytes: content.bytes, lastEntry: replay.lastRead });
    before = content;
  }
  return { sealed, last: undefined };
}

/** A segment with others behind it has at least a head. */
function faultOfSealed(sequence: number, { head, torn }: SegmentContent): StoreError | undefined {
  return head === undefined ? (torn ?? new StoreError("corrupt", `${segmentName(sequence)} is empty`)) : undefined;
}

/** The last segment without a head was being made, unless the one before it says that it was there already. */
function faultOfLast(
  sequence: number,
  { continued }: SegmentContent,
  before: SegmentContent | undefined,
): StoreError | undefined {
  if (continued) return missingFile(sequence + 1);
  const promised = before?.continued ?? false;
  return promised
    ? new StoreError("corrupt", `${segmentName(sequence)} is damaged: its beginning is missing`)
    : undefined;
}

/** `torn`: the tail before, which must not have held entries. */
function readOne(
  disk: Pick<Disk, "open">,
  sequence: number,
  replay: Replay,
  torn: StoreError | undefined,
): Promise<SegmentContent> {
  let begun = false;
  return readSegment(disk, sequence, (record) => {
    if (record.kind === "segment") {
      if (torn !== undefined && record.after !== replay.lastRead) throw torn;
      replay.begin(record.after);
      begun = true;
    } else if (record.kind === "entry") {
      if (!begun) throw new StoreError("corrupt", `${segmentName(sequence)} begins without its head`);
      replay.add(record.entry);
    }
  });
}
