// Orders of ReplicaSets: by age, by size, by revision.
import type { ReplicaSet } from "@knots/api";
import { revisionOf } from "./annotations.ts";
import { replicasOf } from "./numbers.ts";

type Order = (a: ReplicaSet, b: ReplicaSet) => number;

/** Oldest first; equal ages by name. */
export const byAge: Order = (a, b) => {
  const [left, right] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
};
/** Largest first; of equal ones the older. */
export const bySizeOlder: Order = (a, b) => replicasOf(b) - replicasOf(a) || byAge(a, b);
/** Largest first; of equal ones the newer. */
export const bySizeNewer: Order = (a, b) => replicasOf(b) - replicasOf(a) || byAge(b, a);
/** Lowest revision first; of equal ones the older. */
export const byRevision: Order = (a, b) => revisionOf(a) - revisionOf(b) || byAge(a, b);
