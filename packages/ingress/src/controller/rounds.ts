// Rounds of work that never overlap: however often they are asked for meanwhile, one more follows.
import type { Clock, Logger, Timer } from "@knots/std";

/** Work that is done again whenever it is asked for. */
export interface Rounds {
  /** Asks for a round; resolves when one that began after the call has ended. */
  wake(): Promise<void>;
  /** No further rounds; resolves when the running one has ended. */
  close(): Promise<void>;
}

/** A failed round is logged and done again after `retry` milliseconds. */
export function createRounds(
  round: () => Promise<void>,
  options: { readonly clock: Clock; readonly log: Logger; readonly retry: number },
): Rounds {
  const { clock, log, retry } = options;
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;
  let timer: Timer | undefined;
  const loop = async (): Promise<void> => {
    while (again && !closed) {
      again = false;
      await round().catch((error: unknown) => {
        log.error("ingress could not be brought to its routes", { error });
        timer = clock.setTimer(retry, () => void wake());
      });
    }
  };
  const wake = (): Promise<void> => {
    again = true;
    running ??= loop().finally(() => {
      running = undefined;
      // A change that came after the last look and before this moment.
      if (again && !closed) void wake();
    });
    return running;
  };
  return {
    wake,
    async close() {
      closed = true;
      timer?.cancel();
      await running;
    },
  };
}
