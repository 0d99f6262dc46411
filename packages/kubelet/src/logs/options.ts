// Options of a log request as they stand in a query.
import { parseTime } from "@knots/std";
import type { LogOptions } from "./selection.ts";

/** What a query asks for; `previous` chooses the run of the container. */
export interface LogRequest extends LogOptions {
  readonly previous: boolean;
}

/** Thrown for a query that makes no sense, in upstream's words. */
export class LogQueryError extends Error {
  override readonly name = "LogQueryError";
}

const INTEGERS = { tailLines: 0, sinceSeconds: 1, limitBytes: 1 } as const;

function integer(query: URLSearchParams, name: keyof typeof INTEGERS): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new LogQueryError(`Unable to parse ${name}: invalid value "${text}"`);
  const least = INTEGERS[name];
  if (value < least) {
    const words = least === 0 ? "must be greater than or equal to 0" : "must be greater than 0";
    throw new LogQueryError(`${name}: Invalid value: ${value}: ${words}`);
  }
  return value;
}

/** As upstream reads booleans: present and neither `false` nor `0`. */
function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text !== "false" && text !== "0";
}

function sinceOf(query: URLSearchParams, now: number): number | undefined {
  const seconds = integer(query, "sinceSeconds");
  const text = query.get("sinceTime") ?? "";
  if (seconds !== undefined && text !== "")
    throw new LogQueryError("sinceSeconds: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified");
  if (seconds !== undefined) return now - seconds * 1000;
  if (text === "") return undefined;
  const time = parseTime(text);
  if (Number.isNaN(time)) throw new LogQueryError(`Unable to parse sinceTime: invalid value "${text}"`);
  return time;
}

function streamOf(query: URLSearchParams): LogOptions["stream"] {
  const text = query.get("stream") ?? "All";
  if (text === "All" || text === "") return undefined;
  if (text === "Stdout" || text === "Stderr") return text === "Stdout" ? "stdout" : "stderr";
  throw new LogQueryError(`stream: Unsupported value: "${text}": supported values: "All", "Stderr", "Stdout"`);
}

/** Reads the query of a log request; `now` is the wall clock in milliseconds. */
export function parseLogQuery(query: URLSearchParams, now: number): LogRequest {
  const tailLines = integer(query, "tailLines");
  const limitBytes = integer(query, "limitBytes");
  const since = sinceOf(query, now);
  const stream = streamOf(query);
  return {
    follow: flag(query, "follow"),
    previous: flag(query, "previous"),
    timestamps: flag(query, "timestamps"),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(since !== undefined && { since }),
    ...(stream !== undefined && { stream }),
  };
}
