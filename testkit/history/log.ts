// What every revision changed, put together from watchers that see everything.
import { type KeyRange, type Revision, type StoreEvent, UNBOUNDED } from "@knots/store";
import type { WatchRecord } from "./operation.ts";
import { showEvents } from "./text.ts";

export interface RevisionLog {
  /** The events of a revision in their order; undefined when no watcher saw it. */
  readonly events: ReadonlyMap<Revision, readonly StoreEvent[]>;
  /** Revisions that two watchers tell differently, or that came in pieces. */
  readonly contradictions: readonly string[];
}

export function seesEverything({ start, end }: KeyRange): boolean {
  return start === "" && end === UNBOUNDED;
}

/** Watchers of everything must tell the same of each revision. */
export function logOf(watches: readonly WatchRecord[]): RevisionLog {
  const events = new Map<Revision, readonly StoreEvent[]>();
  const teller = new Map<Revision, string>();
  const contradictions: string[] = [];
  for (const { name, range, batches } of watches) {
    if (!seesEverything(range)) continue;
    for (const batch of batches) {
      if (batch.events.length === 0) continue;
      const known = events.get(batch.revision);
      if (known === undefined) {
        events.set(batch.revision, batch.events);
        teller.set(batch.revision, name);
      } else if (showEvents(known) !== showEvents(batch.events)) {
        const stories = `${teller.get(batch.revision)} saw [${showEvents(known)}], ${name} saw [${showEvents(batch.events)}]`;
        contradictions.push(`revision ${batch.revision}: ${stories}`);
      }
    }
  }
  return { events, contradictions };
}
