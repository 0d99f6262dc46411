// Ownership after a write that is no apply: whoever sets a field has it.

import { capOwners } from "./cap-owners.ts";
import { type Comparison, isSame } from "./compare.ts";
import { difference, isEmptySet, isSubset, overlaps, union } from "./field-set.ts";
import { type Owner, sameWriter, type Writer, withFields } from "./owners.ts";
import { SERVER_FIELDS } from "./server-fields.ts";

/** What the write changed, seen in a version; undefined when that version is no longer served. */
export type ChangesIn = (apiVersion: string) => Comparison | undefined;

/** The owners with what a write took from them taken away. Owners in versions that are gone lose everything. */
export function takeFrom(owners: readonly Owner[], changesIn: ChangesIn): readonly Owner[] {
  const left = owners.flatMap((owner): readonly Owner[] => {
    const changes = changesIn(owner.apiVersion);
    if (!changes) return [];
    const { added, modified, removed } = changes;
    const fields = difference(difference(difference(owner.fields, modified), added), removed);
    return isEmptySet(fields) ? [] : [withFields(owner, fields)];
  });
  return left.length === owners.length && left.every((owner, index) => owner === owners[index]) ? owners : left;
}

/** Whether the writer only set fields that are its own already, which nobody else owns. */
function isRepeat(mine: Owner, owners: readonly Owner[], { added, modified, removed }: Comparison): boolean {
  if (!isEmptySet(removed) || !isSubset(modified, mine.fields) || !isSubset(added, mine.fields)) return false;
  return owners.every(
    (owner) =>
      owner === mine ||
      (owner.apiVersion === mine.apiVersion && !overlaps(owner.fields, modified) && !overlaps(owner.fields, added)),
  );
}

/**
 * The owners after `writer` changed the object: what it added or modified is its own and nobody else's, what is gone is nobody's. Its time
 * is `now` when it set anything. The same reference when nothing changed.
 */
export function updateOwners(
  owners: readonly Owner[],
  changesIn: ChangesIn,
  writer: Writer,
  now: string,
): readonly Owner[] {
  const own = changesIn(writer.apiVersion);
  if (!own || isSame(own)) return owners;
  const mine = owners.find((owner) => sameWriter(owner, writer));
  // Heartbeats and status: nothing moves but the time.
  if (mine && isRepeat(mine, owners, own))
    return mine.time === now ? owners : owners.map((owner) => (owner === mine ? touched(mine, now) : owner));
  const set = difference(union(own.modified, own.added), SERVER_FIELDS);
  const left = takeFrom(owners, changesIn);
  if (isEmptySet(set)) return left;
  const rest = left.find((owner) => sameWriter(owner, writer));
  const { manager, operation, apiVersion, subresource } = writer;
  const fields = rest ? union(rest.fields, set) : set;
  const next: Owner = { manager, operation, apiVersion, subresource, time: now, fields };
  return capOwners([...left.filter((owner) => owner !== rest), next]);
}

/** The same fields at another time: only the entry is new, its fields are not written again. */
function touched(owner: Owner, time: string): Owner {
  return { ...owner, time, entry: owner.entry && { ...owner.entry, time } };
}
