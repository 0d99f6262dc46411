// One line of a container's log as the runtime writes it: `<RFC 3339 time> <stream> <tags> <content>`.

/** The part of a line that was written by one write of the container, or a piece of it. */
export interface LogLine {
  /** As written in the file, RFC 3339 with up to nine digits of a second. */
  readonly time: string;
  readonly stream: "stdout" | "stderr";
  /** False when the rest of the container's line follows. */
  readonly complete: boolean;
  /** Without the line end. */
  readonly content: Uint8Array;
}

const SPACE = 32;
const COLON = 58;
const PARTIAL = 80;
/** `2026-01-01T12:00:00.123456789+08:00` is the longest time. */
const MAX_TIME = 40;

const ascii = (bytes: Uint8Array, from: number, to: number): string => {
  let text = "";
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
};

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text);
}

/** Reads one line (without its end); undefined when it is not in the runtime's format. */
export function parseLogLine(line: Uint8Array): LogLine | undefined {
  const first = line.indexOf(SPACE);
  if (first <= 0 || first > MAX_TIME) return undefined;
  const second = line.indexOf(SPACE, first + 1);
  const stream = second < 0 ? "" : ascii(line, first + 1, Math.min(second, first + 8));
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  const third = line.indexOf(SPACE, second + 1);
  const end = third < 0 ? line.length : third;
  const time = ascii(line, 0, first);
  if (end === second + 1 || !isTime(time)) return undefined;
  // Tags are joined by colons; the first says whether the line is whole.
  const next = line[second + 2];
  const partial = line[second + 1] === PARTIAL && (second + 2 === end || next === COLON);
  return { time, stream, complete: !partial, content: line.subarray(Math.min(end + 1, line.length)) };
}
