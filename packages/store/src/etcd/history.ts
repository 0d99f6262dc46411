// Our compaction of etcd: how much past is kept is for us to say, whatever else is connected to it.
import type { Clock } from "@knots/std";
import type { Revision } from "../store.ts";
import type { HistoryWindow } from "../window.ts";

export interface HistoryKeeper {
  stop(): void;
}

export interface HistoryOptions {
  readonly clock: Clock;
  readonly window: HistoryWindow;
  /** The newest revision known. */
  readonly seen: () => Revision;
  readonly revisionAt: (time: number) => Promise<Revision | undefined>;
  readonly compact: (to: Revision) => Promise<void>;
}

/** Looks every tenth of the window's age whether something became too old. Several servers may do so at once; whoever comes second is refused. */
export function keepHistory({ clock, window, seen, revisionAt, compact }: HistoryOptions): HistoryKeeper {
  let done: Revision = 0;
  const look = async (): Promise<void> => {
    const byAge = (await revisionAt(clock.now() - window.ms)) ?? 0;
    const to = Math.max(byAge, seen() - window.revisions);
    if (to <= Math.max(1, done)) return;
    done = to;
    await compact(to);
  };
  const next = () =>
    clock.setTimer(
      window.ms / 10,
      () => {
        timer = next();
        // What fails now (nobody answers, or another server was first) is looked at again with the next turn.
        look().catch(() => undefined);
      },
      { background: true },
    );
  let timer = next();
  return { stop: () => timer.cancel() };
}
