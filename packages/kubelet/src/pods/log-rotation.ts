// Which log files are moved aside or removed: a plan over the files of one run, and the rounds that carry it out.
import { type Clock, type Logger, sleep } from "@knots/std";

export interface LogLimits {
  /** Bytes at which the file being written is moved aside. */
  readonly maxBytes: number;
  /** Most files of one run, the one being written included. */
  readonly maxFiles: number;
}

/** Upstream's. */
export const LOG_LIMITS: LogLimits = { maxBytes: 10 * 1024 * 1024, maxFiles: 5 };

/** A tenth of upstream's: a program that prints without end writes a hundred megabytes in a second. */
const EVERY = 1000;

/** One file of a run beside or including the one being written. */
export interface LogFile {
  readonly name: string;
  readonly bytes: number;
}

export interface RotationPlan {
  readonly remove: readonly string[];
  /** New name of the file that is being written. */
  readonly moveTo?: string;
}

/** `20260101-120000` of a moment. */
function timestamp(now: number): string {
  const text = new Date(now).toISOString();
  return `${text.slice(0, 10).replaceAll("-", "")}-${text.slice(11, 19).replaceAll(":", "")}`;
}

/** What to do with the files of the run whose log is called `name`. */
export function planRotation(name: string, files: readonly LogFile[], now: number, limits = LOG_LIMITS): RotationPlan {
  const current = files.find((file) => file.name === name);
  if (!current || current.bytes < limits.maxBytes) return { remove: [] };
  const moveTo = `${name}.${timestamp(now)}`;
  const old = files.map((file) => file.name).filter((each) => each.startsWith(`${name}.`));
  // Two rotations within one second would be one file.
  if (old.includes(moveTo)) return { remove: [] };
  return { remove: surplus(files, old, current.bytes, limits), moveTo };
}

/** The oldest files, beyond the number and the bytes that a run may keep besides the one being written. */
function surplus(
  files: readonly LogFile[],
  old: readonly string[],
  moving: number,
  { maxBytes, maxFiles }: LogLimits,
): readonly string[] {
  const newestFirst = old.toSorted().reverse();
  let bytes = moving;
  const tooMuch = newestFirst.findIndex((name, index) => {
    bytes += files.find((file) => file.name === name)?.bytes ?? 0;
    return index >= maxFiles - 2 || bytes > maxBytes * (maxFiles - 1);
  });
  return tooMuch < 0 ? [] : newestFirst.slice(tooMuch).reverse();
}

/** A run whose log is being written. */
export interface LoggedRun {
  readonly id: string;
  readonly logPath: string;
}

export interface RotationOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly runs: () => readonly LoggedRun[];
  /** Rotates the log of one run if that is due. */
  readonly rotate: (run: LoggedRun) => Promise<void>;
}

/** Looks at all logs every second until the signal aborts. */
export async function keepLogsRotated({ clock, log, signal, runs, rotate }: RotationOptions): Promise<void> {
  while (!signal.aborted) {
    for (const run of runs()) {
      try {
        await rotate(run);
      } catch (error) {
        log.warn("a log could not be rotated", { path: run.logPath, error });
      }
    }
    await sleep(clock, EVERY, signal).catch(() => {});
  }
}
