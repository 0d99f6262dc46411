// What a watch promises: ordered, unique, whole revisions, nothing missing, progress only behind what was delivered, `compacted` only when true.
import { inRange, type Revision, type StoreEvent, type WatchBatch } from "@knots/store";
import type { WatchRecord } from "./operation.ts";
import { showEvents, showRange } from "./text.ts";

/** The store or the way to it went away: the reader comes back and asks for what follows. */
const DEATHS: readonly string[] = ["closed", "io", "unavailable", "unknown-outcome"];

export type Truth = ReadonlyMap<Revision, readonly StoreEvent[]>;

/** What is wrong with a watch, given what every revision really did; nothing when all is well. */
export function checkWatch(watch: WatchRecord, truth: Truth): string[] {
  const check = new WatchCheck(watch, truth);
  const problems = [...watch.batches.flatMap((batch) => check.batch(batch) ?? []), ...check.end()];
  return problems.map(
    (problem) => `watch ${watch.name} of ${showRange(watch.range)} from ${watch.from ?? "now"}: ${problem}`,
  );
}

class WatchCheck {
  readonly #watch: WatchRecord;
  /** The revisions that concern this watch, ascending, and what it should see of them. */
  readonly #expected: readonly (readonly [Revision, readonly StoreEvent[]])[];
  /** The next of them that was not delivered. */
  #next = 0;
  /** The last revision that the reader was told of. */
  #told: Revision;
  readonly #delivered = new Set<Revision>();

  constructor(watch: WatchRecord, truth: Truth) {
    this.#watch = watch;
    const from = watch.from ?? watch.batches[0]?.revision ?? Number.POSITIVE_INFINITY;
    this.#told = from - 1;
    const all = [...truth].filter(([revision]) => revision >= from).sort(([a], [b]) => a - b);
    this.#expected = all.flatMap(([revision, events]) => {
      const mine = events.filter(({ kv }) => inRange(kv.key, watch.range));
      return mine.length === 0 ? [] : [[revision, mine] as const];
    });
  }

  batch({ revision, events }: WatchBatch): string | undefined {
    if (this.#delivered.has(revision) && events.length > 0)
      return `revision ${revision} came twice (duplicated or torn)`;
    if (revision < this.#told || (events.length > 0 && revision === this.#told))
      return `went back in time: revision ${revision} after ${this.#told}`;
    this.#told = revision;
    const upTo = events.length > 0 ? revision : revision + 1;
    const missed = this.#expected[this.#next];
    this.#skip(upTo);
    const wrong = events.length === 0 ? undefined : this.#take(revision, events);
    if (missed === undefined || missed[0] >= upTo) return wrong;
    const what = events.length > 0 ? "a gap" : `progress ${revision} came early`;
    return `${what}: revision ${missed[0]} was never delivered: ${showEvents(missed[1])}`;
  }

  end(): string[] {
    const { end, until, from = this.#told + 1, compactedAtOpen = 0, compactedAtEnd, batches } = this.#watch;
    const missed = this.#expected[this.#next];
    // Whoever died or left at once may not have heard of it.
    const shouldKnow = batches.length > 0 || (end.type === "open" && until !== undefined);
    if (from < compactedAtOpen && shouldKnow)
      return [`${from} was compacted (${compactedAtOpen}) when it was opened, and it was not told`];
    if (end.type === "error") {
      if (DEATHS.includes(end.code)) return [];
      if (end.code !== "compacted" && end.code !== "slow") return [`ended by ${end.code}`];
      const untrue = compactedAtEnd !== undefined && this.#told + 1 >= compactedAtEnd;
      return untrue
        ? [`ended by ${end.code} at ${this.#told}, but only what is before ${compactedAtEnd} was compacted`]
        : [];
    }
    const late = end.type === "open" && until !== undefined && missed !== undefined && missed[0] <= until;
    return late ? [`revision ${missed[0]} was never delivered: ${showEvents(missed[1])}`] : [];
  }

  #take(revision: Revision, events: readonly StoreEvent[]): string | undefined {
    this.#delivered.add(revision);
    const [expected, mine] = this.#expected[this.#next] ?? [Number.POSITIVE_INFINITY, []];
    if (expected !== revision) return `revision ${revision} did nothing here: ${showEvents(events)}`;
    this.#next++;
    const [seen, wanted] = [showEvents(events), showEvents(mine)];
    if (seen === wanted) return undefined;
    const kind = events.length < mine.length ? "torn" : "wrong";
    return `revision ${revision} is ${kind}: [${seen}] instead of [${wanted}]`;
  }

  #skip(upTo: Revision): void {
    while ((this.#expected[this.#next]?.[0] ?? Number.POSITIVE_INFINITY) < upTo) this.#next++;
  }
}
