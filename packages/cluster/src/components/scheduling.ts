// The scheduler as a component.
import { runScheduler } from "@knots/scheduler";
import { SCHEDULER } from "./identities.ts";
import { outfit } from "./outfit.ts";
import type { Running, Surroundings } from "./surroundings.ts";

/** Starts the scheduler under its own identity. */
export function startScheduler(surroundings: Surroundings): Running {
  const { clock, random } = surroundings;
  const own = outfit("scheduler", SCHEDULER, surroundings);
  const { client, informers, recorder, log } = own;
  const stop = new AbortController();
  const done = runScheduler({ client, informers, clock, random, log, recorder, signal: stop.signal });
  return {
    name: "scheduler",
    async close() {
      stop.abort();
      await done;
      await own.close();
    },
  };
}
