// The store as one would write it down on paper: the sequential model that histories are compared with. Nothing clever.
import {
  type Compare,
  inRange,
  type KeyRange,
  type KeyValue,
  type Op,
  type OpResponse,
  type RangeResult,
  type Revision,
  type StoreEvent,
  type Txn,
} from "@knots/store";
import type { Operation } from "./operation.ts";
import { showEvents } from "./text.ts";

export interface ModelState {
  /** Where the whole store is, at least. */
  readonly revision: Revision;
  /** The revision that made these rows. */
  readonly made: Revision;
  readonly compacted: Revision;
  readonly rows: ReadonlyMap<string, KeyValue>;
  readonly leases: ReadonlySet<number>;
  /** The state of the revision before; absent where the model began. */
  readonly past?: ModelState | undefined;
  /** What made this revision. */
  readonly events: readonly StoreEvent[];
  /** The same for states with the same revisions behind them. */
  readonly chain: number;
}

/** What the model needs to know beyond the operations. */
export interface ModelOptions {
  /** The store as the first operation finds it. Absent: empty. */
  readonly start?: ModelState | undefined;
  /** What watchers saw each revision do, of the history's own keys: must then be what the operations do, and all of it. */
  readonly log?: ReadonlyMap<Revision, readonly StoreEvent[]> | undefined;
  /** Watchers saw the store come at least this far. */
  readonly last?: Revision | undefined;
  /** Leases whose absence some answer tells. Others may end without a trace, and then nobody needs to know when. Absent: any. */
  readonly missedLeases?: ReadonlySet<number> | undefined;
  /** The history is a part of the store's keys: other keys' revisions lie in between, and those of unknown outcomes are guessed from these. */
  readonly part?: { readonly revisionsOf: (operation: Operation) => readonly Revision[] } | undefined;
}

export interface Model {
  readonly start: ModelState;
  /** Every state that may stand after the operation if it took effect on `state`. None: its outcome is impossible there. */
  step(state: ModelState, operation: Operation): ModelState[];
  /** Equal for equal states. */
  key(state: ModelState): string;
  /** Whether everything that watchers saw has happened. */
  mayEnd(state: ModelState): boolean;
}

/** A store that holds `items` at a revision, with no past. */
export function stateOf(start: {
  readonly revision: Revision;
  readonly items?: readonly KeyValue[];
  readonly compacted?: Revision;
  readonly leases?: readonly number[];
}): ModelState {
  const { revision, items = [], compacted = 0, leases = [] } = start;
  return {
    revision,
    made: revision,
    compacted,
    rows: new Map(items.map((kv) => [kv.key, kv])),
    leases: new Set(leases),
    events: [],
    chain: 0,
  };
}

export function createModel(options: ModelOptions = {}): Model {
  return new StoreModel(options);
}

const NO_VALUE = new Uint8Array(0);
/** Between any two revisions of the store there is room for writes of which nobody ever saw the revision. */
const BETWEEN = 2 ** -16;

class StoreModel implements Model {
  readonly start: ModelState;
  readonly #log: ModelOptions["log"];
  readonly #part: ModelOptions["part"];
  readonly #missed: ModelOptions["missedLeases"];
  readonly #last: Revision;
  /** Revisions that watchers saw, ascending. */
  readonly #logged: readonly Revision[];
  readonly #chains = new Map<string, number>();

  constructor({ start = stateOf({ revision: 1 }), log, part, missedLeases, last = 0 }: ModelOptions) {
    this.start = start;
    this.#log = log;
    this.#part = part;
    this.#missed = missedLeases;
    this.#last = last;
    this.#logged = [...(log?.keys() ?? [])].sort((a, b) => a - b);
  }

  key({ chain, revision, compacted, leases }: ModelState): string {
    return `${chain}|${revision}|${compacted}|${[...leases].sort((a, b) => a - b).join(",")}`;
  }

  mayEnd({ made }: ModelState): boolean {
    return made >= this.#last;
  }

  step(state: ModelState, operation: Operation): ModelState[] {
    const { op, outcome } = operation;
    if (outcome.type === "refused") return this.#isTrue(state, operation) ? [state] : [];
    switch (op.type) {
      case "txn":
        return this.#txn(state, operation, op.txn);
      case "range":
        return outcome.type === "range" ? this.#range(state, op.options, outcome.result) : [state];
      case "compact":
        return this.#compact(state, op.to);
      case "grant":
        return outcome.type === "grant" ? [{ ...state, leases: new Set([...state.leases, outcome.id]) }] : [state];
      case "revoke":
        return this.#end(state, operation, [op.id]);
      case "expire":
        return this.#end(state, operation, op.ids);
    }
  }

  /** Whether a refusal's reason holds. Reasons that the model cannot know (full, busy, closed) are taken on trust: nothing changed. */
  #isTrue(state: ModelState, { op, outcome }: Operation): boolean {
    const code = outcome.type === "refused" ? outcome.code : "";
    const partial = this.#part !== undefined;
    if (code === "lease")
      return op.type === "revoke"
        ? !state.leases.has(op.id)
        : op.type !== "txn" || perform(state, op.txn, 0) === undefined;
    if (code === "compacted" && !partial) {
      if (op.type === "compact") return op.to <= state.compacted;
      return op.type !== "range" || (op.options.at ?? 0) < state.compacted;
    }
    if (code === "future-revision" && !partial) {
      if (op.type === "compact") return op.to > state.revision;
      return op.type !== "range" || (op.options.at ?? 0) > state.revision;
    }
    return true;
  }

  #txn(state: ModelState, operation: Operation, txn: Txn): ModelState[] {
    const { outcome } = operation;
    if (outcome.type !== "txn")
      return this.#nextRevisions(state, operation).flatMap((next) =>
        this.#commit(state, perform(state, txn, next), next),
      );
    const { succeeded, revision, responses } = outcome.result;
    const next = this.#part === undefined ? state.revision + 1 : revision;
    if (revision !== next && !this.#reads(state, revision)) return [];
    const done = perform(state, txn, next);
    if (done === undefined || done.succeeded !== succeeded || !sameResponses(done.responses, responses)) return [];
    if (done.events.length === 0) return this.#reads(state, revision) ? [this.#seen(state, revision)] : [];
    return revision === next && next > state.revision ? this.#commit(state, done, next) : [];
  }

  /** Whether an answer of that revision may have been read from `state`. */
  #reads(state: ModelState, revision: Revision): boolean {
    return this.#part === undefined ? revision === state.revision : revision >= state.revision;
  }

  /** In a part of a store a reader learns that the whole store has come so far. */
  #seen(state: ModelState, revision: Revision): ModelState {
    return revision === state.revision ? state : { ...state, revision };
  }

  #nextRevisions(state: ModelState, operation: Operation): Revision[] {
    if (this.#part === undefined) return [state.revision + 1];
    return [...this.#part.revisionsOf(operation).filter((one) => one > state.revision), state.revision + BETWEEN];
  }

  #range(
    state: ModelState,
    options: KeyRange & {
      at?: Revision | undefined;
      limit?: number | undefined;
      keysOnly?: boolean | undefined;
      countOnly?: boolean | undefined;
    },
    result: RangeResult,
  ): ModelState[] {
    const { at = 0 } = options;
    if (!this.#reads(state, result.revision)) return [];
    const partial = this.#part !== undefined;
    const after = this.#seen(state, result.revision);
    if (at === 0) return sameRange(readRange(state.rows, options), result) ? [after] : [];
    if (!partial && (at < state.compacted || at > state.revision)) return [];
    let then: ModelState | undefined = state;
    while (then !== undefined && then.made > at) then = then.past;
    return then === undefined || sameRange(readRange(then.rows, options), result) ? [after] : [];
  }

  #compact(state: ModelState, to: Revision): ModelState[] {
    if (this.#part !== undefined) return [state];
    return to > state.compacted && to <= state.revision ? [{ ...state, compacted: to }] : [];
  }

  #end(state: ModelState, operation: Operation, ids: readonly number[]): ModelState[] {
    const ending = ids.filter((id) => state.leases.has(id));
    if (ending.length === 0 || (operation.op.type === "expire" && ending.length < ids.length)) return [];
    const leases = new Set([...state.leases].filter((id) => !ending.includes(id)));
    const attached = ending.flatMap((id) => inOrder([...state.rows.values()].filter((kv) => kv.lease === id)));
    if (attached.length === 0) {
      const matters =
        operation.op.type !== "expire" || this.#missed === undefined || ids.some((id) => this.#missed?.has(id));
      return matters ? [{ ...state, leases }] : [];
    }
    const success = attached.map(({ key }): Op => ({ type: "delete", key }));
    return this.#nextRevisions(state, operation).flatMap((next) =>
      this.#commit({ ...state, leases }, perform(state, { compare: [], success }, next), next),
    );
  }

  /** The state after a transaction, unless watchers saw that revision do something else. */
  #commit(state: ModelState, done: Performed | undefined, next: Revision): ModelState[] {
    if (done === undefined) return [];
    if (done.events.length === 0) return [state];
    const text = showEvents(done.events);
    const seen = this.#log?.get(next);
    if (seen !== undefined && showEvents(seen) !== text) return [];
    if (this.#skips(state.made, next)) return [];
    return [
      {
        ...state,
        revision: next,
        made: next,
        rows: done.rows,
        past: state,
        events: done.events,
        chain: this.#chain(`${state.chain} ${next} ${text}`),
      },
    ];
  }

  /** Whether watchers saw a revision between the two: something of this history made it. */
  #skips(made: Revision, next: Revision): boolean {
    let [low, high] = [0, this.#logged.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#logged[middle] ?? 0) > made) high = middle;
      else low = middle + 1;
    }
    return (this.#logged[low] ?? next) < next;
  }

  #chain(text: string): number {
    const known = this.#chains.get(text) ?? this.#chains.size + 1;
    this.#chains.set(text, known);
    return known;
  }
}

interface Performed {
  readonly succeeded: boolean;
  readonly responses: readonly OpResponse[];
  readonly events: readonly StoreEvent[];
  readonly rows: ReadonlyMap<string, KeyValue>;
}

/** What a transaction does if it makes revision `next`. Undefined: it names a lease that does not exist. */
function perform(state: ModelState, txn: Txn, next: Revision): Performed | undefined {
  const succeeded = txn.compare.every((one) => holds(one, state.rows.get(one.key)));
  const rows = new Map(state.rows);
  const events: StoreEvent[] = [];
  const responses: OpResponse[] = [];
  for (const op of succeeded ? txn.success : (txn.failure ?? [])) {
    if (op.type === "put") {
      const { key, value, lease = 0 } = op;
      if (lease !== 0 && !state.leases.has(lease)) return undefined;
      const previous = rows.get(key);
      const kv = {
        key,
        value,
        createRevision: previous?.createRevision ?? next,
        modRevision: next,
        version: (previous?.version ?? 0) + 1,
        lease,
      };
      rows.set(key, kv);
      events.push(previous === undefined ? { type: "put", kv } : { type: "put", kv, previous });
      responses.push(previous === undefined ? { type: "put" } : { type: "put", previous });
    } else if (op.type === "range") {
      const { items, more, count } = readRange(rows, op);
      responses.push({ type: "range", items, more, count });
    } else {
      const deleted = inOrder(
        [...rows.values()].filter(({ key }) => inRange(key, op.type === "delete" ? { start: op.key } : op)),
      );
      for (const previous of deleted) {
        rows.delete(previous.key);
        const kv = { key: previous.key, value: NO_VALUE, createRevision: 0, modRevision: next, version: 0, lease: 0 };
        events.push({ type: "delete", kv, previous });
      }
      responses.push({ type: "delete", deleted });
    }
  }
  return { succeeded, responses, events, rows };
}

function inOrder(items: KeyValue[]): KeyValue[] {
  return items.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function holds(compare: Compare, kv: KeyValue | undefined): boolean {
  if (compare.target === "value")
    return kv !== undefined && (Buffer.compare(kv.value, compare.value) === 0) === (compare.op === "=");
  const actual = { mod: kv?.modRevision, create: kv?.createRevision, version: kv?.version }[compare.target] ?? 0;
  const { op, value } = compare;
  if (op === "=") return actual === value;
  if (op === "!=") return actual !== value;
  return op === ">" ? actual > value : actual < value;
}

type RangeAnswer = Pick<RangeResult, "items" | "more" | "count">;

function readRange(
  rows: ReadonlyMap<string, KeyValue>,
  options: KeyRange & { limit?: number | undefined; keysOnly?: boolean | undefined; countOnly?: boolean | undefined },
): RangeAnswer {
  const all = inOrder([...rows.values()].filter(({ key }) => inRange(key, options)));
  if (options.countOnly) return { items: [], more: false, count: all.length };
  const items = all
    .slice(0, options.limit || all.length)
    .map((kv) => (options.keysOnly ? { ...kv, value: NO_VALUE } : kv));
  return { items, more: all.length > items.length, count: all.length };
}

function sameKey(a: KeyValue | undefined, b: KeyValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const sameNumbers =
    a.createRevision === b.createRevision &&
    a.modRevision === b.modRevision &&
    a.version === b.version &&
    a.lease === b.lease;
  return a.key === b.key && sameNumbers && Buffer.compare(a.value, b.value) === 0;
}

function sameItems(a: readonly KeyValue[], b: readonly KeyValue[]): boolean {
  return a.length === b.length && a.every((kv, at) => sameKey(kv, b[at]));
}

function sameRange(a: RangeAnswer, b: RangeAnswer): boolean {
  return a.more === b.more && a.count === b.count && sameItems(a.items, b.items);
}

function sameResponses(a: readonly OpResponse[], b: readonly OpResponse[]): boolean {
  return a.length === b.length && a.every((one, at) => sameResponse(one, b[at] as OpResponse));
}

function sameResponse(a: OpResponse, b: OpResponse): boolean {
  if (a.type === "put") return b.type === "put" && sameKey(a.previous, b.previous);
  if (a.type === "delete") return b.type === "delete" && sameItems(a.deleted, b.deleted);
  return b.type === "range" && sameRange(a, b);
}
