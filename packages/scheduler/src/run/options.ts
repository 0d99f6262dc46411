// What the scheduler needs from outside.
import type { Client, EventRecorder, Informers } from "@knots/client";
import type { Clock, Logger, Random } from "@knots/std";
import type { Decision } from "../decision/decide.ts";
import type { Plugin } from "../plugins/plugin.ts";

export interface SchedulerOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly recorder: EventRecorder;
  /** Ends the scheduler. */
  readonly signal: AbortSignal;
  /** Pods of this `schedulerName` are placed; upstream's default when absent. */
  readonly name?: string;
  readonly plugins?: readonly Plugin[];
  /** Told of every decision, with its explanation. */
  readonly onDecision?: (decision: Decision) => void;
}
