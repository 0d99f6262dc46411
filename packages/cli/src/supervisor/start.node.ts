// Starts a process of our own, or adopts the one that runs, and waits until it answers or has ended.
import { capLog, type DaemonRecord, ensureDetached, isAlive } from "@knots/host";
import { type Clock, sleep } from "@knots/std";
import type { Part, pathsOf } from "../settings/paths.ts";
import { UserError } from "../settings/user-error.ts";
import { lastLines } from "./log-tail.node.ts";

/** Where records and logs are, and what time it is. */
export interface StartContext {
  readonly paths: ReturnType<typeof pathsOf>;
  readonly clock: Clock;
}

/** One of our processes. */
export interface OwnProcess {
  readonly part: Part;
  readonly argv: readonly string[];
  /** Resolves when the process answers; rejects when the signal aborts first. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** Milliseconds that `ready` may take. */
  readonly timeout: number;
}

/** How often a starting process is looked at, in milliseconds. */
const LOOK = 50;

async function ended(record: DaemonRecord, clock: Clock, signal: AbortSignal): Promise<void> {
  while (await isAlive(record)) await sleep(clock, LOOK, signal);
}

/** Starts `own` unless it runs; resolves with its record when it is ready. */
export async function startProcess(own: OwnProcess, { paths, clock }: StartContext): Promise<DaemonRecord> {
  const log = paths.log(own.part);
  await capLog(log);
  const { record } = await ensureDetached({ argv: own.argv, record: paths.record(own.part), log });
  const stop = new AbortController();
  const timer = clock.setTimer(own.timeout, () =>
    stop.abort(new UserError("error.timeout", { part: own.part, seconds: own.timeout / 1000, log })),
  );
  const failed = async (): Promise<never> => {
    await ended(record, clock, stop.signal);
    throw new UserError("error.notStarted", { part: own.part, reason: await lastLines(log), log });
  };
  try {
    await Promise.race([own.ready(stop.signal), failed()]);
    return record;
  } finally {
    timer.cancel();
    stop.abort(new Error("no longer waiting"));
  }
}
