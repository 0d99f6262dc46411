// What must exist is written at start. A store that takes no writes does not keep the server from serving what is there.
import { type Clock, type Logger, sleep } from "@knots/std";
import { StoreError } from "@knots/store";

/** Milliseconds between attempts while the store takes no writes. */
const PERIOD = 5000;

/** A part that the last step of seeding started. */
interface Closeable {
  close(): Promise<void>;
}

export interface Seeding {
  /** Ends the attempts, and closes what the one that succeeded has started. */
  close(): Promise<void>;
}

export interface SeedingOptions {
  /** Writes what is missing, changes nothing when nothing is, and may start a part that goes on. */
  readonly seed: () => Promise<Closeable | undefined>;
  readonly clock: Clock;
  readonly log: Logger;
}

function isFull(error: unknown): boolean {
  const { cause } = error instanceof Error ? error : {};
  return [error, cause].some((one) => one instanceof StoreError && one.code === "full");
}

/** Resolves when all is written, or when the store said that it is full; then it is tried again until it works. Other errors reject. */
export async function startSeeding({ seed, clock, log }: SeedingOptions): Promise<Seeding> {
  const stop = new AbortController();
  let started: Closeable | undefined;
  let done = false;
  const attempt = async (): Promise<void> => {
    started = await seed();
    done = true;
  };
  const goOn = async (): Promise<void> => {
    while (!done && !stop.signal.aborted) {
      await sleep(clock, PERIOD, stop.signal).catch(() => undefined);
      if (stop.signal.aborted) return;
      await attempt().catch((error: unknown) => log.warn("what must exist is not written yet", { error }));
    }
  };
  try {
    await attempt();
  } catch (error) {
    if (!isFull(error)) throw error;
    log.warn("the store takes no writes: what must exist is written when it does", { error });
  }
  const running = goOn();
  return {
    async close() {
      stop.abort();
      await running;
      await started?.close();
    },
  };
}
