// Cuts open log files into lines: forwards from a place, and backwards from the end.
import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

const BLOCK = 64 * 1024;
const NEWLINE = 10;
/** The runtime cuts lines at 16 KiB; far longer ones are not its work. */
const MAX_LINE = 1024 * 1024;
const MAX_UNPACKED = 256 * 1024 * 1024;

/** Bytes that can be read at any place, as open files are. */
export interface LogSource {
  read(buffer: Uint8Array, position: number): Promise<number>;
  size(): Promise<number>;
  /** Tells one file from another that took its name. */
  readonly identity: string;
  close(): Promise<void>;
}

function sourceOfFile(file: FileHandle, identity: string): LogSource {
  return {
    identity,
    read: async (buffer, position) => (await file.read(buffer, 0, buffer.length, position)).bytesRead,
    size: async () => (await file.stat()).size,
    close: () => file.close(),
  };
}

function sourceOfBytes(bytes: Uint8Array, identity: string): LogSource {
  return {
    identity,
    read(buffer, position) {
      const part = bytes.subarray(position, position + buffer.length);
      buffer.set(part);
      return Promise.resolve(part.length);
    },
    size: () => Promise.resolve(bytes.length),
    close: () => Promise.resolve(),
  };
}

const unzip = promisify(gunzip) as (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;

/** Opens a log file; compressed ones are unpacked into memory. */
export async function openLog(path: string): Promise<LogSource> {
  const file = await open(path, "r");
  const { dev, ino } = await file.stat();
  const identity = `${dev}:${ino}`;
  if (!path.endsWith(".gz")) return sourceOfFile(file, identity);
  try {
    return sourceOfBytes(await unzip(await file.readFile(), { maxOutputLength: MAX_UNPACKED }), identity);
  } finally {
    await file.close();
  }
}

/** Reads lines forwards. A piece without line end at the end of the file stays for the next call. */
export interface LineReader {
  /** The lines that are there now, in batches, without their ends. */
  batches(): AsyncGenerator<readonly Uint8Array[]>;
}

export function createLineReader(source: LogSource, from: number): LineReader {
  let position = from;
  let rest = Buffer.alloc(0);
  async function* batches(): AsyncGenerator<readonly Uint8Array[]> {
    for (;;) {
      const block = Buffer.allocUnsafe(BLOCK);
      const count = await source.read(block, position);
      if (count === 0) return;
      position += count;
      const data = Buffer.concat([rest, block.subarray(0, count)]);
      const { lines, end } = split(data);
      rest = data.length - end > MAX_LINE ? Buffer.alloc(0) : Buffer.from(data.subarray(end));
      if (lines.length > 0) yield lines;
    }
  }
  return { batches };
}

function split(data: Buffer): { readonly lines: readonly Uint8Array[]; readonly end: number } {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
    lines.push(data.subarray(start, end));
    start = end + 1;
  }
  return { lines, end: start };
}

/** A line and where it starts. */
export interface PlacedLine {
  readonly start: number;
  readonly line: Uint8Array;
}

/** Lines from the last to the first; what has no line end yet is left out. */
export async function* linesBackwards(source: LogSource): AsyncGenerator<PlacedLine> {
  let position = await source.size();
  let data = Buffer.alloc(0);
  let aligned = false;
  while (position > 0) {
    const block = Buffer.alloc(Math.min(BLOCK, position));
    position -= block.length;
    await source.read(block, position);
    data = Buffer.concat([block, data]);
    if (!aligned) {
      data = data.subarray(0, data.lastIndexOf(NEWLINE) + 1);
      aligned = data.length > 0;
    }
    while (data.length > 0) {
      const start = data.subarray(0, -1).lastIndexOf(NEWLINE) + 1;
      // Its first bytes may stand in the block before.
      if (start === 0 && position > 0) break;
      yield { start: position + start, line: data.subarray(start, -1) };
      data = data.subarray(0, start);
    }
  }
}
