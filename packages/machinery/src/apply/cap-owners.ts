// Keeps the number of updating owners small: the oldest become one.
import { union } from "./field-set.ts";
import { identityOf, type Owner } from "./owners.ts";

/** Updating owners of an object; what is more is merged. */
export const MAX_UPDATERS = 10;
/** The name of the owner that older ones are merged into. */
const ANCIENT = "ancient-changes";

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byAge = (a: Owner, b: Owner): number =>
  compareText(a.time ?? "", b.time ?? "") || compareText(identityOf(a), identityOf(b));

/** Two owners as one; the younger one's time, because that is when the last of its fields was set. */
function merged(older: Owner, younger: Owner): Owner {
  const { apiVersion, time } = younger;
  return { manager: ANCIENT, operation: "Update", apiVersion, time, fields: union(older.fields, younger.fields) };
}

/** At most {@link MAX_UPDATERS} updating owners: the oldest of the same version are merged until it is so. */
export function capOwners(owners: readonly Owner[]): readonly Owner[] {
  const updaters = owners.filter(({ operation }) => operation === "Update").sort(byAge);
  let surplus = updaters.length - MAX_UPDATERS;
  if (surplus <= 0) return owners;
  const gone = new Set<Owner>();
  const buckets = new Map<string, Owner>();
  for (const owner of updaters) {
    if (surplus <= 0) break;
    const bucket = buckets.get(owner.apiVersion);
    if (bucket) {
      gone.add(bucket).add(owner);
      surplus--;
    }
    buckets.set(owner.apiVersion, bucket ? merged(bucket, owner) : owner);
  }
  const ancient = [...buckets.values()].filter(({ manager, entry }) => manager === ANCIENT && !entry);
  return [...owners.filter((owner) => !gone.has(owner)), ...ancient];
}
