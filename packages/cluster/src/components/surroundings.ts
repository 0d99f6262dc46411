// What every component is given from outside: time, chance, log, and the way to the API as somebody.
import type { User } from "@knots/apiserver";
import type { Transport } from "@knots/client";
import type { Clock, Logger, Random } from "@knots/std";

export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** A transport bound to an identity. */
  readonly transport: (user: User) => Transport;
}

/** A component at work. */
export interface Running {
  readonly name: string;
  close(): Promise<void>;
}
