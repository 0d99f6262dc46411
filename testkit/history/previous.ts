// etcd leaves out what stood before a change when that state was compacted meanwhile; a recording that knows it can put it back.
import type { KeyValue, StoreEvent } from "@knots/store";
import type { Recording } from "./judge.ts";
import type { Operation } from "./operation.ts";

/** The recording with the earlier states that its clients were told of otherwise. Nothing that a watch was told is changed. */
export function withPrevious(recording: Recording): Recording {
  const { history, watches = [] } = recording;
  const known = new Map<string, KeyValue>();
  const nameOf = (key: string, modRevision: number): string => `${key}@${modRevision}`;
  const note = (kv: KeyValue): void => void known.set(nameOf(kv.key, kv.modRevision), kv);
  for (const { events } of watches.flatMap(({ batches }) => batches)) {
    for (const { type, kv, previous } of events) {
      if (previous !== undefined) note(previous);
      if (type === "put") note(kv);
    }
  }
  for (const kv of history.flatMap(toldBy)) note(kv);
  const byKey = Map.groupBy(known.values(), ({ key }) => key);
  for (const versions of byKey.values()) versions.sort((a, b) => a.modRevision - b.modRevision);
  const completed = (event: StoreEvent): StoreEvent => {
    const { type, kv } = event;
    if (event.previous !== undefined || (type === "put" && kv.version === 1)) return event;
    const before = byKey.get(kv.key)?.findLast(({ modRevision }) => modRevision < kv.modRevision);
    const fits = before !== undefined && (type === "delete" || before.version === kv.version - 1);
    return fits ? { ...event, previous: before } : event;
  };
  return {
    ...recording,
    watches: watches.map((watch) => ({
      ...watch,
      batches: watch.batches.map((batch) => ({ ...batch, events: batch.events.map(completed) })),
    })),
  };
}

/** Every state of a key that an answer tells of: what was read, what was there before a write, and what the write made. */
function toldBy({ op, outcome }: Operation): KeyValue[] {
  if (outcome.type === "range") return op.type === "range" && op.options.keysOnly ? [] : [...outcome.result.items];
  if (outcome.type !== "txn" || op.type !== "txn") return [];
  const { succeeded, responses, revision } = outcome.result;
  const ops = succeeded ? op.txn.success : (op.txn.failure ?? []);
  return responses.flatMap((response, at): KeyValue[] => {
    const asked = ops[at];
    if (response.type === "range") return [...response.items];
    if (response.type === "delete") return [...response.deleted];
    if (asked?.type !== "put") return [];
    const { previous } = response;
    const createRevision = previous?.createRevision ?? revision;
    const { key, value, lease = 0 } = asked;
    const made = { key, value, createRevision, modRevision: revision, version: (previous?.version ?? 0) + 1, lease };
    return previous === undefined ? [made] : [previous, made];
  });
}
