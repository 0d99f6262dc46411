// Waiting longer after each failure, with a ceiling and jitter.
import type { Random } from "./random.ts";

/** Durations in milliseconds; `jitter` adds up to that fraction of the delay. */
export interface BackoffOptions {
  readonly base: number;
  readonly max: number;
  readonly factor?: number;
  readonly jitter?: number;
}

/** The delay before attempt `failures + 1`, where `failures` counts from 1. */
export function backoffDelay(options: BackoffOptions, failures: number, random?: Random): number {
  const { base, max, factor = 2, jitter = 0 } = options;
  const delay = Math.min(max, base * factor ** Math.min(failures - 1, 64));
  return random && jitter > 0 ? delay * (1 + jitter * random.next()) : delay;
}
