// A clock that only moves when it is told to: tests and simulations live on it.
import type { Clock, Timer } from "./clock.ts";
import { createHeap } from "./heap.ts";
import { nextTurn } from "./turn.ts";

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** A {@link Clock} whose time passes by `advance`; timers due at the same moment fire in the order they were set. */
export interface VirtualClock extends Clock {
  /** Moves time forward by `milliseconds`, firing due timers in order and letting promise reactions run between them. */
  advance(milliseconds: number): Promise<void>;
  /** Jumps to the next pending timer and fires all timers of that moment; false when none is pending. */
  step(): Promise<boolean>;
  /** When the next timer is due (milliseconds since the epoch), or undefined. */
  nextAt(): number | undefined;
}

/** Lets everything that is ready in the event loop run: promise reactions and zero-delay work. */
export function settle(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve));
}

/** Creates a virtual clock that starts at `start` (milliseconds since the epoch). */
export function createVirtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start;
  let order = 0;
  const pending = createHeap<Pending>((a, b) => a.at - b.at || a.order - b.order);

  const setTimer = (milliseconds: number, callback: () => void): Timer => {
    const entry: Pending = { at: now + Math.max(0, milliseconds), order: order++, callback, cancelled: false };
    pending.push(entry);
    return {
      cancel: () => {
        entry.cancelled = true;
      },
    };
  };
  const peek = (): Pending | undefined => {
    let top = pending.peek();
    while (top?.cancelled) {
      pending.pop();
      top = pending.peek();
    }
    return top;
  };
  const fire = async (entry: Pending): Promise<void> => {
    pending.pop();
    now = Math.max(now, entry.at);
    entry.callback();
    await settle();
  };

  return {
    now: () => now,
    monotonic: () => now - start,
    setTimer,
    nextAt: () => peek()?.at,
    async advance(milliseconds) {
      const target = now + milliseconds;
      await settle();
      for (let top = peek(); top && top.at <= target; top = peek()) await fire(top);
      now = target;
      await settle();
    },
    async step() {
      await settle();
      const first = peek();
      if (!first) return false;
      for (let top: Pending | undefined = first; top && top.at <= first.at; top = peek()) await fire(top);
      return true;
    },
  };
}
