// Which lines of a log are wanted, and how they look.
import { parseTime } from "@knots/std";
import type { LogLine } from "./line.ts";

/** What a client asks for; `stream` all when absent. */
export interface LogOptions {
  /** Go on with what the container writes from now on. */
  readonly follow?: boolean;
  /** Only the last lines; the lines that the container wrote, not pieces. */
  readonly tailLines?: number;
  /** Only lines of this moment or later (milliseconds since the epoch). */
  readonly since?: number;
  /** Stops after so many bytes of output. */
  readonly limitBytes?: number;
  readonly timestamps?: boolean;
  readonly stream?: "stdout" | "stderr";
}

/** Turns lines into output. It keeps state: pieces of one line have one time in front. */
export interface LogFilter {
  /** What is sent for the line; undefined when it is not wanted. */
  take(line: LogLine): Uint8Array | undefined;
  /** The limit of bytes is reached: nothing more is sent. */
  readonly full: boolean;
}

const NEWLINE = new Uint8Array([10]);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const isWanted = ({ stream }: LogOptions, line: LogLine): boolean =>
  stream === undefined || stream === line.stream;

export function createLogFilter(options: LogOptions): LogFilter {
  const { since, timestamps = false, limitBytes = Number.POSITIVE_INFINITY } = options;
  let left = limitBytes;
  const inside: Record<LogLine["stream"], boolean> = { stdout: false, stderr: false };
  return {
    get full() {
      return left <= 0;
    },
    take(line) {
      if (!isWanted(options, line) || left <= 0) return undefined;
      if (since !== undefined && parseTime(line.time) < since) return undefined;
      const prefix = timestamps && !inside[line.stream] ? [new TextEncoder().encode(`${line.time} `)] : [];
      inside[line.stream] = !line.complete;
      const bytes = joined([...prefix, line.content, ...(line.complete ? [NEWLINE] : [])]);
      const sent = bytes.length > left ? bytes.subarray(0, left) : bytes;
      left -= sent.length;
      return sent;
    },
  };
}
