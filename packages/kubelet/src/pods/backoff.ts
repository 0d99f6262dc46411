// Waiting longer after each failure of the same thing, and forgetting after it went well for a while.

/** State of one back-off; times in milliseconds since the epoch. */
export interface Backoff {
  /** Wait after a failure, in milliseconds. */
  readonly delay: number;
  /** When the delay was last raised. */
  readonly raisedAt: number;
}

/** Bounds of a back-off in milliseconds. */
export interface BackoffLimits {
  readonly first: number;
  readonly max: number;
}

/** Restarts of containers: 10 s doubling to 5 min, forgotten after 10 min. */
export const CRASH_LIMITS: BackoffLimits = { first: 10_000, max: 300_000 };

const forgotten = (state: Backoff, failedAt: number, { max }: BackoffLimits): boolean =>
  failedAt - state.raisedAt > 2 * max;

/** When something that failed at `failedAt` may be tried again; the first failure waits for nothing. */
export function retryAt(state: Backoff | undefined, failedAt: number, limits: BackoffLimits): number {
  return state === undefined || forgotten(state, failedAt, limits) ? failedAt : failedAt + state.delay;
}

/** The state after a new try at `now` that follows a failure at `failedAt`. */
export function raised(state: Backoff | undefined, at: { failedAt: number; now: number }, limits: BackoffLimits) {
  const fresh = state === undefined || forgotten(state, at.failedAt, limits);
  return { delay: fresh ? limits.first : Math.min(state.delay * 2, limits.max), raisedAt: at.now };
}

/** A duration as upstream prints it: `10s`, `1m20s`, `5m0s`. */
export function formatDelay(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
