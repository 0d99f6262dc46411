// When leases end: deadlines live in memory only, by the clock.

import type { Clock, Timer } from "@knots/std";

export interface LeaseClock {
  /** Starts, or starts anew, the time of a lease. */
  renew(id: number, ttlSeconds: number): void;
  drop(id: number): void;
  close(): void;
}

/**
 * Calls `expire` with the leases that are past their deadline, all that are due at one moment together. They stay due, and are offered again after
 * `retryMs`, until they are dropped.
 */
export function createLeaseClock(clock: Clock, expire: (ids: readonly number[]) => void, retryMs = 1000): LeaseClock {
  const deadlines = new Map<number, number>();
  let timer: Timer | undefined;
  let timerAt = Number.POSITIVE_INFINITY;

  const arm = (at: number): void => {
    if (at >= timerAt) return;
    timer?.cancel();
    timerAt = at;
    // Whole milliseconds: a rest too small for the clock to move by would come due again and again at the same moment.
    timer = clock.setTimer(Math.max(0, Math.ceil(at - clock.monotonic())), fire, { background: true });
  };
  const fire = (): void => {
    timerAt = Number.POSITIVE_INFINITY;
    const now = clock.monotonic();
    const due: number[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const [id, deadline] of deadlines) {
      if (deadline <= now) due.push(id);
      else next = Math.min(next, deadline);
    }
    if (due.length > 0) expire(due);
    const left = due.some((id) => deadlines.has(id));
    if (left) arm(now + retryMs);
    if (next < Number.POSITIVE_INFINITY) arm(next);
  };
  return {
    renew(id, ttlSeconds) {
      const deadline = clock.monotonic() + ttlSeconds * 1000;
      deadlines.set(id, deadline);
      arm(deadline);
    },
    drop: (id) => void deadlines.delete(id),
    close() {
      deadlines.clear();
      timer?.cancel();
      timerAt = Number.NEGATIVE_INFINITY;
    },
  };
}
