// One watch with its time limits: an answer that never ends, or a connection that died silently, must not hold the reader.
import type { AnyKind, KubeObject } from "@knots/machinery";
import type { Clock, Timer } from "@knots/std";
import type { Client, ListScope } from "../client.ts";
import type { RequestOptions, WatchEvent } from "../transport/transport.ts";

export interface WatchTarget {
  readonly client: Client;
  readonly kind: AnyKind;
  readonly scope: ListScope & RequestOptions;
}
export interface WatchLimits {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** When the server is asked to end the watch; the client ends it half a minute later. */
  readonly timeoutSeconds: number;
  /** Longest time between two events in milliseconds. */
  readonly silence?: number;
}

/** Events of one watch. */
export interface WatchStream extends AsyncIterable<WatchEvent<KubeObject>> {
  /** Whether the stream was ended because it was silent for too long. */
  readonly silent: boolean;
  /** From now on the stream may be silent until its time is over. */
  allowSilence(): void;
}

/** How long after its own limit the server's end of the watch is waited for (milliseconds). */
const GRACE = 30_000;

/** Opens the watch when it is first read; reading throws when it cannot be opened or breaks. */
export function openWatch({ client, kind, scope }: WatchTarget, limits: WatchLimits): WatchStream {
  const { clock, timeoutSeconds } = limits;
  const overdue = new AbortController();
  const signal = AbortSignal.any([limits.signal, overdue.signal]);
  let quiet: Timer | undefined;
  let silence = limits.silence;
  let silent = false;
  const heard = (): void => {
    quiet?.cancel();
    if (silence === undefined) return;
    quiet = clock.setTimer(silence, () => {
      silent = true;
      overdue.abort(new Error("the watch was silent for too long"));
    });
  };
  async function* read(): AsyncGenerator<WatchEvent<KubeObject>, void, undefined> {
    const end = clock.setTimer(timeoutSeconds * 1000 + GRACE, () => overdue.abort(new Error("the watch is overdue")));
    heard();
    try {
      const events = await client.watch(kind, { ...scope, timeoutSeconds, signal });
      for await (const event of events) {
        heard();
        yield event;
      }
    } finally {
      end.cancel();
      quiet?.cancel();
    }
  }
  return {
    [Symbol.asyncIterator]: read,
    get silent() {
      return silent;
    },
    allowSilence() {
      silence = undefined;
      quiet?.cancel();
    },
  };
}
