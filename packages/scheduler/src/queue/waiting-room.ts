// Things that come back at a time of their own, one per id, woken by a single timer.
import { type Clock, createHeap, type Timer } from "@knots/std";

interface Guest<T> {
  readonly id: string;
  readonly value: T;
  readonly until: number;
}

/** A set of values by id, each with the moment at which it is handed back. */
export interface WaitingRoom<T> {
  readonly size: number;
  get(id: string): T | undefined;
  values(): Iterable<T>;
  /** Keeps a value until a moment (milliseconds since the epoch), in the place of the one with the same id. */
  keep(id: string, value: T, until: number): void;
  /** Exchanges a value; its moment stays. */
  replace(id: string, value: T): void;
  drop(id: string): void;
  clear(): void;
}

/** Creates an empty room; `due` is called with each value whose moment has come, after it has left. */
export function createWaitingRoom<T>(clock: Clock, due: (value: T) => void): WaitingRoom<T> {
  const guests = new Map<string, Guest<T>>();
  const moments = createHeap<{ readonly id: string; readonly until: number }>((a, b) => a.until - b.until);
  let timer: { readonly at: number; readonly timer: Timer } | undefined;
  const isStale = (top: { readonly id: string; readonly until: number }): boolean =>
    guests.get(top.id)?.until !== top.until;

  const arm = (): void => {
    let top = moments.peek();
    for (; top && isStale(top); top = moments.peek()) moments.pop();
    if (timer?.at === top?.until) return;
    timer?.timer.cancel();
    timer = top && { at: top.until, timer: clock.setTimer(Math.max(0, top.until - clock.now()), ring) };
  };
  const ring = (): void => {
    timer = undefined;
    const leaving: T[] = [];
    for (let top = moments.peek(); top && (isStale(top) || top.until <= clock.now()); top = moments.peek()) {
      moments.pop();
      const guest = guests.get(top.id);
      if (guest?.until !== top.until) continue;
      guests.delete(top.id);
      leaving.push(guest.value);
    }
    for (const value of leaving) due(value);
    arm();
  };
  return {
    get size() {
      return guests.size;
    },
    get: (id) => guests.get(id)?.value,
    values: () => Array.from(guests.values(), ({ value }) => value),
    keep(id, value, until) {
      guests.set(id, { id, value, until });
      moments.push({ id, until });
      arm();
    },
    replace(id, value) {
      const before = guests.get(id);
      if (before) guests.set(id, { ...before, value });
    },
    drop(id) {
      if (guests.delete(id)) arm();
    },
    clear() {
      guests.clear();
      arm();
    },
  };
}
