// At most so many at once; the others wait their turn.
import { type Deferred, deferred } from "@knots/std";

/** Runs work when there is room; who waits leaves when its signal aborts. */
export type Limit = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** Creates a limit of `most` at once, in order of arrival. */
export function createLimit(most: number): Limit {
  const waiting: Deferred<void>[] = [];
  let running = 0;
  const enter = async (signal?: AbortSignal): Promise<void> => {
    if (running < most) {
      running++;
      return;
    }
    const turn = deferred();
    waiting.push(turn);
    const leave = (): void => {
      const place = waiting.indexOf(turn);
      if (place < 0) return;
      waiting.splice(place, 1);
      turn.reject(signal?.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
    try {
      await turn.promise;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  };
  const exit = (): void => {
    const next = waiting.shift();
    if (next) next.resolve();
    else running--;
  };
  return async (work, signal) => {
    signal?.throwIfAborted();
    await enter(signal);
    try {
      return await work();
    } finally {
      exit();
    }
  };
}
