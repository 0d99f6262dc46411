// Cuts a history into parts that share no key: each can be judged alone, which is what keeps the search small.
import { inRange, type KeyRange, type KeyValue, type Op, type Revision, type StoreEvent } from "@knots/store";
import type { History, Operation, Outcome } from "./operation.ts";
import { textOf } from "./text.ts";

/** Groups of operations; keys that one transaction, range or lease touches stay together. Compactions belong to nobody and are left out. */
export function partition(history: History): Operation[][] {
  const groups = new Groups();
  const keys = [...new Set(history.flatMap(keysOf))];
  const homes = history.map((operation) => {
    const names = touched(operation, keys);
    for (const name of names) groups.join(names[0] ?? name, name);
    return names[0];
  });
  const parts = new Map<string, Operation[]>();
  for (const [at, operation] of history.entries()) {
    const home = homes[at];
    if (home === undefined) continue;
    const root = groups.find(home);
    parts.set(root, [...(parts.get(root) ?? []), operation]);
  }
  return [...parts.values()];
}

/** Disjoint sets of names. */
class Groups {
  readonly #parents = new Map<string, string>();

  find(name: string): string {
    let root = name;
    for (let up = this.#parents.get(root); up !== undefined; up = this.#parents.get(root)) root = up;
    return root;
  }

  join(a: string, b: string): void {
    const [left, right] = [this.find(a), this.find(b)];
    if (left !== right) this.#parents.set(right, left);
  }
}

function opsOf({ op }: Operation): readonly Op[] {
  return op.type === "txn" ? [...op.txn.success, ...(op.txn.failure ?? [])] : [];
}

/** Keys that an operation names or its answer shows. */
export function keysOf(operation: Operation): string[] {
  const { op, outcome } = operation;
  const named = opsOf(operation).flatMap((one) => ("key" in one ? one.key : []));
  const compared = op.type === "txn" ? op.txn.compare.map(({ key }) => key) : [];
  return [...named, ...compared, ...valuesIn(outcome).map(({ key }) => key)];
}

function touched(operation: Operation, keys: readonly string[]): string[] {
  const { op } = operation;
  const within = (range: KeyRange): string[] => keys.filter((key) => inRange(key, range)).map((key) => `key ${key}`);
  if (op.type === "range") return within(op.options);
  if (op.type === "revoke") return [`lease ${op.id}`];
  if (op.type === "expire") return op.ids.map((id) => `lease ${id}`);
  if (op.type === "grant") return operation.outcome.type === "grant" ? [`lease ${operation.outcome.id}`] : [];
  const own = keysOf(operation).map((key) => `key ${key}`);
  const ops = opsOf(operation);
  const spans = ops.flatMap((one) => (one.type === "range" || one.type === "deleteRange" ? within(one) : []));
  const leases = ops.flatMap((one) => (one.type === "put" && one.lease ? `lease ${one.lease}` : []));
  return [...own, ...spans, ...leases];
}

/** All keys with values that an answer shows. */
export function valuesIn(outcome: Outcome): KeyValue[] {
  if (outcome.type === "range") return [...outcome.result.items];
  if (outcome.type !== "txn") return [];
  return outcome.result.responses.flatMap((response) => {
    if (response.type === "put") return response.previous ?? [];
    return [...(response.type === "delete" ? response.deleted : response.items)];
  });
}

/** Revisions that an operation of unknown outcome may have made: those at which somebody saw what it writes. */
export function revisionFinder(
  history: History,
  log: ReadonlyMap<Revision, readonly StoreEvent[]>,
): (operation: Operation) => readonly Revision[] {
  const seen = new Map<string, Set<Revision>>();
  const note = (what: string, revision: Revision): void => {
    seen.set(what, (seen.get(what) ?? new Set()).add(revision));
  };
  for (const { outcome } of history) {
    for (const kv of valuesIn(outcome)) note(`${kv.key}=${textOf(kv.value)}`, kv.modRevision);
  }
  for (const [revision, events] of log) {
    for (const { type, kv, previous } of events) {
      note(type === "put" ? `${kv.key}=${textOf(kv.value)}` : `${kv.key} deleted`, revision);
      if (type === "delete" && previous !== undefined) note(`lease ${previous.lease} ended`, revision);
    }
  }
  return (operation) => {
    const found = marksOf(operation).flatMap((what) => [...(seen.get(what) ?? [])]);
    return [...new Set(found)].sort((a, b) => a - b);
  };
}

/** What an operation would leave behind for others to see. */
function marksOf(operation: Operation): string[] {
  const { op } = operation;
  if (op.type === "revoke") return [`lease ${op.id} ended`];
  if (op.type === "expire") return op.ids.map((id) => `lease ${id} ended`);
  return opsOf(operation).flatMap((one) => {
    if (one.type === "put") return `${one.key}=${textOf(one.value)}`;
    return one.type === "delete" ? `${one.key} deleted` : [];
  });
}
