// Starts a part, or adopts the one that runs, and waits until it answers or has ended.
import { capLog, type DaemonRecord, ensureDetached, isAlive } from "@knots/host";
import { type Clock, sleep } from "@knots/std";
import type { pathsOf } from "../settings/paths.ts";
import { UserError } from "../settings/user-error.ts";
import { lastLines } from "./log-tail.node.ts";
import type { PartSpec } from "./part.ts";

/** Where records and logs are, and what time it is. */
export interface StartContext {
  readonly paths: ReturnType<typeof pathsOf>;
  readonly clock: Clock;
}

/** How often a starting process is looked at, in milliseconds. */
const LOOK = 50;

async function ended(record: DaemonRecord, clock: Clock, signal: AbortSignal): Promise<void> {
  while (await isAlive(record)) await sleep(clock, LOOK, signal);
}

/** Starts `spec` unless it runs; resolves with its record when it is ready. */
export async function startPart(spec: PartSpec, { paths, clock }: StartContext): Promise<DaemonRecord> {
  const log = paths.log(spec.part);
  await capLog(log);
  const { record } = await ensureDetached({ argv: spec.argv, record: paths.record(spec.part), log });
  const stop = new AbortController();
  const timer = clock.setTimer(spec.timeout, () =>
    stop.abort(new UserError("error.timeout", { part: spec.part, seconds: spec.timeout / 1000, log })),
  );
  const failed = async (): Promise<never> => {
    await ended(record, clock, stop.signal);
    throw new UserError("error.notStarted", { part: spec.part, reason: await lastLines(log), log });
  };
  try {
    await Promise.race([spec.ready(stop.signal), failed()]);
    return record;
  } finally {
    timer.cancel();
    stop.abort(new Error("no longer waiting"));
  }
}
