// What a transaction may ask for, whatever the store holds: the same for every engine.

import { StoreError } from "./error.ts";
import { inRange, type KeyRange } from "./keys.ts";
import type { Op, Txn } from "./store.ts";

/**
 * Throws `invalid` when either branch contradicts itself: one key put twice, or a put of a key that the same branch deletes, in whatever order and
 * whether or not there is such a key. Deletions may overlap: the later one finds less.
 */
export function checkTxn({ success, failure = [] }: Txn): void {
  checkBranch(success);
  checkBranch(failure);
}

function checkBranch(ops: readonly Op[]): void {
  const puts = ops.filter((op) => op.type === "put").map(({ key }) => key);
  if (puts.includes("")) throw new StoreError("invalid", "a key is empty");
  const twice = new Set(puts).size === puts.length ? undefined : puts.find((key, at) => puts.indexOf(key) !== at);
  if (twice !== undefined) throw writtenTwice(twice);
  for (const range of ops.flatMap(deletedBy)) {
    const key = puts.find((one) => inRange(one, range));
    if (key !== undefined) throw writtenTwice(key);
  }
}

function deletedBy(op: Op): readonly KeyRange[] {
  if (op.type === "delete") return [{ start: op.key }];
  return op.type === "deleteRange" ? [{ start: op.start, end: op.end }] : [];
}

function writtenTwice(key: string): StoreError {
  return new StoreError("invalid", `key ${JSON.stringify(key)} is written twice in one transaction`);
}
