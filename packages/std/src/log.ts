// Structured log lines: one JSON object a line, written through a port.
import type { Clock } from "./clock.ts";

/** Severity of a log line. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Values of a log line; never secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes log lines. `child` adds fields to every line. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

function plain(value: unknown): unknown {
  return value instanceof Error ? { error: value.message, stack: value.stack } : value;
}

/** A logger that hands complete lines (without line end) to `write`. */
export function createLogger(options: {
  readonly clock: Clock;
  readonly write: (line: string) => void;
  readonly level?: LogLevel;
  readonly fields?: LogFields;
}): Logger {
  const { clock, write, level = "info", fields: common = {} } = options;
  const at =
    (rank: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (RANK[rank] < RANK[level]) return;
      const entries = Object.entries({ ...common, ...fields }).map(([key, value]) => [key, plain(value)]);
      write(
        JSON.stringify({
          time: new Date(clock.now()).toISOString(),
          level: rank,
          message,
          ...Object.fromEntries(entries),
        }),
      );
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => createLogger({ ...options, fields: { ...common, ...fields } }),
  };
}

/** A logger that drops everything. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};
