// Leader election: one of several candidates runs at a time, and knows when it no longer may.
import { type Clock, deferred, type Logger, type Random, sleep, type Timer } from "@knots/std";
import type { ApiRequest, Transport } from "../transport/transport.ts";
import { type Claim, createLeaseClaim, type LeaseClaim, type LeaseTarget } from "./lease-claim.ts";

export interface LeadOptions extends Omit<LeaseTarget, "leaseDuration"> {
  readonly random: Random;
  readonly log: Logger;
  /** Aborting it ends the leadership or the campaign. */
  readonly signal: AbortSignal;
  /** Milliseconds; upstream's 15 s, 10 s and 2 s. Each must be longer than the next. */
  readonly leaseDuration?: number;
  readonly renewDeadline?: number;
  readonly retryPeriod?: number;
}

/**
 * Proof of one term of leadership. It is cautious: it ends `renewDeadline` after the last renewal was sent, while others
 * wait for the longer `leaseDuration`, so that clocks may run at somewhat different speeds. It is no lock: a write that
 * was sent in time may arrive late, so writes need their own preconditions as well.
 */
export interface Fence {
  /** Grows with every change of the holder. */
  readonly term: number;
  readonly held: boolean;
}

/** Thrown instead of sending a write after the leadership has ended. */
export class LeadershipLostError extends Error {
  override readonly name = "LeadershipLostError";
}

/** One term: renews until it cannot any more. */
interface Term {
  readonly signal: AbortSignal;
  readonly fence: Fence;
  /** Resolves when renewing has ended. */
  readonly ended: Promise<void>;
  end(reason: Error): void;
}

interface Timing {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly renewDeadline: number;
  readonly retryPeriod: number;
}
type Held = Claim & { readonly held: true };

const pause = ({ clock, retryPeriod, random, signal }: Timing): Promise<void> =>
  sleep(clock, retryPeriod * (1 + 0.2 * random.next()), signal);

/** Waits for the lease; rejects when the signal aborts. */
async function campaign(claim: LeaseClaim, timing: Timing): Promise<Held> {
  for (;;) {
    timing.signal.throwIfAborted();
    try {
      const found = await claim.attempt(timing.signal);
      if (found.held) return found;
    } catch (error) {
      timing.log.debug("the lease could not be taken", { error });
    }
    await pause(timing);
  }
}

function startTerm(claim: LeaseClaim, timing: Timing, first: Held): Term {
  const { clock, renewDeadline } = timing;
  const stop = new AbortController();
  const signal = AbortSignal.any([timing.signal, stop.signal]);
  const ended = deferred();
  let deadline: Timer | undefined;
  let until = 0;
  const extend = (since: number): void => {
    deadline?.cancel();
    until = since + renewDeadline;
    const lost = (): void => stop.abort(new LeadershipLostError("the lease was not renewed in time"));
    deadline = clock.setTimer(until - clock.monotonic(), lost);
  };
  const renew = async (): Promise<void> => {
    for (;;) {
      await pause({ ...timing, signal });
      try {
        const found = await claim.attempt(signal);
        if (!found.held) return stop.abort(new LeadershipLostError(`the lease is held by ${found.holder}`));
        if (found.term !== first.term) return stop.abort(new LeadershipLostError("the lease was taken in between"));
        extend(found.since);
      } catch (error) {
        timing.log.debug("the lease could not be renewed", { error });
      }
    }
  };
  extend(first.since);
  void renew()
    .catch(() => {}) // pausing ends with the signal
    .finally(() => {
      deadline?.cancel();
      ended.resolve();
    });
  const fence: Fence = {
    term: first.term,
    get held() {
      return !signal.aborted && clock.monotonic() < until;
    },
  };
  return { signal, fence, ended: ended.promise, end: (reason) => stop.abort(reason) };
}

/** Answers whether the run ended by itself, rather than because the leadership did. */
async function serve(term: Term, run: (signal: AbortSignal, fence: Fence) => Promise<void>): Promise<boolean> {
  try {
    await run(term.signal, term.fence);
    return !term.signal.aborted;
  } catch (error) {
    if (!term.signal.aborted) throw error;
    return false;
  } finally {
    term.end(new Error("the run has ended"));
    await term.ended;
  }
}

/**
 * Campaigns, then calls `run` for as long as the lease is ours; its signal aborts when it no longer is, and it must end
 * then. Loses, it campaigns again. Resolves when `run` returned by itself or the signal aborted; rejects when `run` threw.
 */
export async function lead(
  options: LeadOptions,
  run: (signal: AbortSignal, fence: Fence) => Promise<void>,
): Promise<void> {
  const { log, signal, leaseDuration = 15_000, renewDeadline = 10_000, retryPeriod = 2_000 } = options;
  const timing: Timing = { ...options, renewDeadline, retryPeriod };
  const claim = createLeaseClaim({ ...options, leaseDuration });
  const release = (): Promise<void> =>
    claim.release().catch((error: unknown) => log.debug("the lease could not be released", { error }));
  while (!signal.aborted) {
    const held = await campaign(claim, timing).catch(() => undefined);
    if (!held) return;
    log.info("leadership begins", { lease: options.name, term: held.term });
    const term = startTerm(claim, timing, held);
    let finished = true;
    try {
      finished = await serve(term, run);
    } finally {
      if (finished || signal.aborted) await release();
      log.info("leadership has ended", { lease: options.name, term: held.term });
    }
    if (finished) return;
  }
}

const isWrite = ({ verb }: ApiRequest): boolean => verb !== "get" && verb !== "list" && verb !== "watch";

/** A transport that sends writes only while the fence holds. */
export function fenced(transport: Transport, fence: Fence): Transport {
  return {
    watch: (request, signal) => transport.watch(request, signal),
    async request(request, signal) {
      if (isWrite(request) && !fence.held) throw new LeadershipLostError(`term ${fence.term} is over`);
      return transport.request(request, signal);
    },
  };
}
