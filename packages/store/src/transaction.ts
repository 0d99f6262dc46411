// Decides what a transaction answers and changes; pure.

import { type Change, putOver } from "./entry.ts";
import { StoreError } from "./error.ts";
import type { KeyRange } from "./keys.ts";
import { checkTxn } from "./rules.ts";
import { leaseKey, type State } from "./state.ts";
import type { Compare, KeyValue, Op, OpResponse, PutOp, RangeOptions, Txn } from "./store.ts";
import { type Tree, treeCount, treeDelete, treeGet, treePut, treeVisit } from "./tree.ts";

export interface Decision {
  readonly succeeded: boolean;
  readonly responses: readonly OpResponse[];
  /** In the order of the operations, each key once. Empty: nothing changes and the revision stays. */
  readonly changes: readonly Change[];
}

/** Runs `txn` on `state` as if it made the next revision. Throws `lease` and `invalid`. */
export function decide(state: State, txn: Txn): Decision {
  checkTxn(txn);
  const succeeded = txn.compare.every((compare) => holds(compare, treeGet(state.keys, compare.key)));
  const ops = succeeded ? txn.success : (txn.failure ?? []);
  const changes = new Map<string, Change>();
  const responses: OpResponse[] = [];
  // Each key is written once, so only a read inside can tell the keys as they were from the keys as the operations leave them.
  const reads = ops.some(({ type }) => type === "range");
  let { keys } = state;
  for (const op of ops) {
    const done = perform({ state, keys, changes, reads }, op);
    keys = done.keys;
    responses.push(done.response);
  }
  return { succeeded, responses, changes: [...changes.values()] };
}

interface Step {
  readonly state: State;
  /** The keys as the operations so far left them. */
  readonly keys: Tree<KeyValue>;
  readonly changes: Map<string, Change>;
  /** Whether the keys must follow the operations, for a range among them. */
  readonly reads: boolean;
}

interface Done {
  readonly keys: Tree<KeyValue>;
  readonly response: OpResponse;
}

function perform(step: Step, op: Op): Done {
  switch (op.type) {
    case "put":
      return put(step, op);
    case "delete":
      return remove(step, { start: op.key });
    case "deleteRange":
      return remove(step, { start: op.start, end: op.end });
    case "range": {
      const { items, more, count } = readRange(step.keys, op);
      return { keys: step.keys, response: { type: "range", items, more, count } };
    }
  }
}

function put({ state, keys, changes, reads }: Step, op: PutOp): Done {
  const { key, value, lease = 0 } = op;
  if (lease !== 0 && treeGet(state.leases, leaseKey(lease)) === undefined) {
    throw new StoreError("lease", `lease ${lease} does not exist`);
  }
  changes.set(key, { key, value, lease });
  const previous = treeGet(keys, key);
  const response: OpResponse = previous === undefined ? { type: "put" } : { type: "put", previous };
  return { keys: reads ? treePut(keys, putOver(previous, op, state.revision + 1)) : keys, response };
}

function remove({ keys, changes, reads }: Step, range: KeyRange): Done {
  const deleted: KeyValue[] = [];
  treeVisit(keys, range, (kv) => {
    if (!changes.has(kv.key)) deleted.push(kv);
    return true;
  });
  let left = keys;
  for (const { key } of deleted) {
    changes.set(key, { key, lease: 0 });
    if (reads) left = treeDelete(left, key);
  }
  return { keys: left, response: { type: "delete", deleted } };
}

function holds(compare: Compare, kv: KeyValue | undefined): boolean {
  if (compare.target === "value") {
    return kv !== undefined && (Buffer.compare(kv.value, compare.value) === 0) === (compare.op === "=");
  }
  const numbers = { mod: kv?.modRevision, create: kv?.createRevision, version: kv?.version };
  const actual = numbers[compare.target] ?? 0;
  switch (compare.op) {
    case "=":
      return actual === compare.value;
    case "!=":
      return actual !== compare.value;
    case ">":
      return actual > compare.value;
    case "<":
      return actual < compare.value;
  }
}

const NO_VALUE = new Uint8Array(0);

/** Reads a range of one state. */
export function readRange(
  keys: Tree<KeyValue>,
  options: Omit<RangeOptions, "at">,
): { items: KeyValue[]; more: boolean; count: number } {
  const items: KeyValue[] = [];
  const count = treeCount(keys, options);
  if (options.countOnly) return { items, more: false, count };
  const most = options.limit || count;
  if (most > 0 && count > 0) {
    treeVisit(keys, options, (kv) => items.push(options.keysOnly ? { ...kv, value: NO_VALUE } : kv) < most);
  }
  return { items, more: count > items.length, count };
}
