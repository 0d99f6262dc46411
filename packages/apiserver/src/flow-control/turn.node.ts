// The turns of Node's event loop.
import type { Turn } from "./turn.ts";

/** Milliseconds that requests may hold one turn. */
const HOLD = 5;

/** A turn begins with the first question after the last one ended. */
export function createTurn(): Turn {
  let since: number | undefined;
  const end = (): void => {
    since = undefined;
  };
  return {
    spent() {
      if (since !== undefined) return performance.now() - since > HOLD;
      since = performance.now();
      setImmediate(end);
      return false;
    },
    next: (work) => void setImmediate(work),
  };
}
