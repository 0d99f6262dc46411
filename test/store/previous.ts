// etcd leaves out what stood before a change when that state was compacted meanwhile; a recording that saw it can put it back.
import type { KeyValue, StoreEvent } from "@knots/store";
import type { Recording } from "../../testkit/history/judge.ts";

/** The recording with the earlier states that its watchers saw themselves. Nothing that was told is changed. */
export function withPrevious(recording: Recording): Recording {
  const { watches = [] } = recording;
  const versions = versionsIn(watches.flatMap(({ batches }) => batches.flatMap(({ events }) => events)));
  const completed = (event: StoreEvent): StoreEvent => {
    if (event.previous !== undefined || (event.type === "put" && event.kv.version === 1)) return event;
    const previous = versions.get(event.kv.key)?.findLast(({ modRevision }) => modRevision < event.kv.modRevision);
    return previous === undefined ? event : { ...event, previous };
  };
  return {
    ...recording,
    watches: watches.map((watch) => ({
      ...watch,
      batches: watch.batches.map((batch) => ({ ...batch, events: batch.events.map(completed) })),
    })),
  };
}

/** Every version of every key that anybody was told of, oldest first. */
function versionsIn(events: readonly StoreEvent[]): Map<string, KeyValue[]> {
  const byKey = new Map<string, Map<number, KeyValue>>();
  for (const { type, kv, previous } of events) {
    for (const one of [previous, type === "put" ? kv : undefined]) {
      if (one === undefined) continue;
      const known = byKey.get(one.key) ?? new Map<number, KeyValue>();
      known.set(one.modRevision, one);
      byKey.set(one.key, known);
    }
  }
  const sorted = (known: Map<number, KeyValue>) => [...known.values()].sort((a, b) => a.modRevision - b.modRevision);
  return new Map([...byKey].map(([key, known]) => [key, sorted(known)]));
}
