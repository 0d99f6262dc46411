// Turns of the event loop: requests that have no need to hurry let it breathe.
import { type Clock, nextTurn } from "@knots/std";

export interface Turn {
  /** Whether requests held this turn long enough: further ones belong into the next. */
  spent(): boolean;
  /** Runs `work` in the next turn. */
  next(work: () => void): void;
}

/** Milliseconds that requests may hold one turn. */
const HOLD = 5;

/** A turn begins with the first question after the last one ended. */
export function createTurn(clock: Clock): Turn {
  let since: number | undefined;
  const end = (): void => {
    since = undefined;
  };
  return {
    spent() {
      if (since !== undefined) return clock.monotonic() - since > HOLD;
      since = clock.monotonic();
      nextTurn(end);
      return false;
    },
    next: nextTurn,
  };
}
