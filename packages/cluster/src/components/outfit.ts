// What a component works with: a client, informers and an event recorder of one identity.
import type { User } from "@knots/apiserver";
import {
  type Client,
  createClient,
  createEventRecorder,
  createInformers,
  type EventRecorder,
  type Informers,
} from "@knots/client";
import type { Logger } from "@knots/std";
import type { Surroundings } from "./surroundings.ts";

export interface Outfit {
  readonly client: Client;
  readonly informers: Informers;
  readonly recorder: EventRecorder;
  readonly log: Logger;
  /** Ends the informers, after the last events are out. */
  close(): Promise<void>;
}

/** Equips a component named `name` that acts as `user`. */
export function outfit(name: string, user: User, { clock, random, log, transport }: Surroundings): Outfit {
  const own = log.child({ component: name });
  const client = createClient(transport(user));
  const informers = createInformers({ client, clock, random, log: own });
  const recorder = createEventRecorder({ client, clock, random, log: own, host: name });
  return {
    client,
    informers,
    recorder,
    log: own,
    async close() {
      await recorder.close();
      await informers.close();
    },
  };
}
