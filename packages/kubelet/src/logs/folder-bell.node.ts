// Wakes a reader when something changed in a folder: no polling, and no change is missed between two looks.
import { watch } from "node:fs/promises";
import { isMissing } from "@knots/host";

export interface FolderBell {
  /** Resolves at the next change; at once when one came since the last call. */
  wait(): Promise<void>;
  /** Wakes the reader for the last time. */
  end(): void;
  /** Nothing more is expected: the end was told, the signal aborted, or the folder is gone. */
  readonly over: boolean;
  close(): Promise<void>;
}

/** Starts to listen; it is listening when this returns. */
export function createFolderBell(folder: string, signal: AbortSignal): FolderBell {
  const stop = new AbortController();
  let rung = false;
  let over = false;
  let waiting: PromiseWithResolvers<void> | undefined;
  const ring = (): void => {
    rung = true;
    waiting?.resolve();
    waiting = undefined;
  };
  const end = (): void => {
    over = true;
    ring();
  };
  const listen = async (): Promise<void> => {
    try {
      for await (const _change of watch(folder, { signal: stop.signal, maxQueue: 64, overflow: "ignore" })) ring();
    } catch (error) {
      if (!stop.signal.aborted && !isMissing(error)) throw error;
    }
  };
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const listening = listen().finally(end);
  // Whoever waits is woken; the failure itself is told by close.
  listening.catch(() => {});
  return {
    end,
    get over() {
      return over;
    },
    async wait() {
      if (!rung) {
        waiting ??= Promise.withResolvers<void>();
        await waiting.promise;
      }
      rung = false;
    },
    async close() {
      stop.abort();
      signal.removeEventListener("abort", end);
      await listening;
    },
  };
}
