// The whole trial of a recording: revisions, one order for all operations, and what the watchers saw of it.
import type { Revision, StoreEvent } from "@knots/store";
import { explain, linearize, type Verdict } from "./linearizability.ts";
import { logOf } from "./log.ts";
import { createModel, type ModelState } from "./model.ts";
import type { History, Operation, WatchRecord } from "./operation.ts";
import { keysOf, partition, revisionFinder } from "./partition.ts";
import { checkRevisions, revisionMadeBy } from "./revisions.ts";
import { checkWatch } from "./watches.ts";

export interface Recording {
  readonly history: History;
  readonly watches?: readonly WatchRecord[] | undefined;
  /** The store as the recording found it. Absent: empty, at revision 1. */
  readonly start?: ModelState | undefined;
}

export interface JudgeOptions {
  /** `parts`: keys that no transaction connects are judged apart. `whole`: all at once. Absent: parts when there are several. */
  readonly mode?: "parts" | "whole" | undefined;
  /** Others write to the same store: revisions that nobody here made lie in between. */
  readonly shared?: boolean | undefined;
  /** Most steps of the model for one search. */
  readonly limit?: number | undefined;
}

export interface Judgement {
  /** In words; none: all is well. Giving up is a problem too. */
  readonly problems: readonly string[];
  readonly operations: number;
  readonly parts: number;
  readonly steps: number;
}

/** Judges everything that can be judged about a recording. */
export function judge({ history, watches = [], start }: Recording, options: JudgeOptions = {}): Judgement {
  const { events: log, contradictions } = logOf(watches);
  const told = mergedExpiries(history, log);
  const { verdicts, parts } = search(told, { log, start, ...options });
  const broken = verdicts.filter(({ type }) => type !== "linearizable").map(explain);
  const truth = truthOf(verdicts);
  // Without an order nobody knows what watchers should have seen.
  const watched = broken.length > 0 ? [] : watches.flatMap((watch) => checkWatch(watch, truth));
  return {
    problems: [...contradictions, ...checkRevisions(history), ...broken, ...watched],
    operations: history.length,
    parts,
    steps: verdicts.reduce((sum, { steps }) => sum + steps, 0),
  };
}

interface SearchOptions extends JudgeOptions {
  readonly log: ReadonlyMap<Revision, readonly StoreEvent[]>;
  readonly start: ModelState | undefined;
}

function search(history: History, options: SearchOptions): { verdicts: Verdict<ModelState>[]; parts: number } {
  const { log, start, mode, shared = false, limit } = options;
  const parts = mode === "whole" ? [history] : partition(history);
  const several = shared || parts.filter((part) => part.some(({ op }) => op.type === "txn")).length > 1;
  const missedLeases = leasesMissed(history);
  if (!several) {
    const model = createModel({ start, log, missedLeases, last: Math.max(0, ...log.keys()) });
    return { verdicts: [linearize(model, history, limit)], parts: 1 };
  }
  const part = { revisionsOf: revisionFinder(history, log) };
  const verdicts = parts.map((own) => {
    const keys = new Set(own.flatMap(keysOf));
    const mine = [...log].filter(([, events]) => events.some(({ kv }) => keys.has(kv.key)));
    const last = Math.max(0, ...mine.map(([revision]) => revision));
    return linearize(createModel({ start, log: new Map(mine), missedLeases, part, last }), own, limit);
  });
  return { verdicts, parts: parts.length };
}

/** Leases that refused calls name. */
function leasesMissed(history: History): Set<number> {
  const refused = history.filter(({ outcome }) => outcome.type === "refused" && outcome.code === "lease");
  const ids = refused.flatMap(({ op }) => {
    if (op.type === "revoke") return op.id;
    if (op.type !== "txn") return [];
    return [...op.txn.success, ...(op.txn.failure ?? [])].flatMap((one) =>
      one.type === "put" && one.lease ? one.lease : [],
    );
  });
  return new Set(ids);
}

/** What every revision did, as the orders that were found say. */
function truthOf(verdicts: readonly Verdict<ModelState>[]): Map<Revision, readonly StoreEvent[]> {
  const truth = new Map<Revision, readonly StoreEvent[]>();
  for (const verdict of verdicts) {
    if (verdict.type === "gave-up") continue;
    for (let state: ModelState | undefined = verdict.state; state?.past !== undefined; state = state.past)
      truth.set(state.made, state.events);
  }
  return truth;
}

/** Leases that run out together end in one revision: where the log shows that, their endings become one operation. */
function mergedExpiries(history: History, log: SearchOptions["log"]): History {
  const made = new Set(history.map(revisionMadeBy));
  const merged: Operation[] = [];
  for (const [revision, events] of log) {
    const ids = [...new Set(events.map(({ previous }) => previous?.lease ?? 0))].sort((a, b) => a - b);
    if (made.has(revision) || ids.length < 2 || ids.includes(0) || events.some(({ type }) => type === "put")) continue;
    const single = history.filter(({ op }) => op.type === "expire" && ids.includes(op.ids[0] ?? 0));
    const start = Math.max(...single.map((one) => one.start));
    merged.push({
      process: "leases",
      op: { type: "expire", ids },
      start,
      end: Number.POSITIVE_INFINITY,
      outcome: { type: "unknown" },
    });
  }
  return [...history, ...merged];
}
