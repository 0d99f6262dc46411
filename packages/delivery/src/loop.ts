// A loop around a work queue that reaches outside the API: it starts when its copies are complete and ends without a trace.
import type { RunningController, WorkQueue } from "@knots/client";
import type { Logger } from "@knots/std";

export interface LoopParts {
  readonly name: string;
  readonly queue: WorkQueue;
  /** Resolves when work may begin. */
  readonly synced: Promise<unknown>;
  /** Aborted when the loop is closed. */
  readonly stop: AbortController;
  /** Ends of subscriptions. */
  readonly ends: readonly (() => void)[];
  readonly log: Logger;
}

/** Makes one running controller of the parts. */
export function runLoop({ name, queue, synced, stop, ends, log }: LoopParts): RunningController {
  synced.then(
    () => queue.start(),
    (error: unknown) => log.debug("copies were closed before they were complete", { loop: name, error }),
  );
  return {
    name,
    get counts() {
      return queue.counts;
    },
    idle: () => queue.idle,
    settled: () => queue.settled(),
    async close() {
      for (const end of ends) end();
      stop.abort(new Error("the loop was stopped"));
      await queue.close();
    },
  };
}
