// The turns of the event loop: requests that have no need to hurry let it breathe.

export interface Turn {
  /** Whether requests held this turn long enough: further ones belong into the next. */
  spent(): boolean;
  /** Runs `work` in the next turn, after whoever knocked meanwhile was let in. */
  next(work: () => void): void;
}

/** For servers that nobody reaches from outside: every turn is endless. */
export const endlessTurn: Turn = { spent: () => false, next: (work) => queueMicrotask(work) };
