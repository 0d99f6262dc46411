// Sends recorded events to the API server, one after the other, beside the work that caused them.
import { Event } from "@knots/api";
import { isApiError } from "@knots/machinery";
import { type Clock, createChannel, type Deferred, deferred, type Logger, type Random, sleep } from "@knots/std";
import type { Client } from "../client.ts";
import { type Correlated, createCorrelator, type EventDraft } from "./correlator.ts";
import { createDrafter } from "./draft.ts";
import type { EventRecorder } from "./recorder.ts";

export interface EventRecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Node that the events come from (`source.host`). */
  readonly host?: string;
  /** Most events that wait to be sent; further ones are dropped. Default 1000. */
  readonly limit?: number;
}

/** A recorder that owns a queue. */
export interface RunningRecorder extends EventRecorder {
  /** Events that were not recorded: the queue was full, the source said too much, or the server refused. */
  readonly dropped: number;
  /** Resolves when everything recorded so far was sent or dropped. */
  flush(): Promise<void>;
  /** Takes no more events and resolves when those that wait were each tried once. */
  close(): Promise<void>;
}

/** Upstream's: so many tries, so long apart (milliseconds). */
const TRIES = 12;
const RETRY_AFTER = 10_000;

interface Recorded {
  readonly draft: EventDraft;
  readonly at: number;
}

/** Whether trying again may help: the server is away or overloaded. */
const mayPass = (error: unknown): boolean => !isApiError(error) || error.code >= 500 || error.code === 429;

async function send(client: Client, { event, repeats }: Correlated): Promise<void> {
  const { name = "", namespace = "" } = event.metadata;
  const { count = 1, lastTimestamp = "", message = "" } = event;
  try {
    if (!repeats) return void (await client.create(Event, event));
    const body = { count, lastTimestamp, message };
    await client.patch(Event, { namespace, name }, { type: "application/merge-patch+json", body });
  } catch (error) {
    // Events live for an hour: an old one that repeats may be gone and is made anew.
    if (repeats && isApiError(error, "NotFound")) return void (await client.create(Event, event));
    // An earlier try took effect, though its answer was lost.
    if (!repeats && isApiError(error, "AlreadyExists")) return;
    throw error;
  }
}

/** Sends with retries; gives up at once when stopped. */
async function deliver(client: Client, correlated: Correlated, { clock, signal }: Patience): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await send(client, correlated);
    } catch (error) {
      if (tries >= TRIES || signal.aborted || !mayPass(error)) throw error;
      await sleep(clock, RETRY_AFTER, signal).catch(() => {});
    }
  }
}

interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A bounded queue whose values are handled one after the other; `handle` must not throw. */
function createOutbox<T>(limit: number, handle: (value: T) => Promise<void>) {
  const queue = createChannel<T>(limit);
  let waiting = 0;
  let flushed: Deferred<void> | undefined;
  const pump = async (): Promise<void> => {
    for await (const value of queue) {
      await handle(value);
      waiting--;
      if (waiting > 0) continue;
      flushed?.resolve();
      flushed = undefined;
    }
  };
  const pumping = pump();
  return {
    /** False when the queue is full. */
    offer(value: T): boolean {
      if (queue.size >= limit) return false;
      waiting++;
      queue.push(value);
      return true;
    },
    async flush(): Promise<void> {
      if (waiting === 0) return;
      flushed ??= deferred();
      await flushed.promise;
    },
    async end(): Promise<void> {
      queue.end();
      await pumping;
    },
  };
}

/** Starts a recorder; it stops with `close`. */
export function createEventRecorder(options: EventRecorderOptions): RunningRecorder {
  const { client, clock, log, host, limit = 1000 } = options;
  const stop = new AbortController();
  const correlator = createCorrelator();
  const draft = createDrafter(options.random);
  let dropped = 0;

  const handle = async ({ draft: event, at }: Recorded): Promise<void> => {
    try {
      const correlated = correlator.correlate(event, at);
      if (correlated) await deliver(client, correlated, { clock, signal: stop.signal });
      else dropped++;
    } catch (error) {
      dropped++;
      log.debug("event was not recorded", { reason: event.reason, error });
    }
  };
  const outbox = createOutbox(limit, handle);
  return {
    get dropped() {
      return dropped;
    },
    record(component, event) {
      const origin = { component, ...(host && { host }) };
      const recorded = { draft: draft(origin, event, clock.now()), at: clock.monotonic() };
      if (stop.signal.aborted || !outbox.offer(recorded)) dropped++;
    },
    flush: () => outbox.flush(),
    async close() {
      stop.abort(new Error("the recorder was closed"));
      await outbox.end();
    },
  };
}
