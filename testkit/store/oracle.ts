// The slow oracle of the store: a full copy of every revision, nothing clever.
import { inRange, type KeyRange, type Op, prefixEnd, type StoreEvent, type WatchBatch } from "@knots/store";

export interface Row {
  readonly value: string;
  readonly create: number;
  readonly mod: number;
  readonly version: number;
}
export type Rows = ReadonlyMap<string, Row>;
/** What a watcher is told in one revision: the revision, and a sorted line for each event. */
export type Told = [number, string[]];

export const ALL: KeyRange = { start: "", end: prefixEnd("") };

export class Oracle {
  readonly states: Rows[] = [new Map(), new Map()];
  compacted = 0;

  get revision(): number {
    return this.states.length - 1;
  }

  rows(at: number): Rows {
    return this.states[at] ?? new Map();
  }

  /** The revision after the transaction. Undefined: it is refused. */
  apply(ops: readonly Op[]): number | undefined {
    const before = this.rows(this.revision);
    const after = new Map(before);
    const mod = this.revision + 1;
    let touched = false;
    for (const [index, op] of ops.entries()) {
      if (op.type === "range") continue;
      const others = ops.filter((other, at) => at !== index && other.type !== "range");
      if (op.type === "put" && others.some((other) => inRange(op.key, rangeOf(other)))) return undefined;
      const keys = op.type === "put" ? [op.key] : [...after.keys()].filter((key) => inRange(key, rangeOf(op)));
      for (const key of keys) {
        touched = true;
        const old = after.get(key);
        if (op.type !== "put") after.delete(key);
        else {
          const value = Buffer.from(op.value).toString();
          after.set(key, { value, create: old?.create ?? mod, mod, version: (old?.version ?? 0) + 1 });
        }
      }
    }
    if (touched) this.states.push(after);
    return this.revision;
  }

  /** What a watcher of `range` since `from` must see. */
  events(from: number, range: KeyRange): Told[] {
    const batches: Told[] = [];
    for (let at = Math.max(from, 2); at <= this.revision; at++) {
      const [before, after] = [this.rows(at - 1), this.rows(at)];
      const lines: string[] = [];
      for (const [key, row] of after) if (row.mod === at && inRange(key, range)) lines.push(`put ${key}=${row.value}`);
      for (const key of before.keys()) if (!after.has(key) && inRange(key, range)) lines.push(`delete ${key}`);
      if (lines.length > 0) batches.push([at, lines.sort()]);
    }
    return batches;
  }
}

function rangeOf(op: Op): KeyRange {
  return "start" in op ? { start: op.start, end: op.end } : { start: op.key };
}

function show({ type, kv }: StoreEvent): string {
  return type === "put" ? `put ${kv.key}=${Buffer.from(kv.value).toString()}` : `delete ${kv.key}`;
}

/** Reads a watch up to the events of revision `until`. */
export async function readAll(watch: AsyncIterableIterator<WatchBatch>, until: number): Promise<Told[]> {
  const batches: Told[] = [];
  for (;;) {
    const { value, done } = await watch.next();
    if (done || value.revision > until) throw new Error(`unexpected end of the watch at ${value?.revision}`);
    if (value.events.length > 0) batches.push([value.revision, value.events.map(show).sort()]);
    if (value.revision === until) return batches;
  }
}
