// One file of the log: opening, appending, cutting a torn tail.

import type { Disk, DiskFile } from "./disk.ts";
import { StoreError } from "./error.ts";
import {
  CHAIN_START,
  type ChainEnd,
  FrameWriter,
  PREAMBLE_SIZE,
  preamble,
  readPreamble,
  scanFrames,
  wasSafe,
} from "./frame.ts";
import { type LogRecord, readLogRecord, type SegmentHead, writeLogRecord } from "./record.ts";

const NAME = /^log-(\d{10})$/;

export function segmentName(sequence: number): string {
  return `log-${sequence.toString().padStart(10, "0")}`;
}

/** The sequence numbers of the log segments among file names, ascending. */
export function segmentsAmong(names: readonly string[]): number[] {
  const numbers = names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
  return numbers.sort((a, b) => a - b);
}

/** A segment that is complete. */
export interface SealedSegment {
  readonly sequence: number;
  readonly bytes: number;
  /** The last entry in it (or before it, if it has none). */
  readonly lastEntry: number;
}

/** A segment that is being written. */
export interface Segment {
  readonly sequence: number;
  /** Durable bytes. */
  readonly bytes: number;
  /** Makes records durable, all or (if the error is `full`) none. After any other error the segment must not be used again. */
  append(records: readonly LogRecord[]): Promise<void>;
  /** Whether there is space for `bytes` more; leaves nothing behind. */
  probe(bytes: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Makes a new, durable segment. Leaves no half-made file behind if the error is `full`. */
export async function createSegment(disk: Disk, head: Omit<SegmentHead, "kind">): Promise<Segment> {
  const name = segmentName(head.sequence);
  try {
    const file = await disk.create(name);
    await file.writeThrough(0, preamble());
    const segment = openForWriting(file, head.sequence, { end: CHAIN_START, safeLength: 0 });
    await segment.append([{ kind: "segment", ...head }]);
    await disk.syncDirectory();
    return segment;
  } catch (error) {
    await disk.remove(name).catch(() => undefined);
    throw error;
  }
}

function openForWriting(
  file: DiskFile,
  sequence: number,
  start: { readonly end: ChainEnd; readonly safeLength: number },
): Segment {
  let { end, safeLength } = start;
  /** Takes back what a full disk left of a write; then nothing was written. */
  const takeBack = async (error: unknown): Promise<never> => {
    if (!(error instanceof StoreError && error.code === "full")) throw error;
    try {
      await file.truncate(end.position);
      await file.sync();
    } catch (cause) {
      throw new StoreError("io", "the disk is full, and a half-written record could not be removed", { cause });
    }
    throw error;
  };
  const write = async (bytes: Uint8Array): Promise<void> => {
    try {
      await file.writeThrough(end.position, bytes);
    } catch (error) {
      await takeBack(error);
    }
  };
  return {
    sequence,
    get bytes() {
      return end.position;
    },
    async append(records) {
      const writer = new FrameWriter(end, safeLength);
      for (const record of records) writer.add((out) => writeLogRecord(out, record));
      const { bytes, end: next } = writer.finish();
      await write(bytes);
      end = next;
      safeLength = next.position;
    },
    async probe(bytes) {
      try {
        await write(new Uint8Array(bytes));
        await file.truncate(end.position);
        await file.sync();
        return true;
      } catch {
        return false;
      }
    },
    close: () => file.close(),
  };
}

export interface SegmentContent {
  /** Undefined when the file holds nothing that was ever acknowledged: its making was cut short. */
  readonly head: SegmentHead | undefined;
  readonly bytes: number;
  /** What is wrong behind the sound part: a torn tail, unless the next segment shows that entries are missing. */
  readonly torn: StoreError | undefined;
  /** Whether it says that another segment follows. */
  readonly continued: boolean;
  /** Format version; 0 without a sound preamble. */
  readonly version: number;
  /** Goes on writing behind the sound part. Only for the last segment. */
  readonly resume: () => Promise<Segment>;
  readonly close: () => Promise<void>;
}

/** Reads a segment and hands its records to `visit`. A torn tail is left out and told of; damage to bytes that were durable once is `corrupt`. */
export async function readSegment(
  disk: Pick<Disk, "open">,
  sequence: number,
  visit: (record: LogRecord) => void,
): Promise<SegmentContent> {
  const name = segmentName(sequence);
  const file = await disk.open(name);
  try {
    const size = await file.size();
    let head: SegmentHead | undefined;
    let continued = false;
    const take = (payload: Uint8Array): void => {
      const record = readLogRecord(payload);
      if (record.kind === "segment") head = record;
      continued = record.kind === "continued";
      visit(record);
    };
    const version = readPreamble(await file.read(0, PREAMBLE_SIZE), name) ?? 0;
    const scan =
      version === 0
        ? { end: { position: 0, seed: 0 }, damage: "no sound preamble" }
        : await scanFrames(file, size, take);
    const torn =
      scan.damage === undefined
        ? undefined
        : new StoreError("corrupt", `${name} is damaged at byte ${scan.end.position}: ${scan.damage}`);
    if (torn !== undefined && (await wasSafe(file, scan.end.position, size))) throw torn;
    if (head !== undefined && head.sequence !== sequence) {
      throw new StoreError("corrupt", `${name} holds segment ${head.sequence}`);
    }
    const resume = (): Promise<Segment> => resumeSegment(file, sequence, scan.end);
    return { head, bytes: scan.end.position, torn, continued, version, resume, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What was read becomes visible, so it must be durable first, whatever the last process managed. */
async function resumeSegment(file: DiskFile, sequence: number, end: ChainEnd): Promise<Segment> {
  await file.truncate(end.position);
  await file.sync();
  return openForWriting(file, sequence, { end, safeLength: end.position });
}
