// Reads the log of a container as a client asks for it: chosen lines, in order, and what comes after them.
import { dirname } from "node:path";
import { isMissing } from "@knots/host";
import { logFiles } from "./files.node.ts";
import { createFolderBell } from "./folder-bell.node.ts";
import { parseLogLine } from "./line.ts";
import { createLineReader, type LineReader, type LogSource, linesBackwards, openLog } from "./lines.node.ts";
import { createLogFilter, isWanted, type LogFilter, type LogOptions } from "./selection.ts";

export interface ReadLogOptions extends LogOptions {
  /** The file that the runtime writes: `<...>/<restart count>.log`. */
  readonly path: string;
  /** The client is gone. */
  readonly signal: AbortSignal;
  /** Settles when the container has ended: following stops after its last line. Never settling follows for ever. */
  readonly ended?: Promise<void>;
}

/** One file to read, from a place. */
interface Part {
  readonly source: LogSource;
  readonly from: number;
}

async function openIfThere(path: string): Promise<LogSource | undefined> {
  try {
    return await openLog(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Counts whole lines backwards: where the last `wanted` of them begin, and how many were found. */
async function tailOf(
  source: LogSource,
  wanted: number,
  options: LogOptions,
): Promise<{ from: number; found: number }> {
  let found = 0;
  let from = await source.size();
  if (wanted === 0) return { from, found };
  for await (const { start, line } of linesBackwards(source)) {
    const parsed = parseLogLine(line);
    if (parsed?.complete && isWanted(options, parsed) && ++found > wanted) return { from, found: wanted };
    from = start;
  }
  return { from: 0, found };
}

/** Opens what has to be read, in the order of writing. The last part is the file that is being written, if it is there. */
async function openParts(options: ReadLogOptions): Promise<readonly Part[]> {
  const { tailLines } = options;
  const parts: Part[] = [];
  let wanted = tailLines ?? Number.POSITIVE_INFINITY;
  for (const path of (await logFiles(options.path)).toReversed()) {
    const source = path === options.path || wanted > 0 ? await openIfThere(path) : undefined;
    if (!source) continue;
    const { from, found } = tailLines === undefined ? { from: 0, found: 0 } : await tailOf(source, wanted, options);
    wanted -= found;
    parts.unshift({ source, from });
  }
  return parts;
}

function outputOf(lines: readonly Uint8Array[], filter: LogFilter): Uint8Array {
  const pieces = lines.flatMap((line) => {
    const parsed = parseLogLine(line);
    return (parsed && filter.take(parsed)) ?? [];
  });
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
}

async function* drain(reader: LineReader, filter: LogFilter, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const lines of reader.batches()) {
    signal.throwIfAborted();
    const bytes = outputOf(lines, filter);
    if (bytes.length > 0) yield bytes;
    if (filter.full) return;
  }
}

/** What is being read, and everything that has to be closed at the end. */
interface Reading {
  readonly options: ReadLogOptions;
  readonly filter: LogFilter;
  readonly opened: Set<LogSource>;
  current: { readonly source: LogSource; readonly reader: LineReader } | undefined;
}

/** The file that has taken the name since, if there is another one now. */
async function successor({ options, opened, current }: Reading): Promise<LogSource | undefined> {
  const next = await openIfThere(options.path);
  if (!next) return undefined;
  if (next.identity === current?.source.identity) {
    await next.close();
    return undefined;
  }
  opened.add(next);
  return next;
}

async function* drainCurrent({ options, filter, current }: Reading): AsyncGenerator<Uint8Array> {
  if (current) yield* drain(current.reader, filter, options.signal);
}

/** Reads what is there now, in the present file and in those that replaced it. */
async function* catchUp(reading: Reading): AsyncGenerator<Uint8Array> {
  for (;;) {
    yield* drainCurrent(reading);
    const next = reading.filter.full ? undefined : await successor(reading);
    if (!next) return;
    // Nothing is written to the old file once the new one is there: what came in between is read first.
    yield* drainCurrent(reading);
    const old = reading.current?.source;
    if (old) reading.opened.delete(old);
    await old?.close();
    reading.current = { source: next, reader: createLineReader(next, 0) };
  }
}

/** Goes on from where it was read to, until the container has ended or the client is gone. */
async function* follow(reading: Reading): AsyncGenerator<Uint8Array> {
  const { options, filter } = reading;
  const bell = createFolderBell(dirname(options.path), options.signal);
  const end = (): void => bell.end();
  options.ended?.then(end, end);
  try {
    for (let last = false; !last; ) {
      last = bell.over;
      yield* catchUp(reading);
      if (filter.full || options.signal.aborted) return;
      if (!last) await bell.wait();
    }
  } finally {
    await bell.close();
  }
}

/** The log's bytes. Ends when everything was sent; when following, when the container has ended or the client is gone. */
export async function* readLog(options: ReadLogOptions): AsyncGenerator<Uint8Array> {
  const filter = createLogFilter(options);
  const parts = await openParts(options);
  const opened = new Set(parts.map(({ source }) => source));
  const reading: Reading = { options, filter, opened, current: undefined };
  try {
    for (const { source, from } of parts) {
      reading.current = { source, reader: createLineReader(source, from) };
      yield* drainCurrent(reading);
      if (filter.full) return;
    }
    if (options.follow) yield* follow(reading);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    for (const source of opened) await source.close();
  }
}
