// The automatic compaction: how much past is kept, by age and by number.

import type { Clock, Timer } from "@knots/std";
import type { History } from "./history.ts";
import type { Revision } from "./store.ts";

/** What the history keeps: states younger than `ms`, but never more than about `revisions` of them. */
export interface HistoryWindow {
  readonly ms: number;
  readonly revisions: number;
}

export const DEFAULT_WINDOW: HistoryWindow = { ms: 5 * 60_000, revisions: 50_000 };

export interface Compactor {
  /** To be called when the history grew. */
  grown(): void;
  close(): void;
}

/** Looks every tenth of the window's age whether something became too old, and at once when there is clearly too much. `compact` may refuse. */
export function createCompactor(
  { history, clock }: { readonly history: History; readonly clock: Clock },
  window: HistoryWindow,
  compact: (to: Revision) => void,
): Compactor {
  let timer: Timer | undefined;
  let closed = false;
  /** The history's length at which number alone is a reason. */
  const most = Math.ceil(window.revisions * 1.1);
  let asked: Revision = 0;

  const target = (): Revision => {
    const byAge = history.revisionAt(clock.now() - window.ms) ?? 0;
    return Math.max(byAge, history.last.revision - window.revisions);
  };
  const run = (): void => {
    const to = target();
    if (to <= history.base.revision + 1) return;
    asked = to;
    compact(to);
  };
  const arm = (): void => {
    if (closed || timer !== undefined || history.length <= 1) return;
    timer = clock.setTimer(
      window.ms / 10,
      () => {
        timer = undefined;
        run();
        arm();
      },
      { background: true },
    );
  };
  return {
    grown() {
      arm();
      if (history.length > most && history.last.revision - asked > most) run();
    },
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
