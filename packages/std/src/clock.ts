// Time as a parameter: the Clock port, the real clock, and helpers that wait on either.

/** A pending call that can be taken back. Cancelling twice, or after it ran, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * The only source of time. `now` is wall-clock milliseconds since the Unix epoch;
 * `monotonic` is milliseconds since an arbitrary start and never goes back.
 */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Calls `callback` once after `milliseconds` (0 or more). A pending timer does not keep the process alive when `background` is set. */
  setTimer(milliseconds: number, callback: () => void, options?: { readonly background?: boolean }): Timer;
}

/** Longest delay that a platform timer takes; longer waits are chained. */
const MAX_DELAY = 2_147_483_647;

function setRealTimer(milliseconds: number, callback: () => void, background: boolean): Timer {
  let handle: unknown;
  const arm = (left: number): void => {
    const step = Math.min(left, MAX_DELAY);
    handle = setTimeout(() => (left > step ? arm(left - step) : callback()), step);
    if (background) (handle as { unref?: () => void }).unref?.();
  };
  arm(Math.max(0, milliseconds));
  return { cancel: () => clearTimeout(handle) };
}

/** The machine's clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (milliseconds, callback, options) => setRealTimer(milliseconds, callback, options?.background ?? false),
};

/** Resolves after `milliseconds` of `clock`; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.setTimer(milliseconds, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

let lastSecond = Number.NaN;
let lastText = "";

/** RFC 3339 UTC time with whole seconds, the form of Kubernetes' `Time`. Most calls are about the same second as the one before. */
export function formatTime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}

/** RFC 3339 UTC time with microseconds, the form of Kubernetes' `MicroTime`. */
export function formatMicroTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`;
}

/** Milliseconds since the epoch of an RFC 3339 time; NaN when it is not one. */
export function parseTime(text: string): number {
  return Date.parse(text);
}
