// States that are held, and what it takes to get back to one.

import type { Change } from "./entry.ts";
import { leaseKey, type State } from "./state.ts";
import type { KeyValue, Revision, Snapshot } from "./store.ts";
import { treeGet } from "./tree.ts";
import { treeDiff } from "./tree-diff.ts";

/** A snapshot of an embedded store: nothing but the state itself. */
export class HeldState implements Snapshot {
  readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  get revision(): Revision {
    return this.state.revision;
  }
}

/** Written again since, but with the same content. */
const isSame = (a: KeyValue, b: KeyValue): boolean =>
  a.lease === b.lease && (a.value === b.value || Buffer.compare(a.value, b.value) === 0);

/** The writes that give `now` the keys of `wanted`. Keys of leases that have ended are not brought back. */
export function changesTo(wanted: State, now: State): Change[] {
  const isAlive = (lease: number): boolean => lease === 0 || treeGet(now.leases, leaseKey(lease)) !== undefined;
  return treeDiff(now.keys, wanted.keys).flatMap(({ before, after }): Change[] => {
    if (before && after && isSame(before, after)) return [];
    if (after && isAlive(after.lease)) return [{ key: after.key, value: after.value, lease: after.lease }];
    return before ? [{ key: before.key, lease: 0 }] : [];
  });
}
