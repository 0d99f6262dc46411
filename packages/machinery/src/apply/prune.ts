// What a manager applied before and does not name any more goes away, unless somebody else owns it.
import type { JsonObject, SchemaNode } from "../schema/schema.ts";
import { difference, EMPTY_SET, type FieldSet, intersection, isEmptySet, union } from "./field-set.ts";
import { fieldsOf } from "./fields-of.ts";
import { withNamedFields } from "./named-fields.ts";
import type { Owner } from "./owners.ts";
import { removeFields } from "./remove-fields.ts";

/** A served version: its schema, and how objects get there and back from the version of the request. */
export interface VersionView {
  readonly schema: SchemaNode;
  readonly into: (object: JsonObject) => JsonObject;
  readonly back: (object: JsonObject) => JsonObject;
}

/** The view of a version; undefined when it is no longer served. */
export type VersionsOf = (apiVersion: string) => VersionView | undefined;

/** `pruned` with what owners have in this version given back from `merged`. Both are in the version of the request. */
function giveBack(view: VersionView, [merged, pruned]: readonly [JsonObject, JsonObject], owned: FieldSet): JsonObject {
  const { schema, into, back } = view;
  const whole = into(merged);
  const all = withNamedFields(schema, fieldsOf(schema, whole));
  const left = withNamedFields(schema, fieldsOf(schema, into(pruned)));
  const kept = union(left, withNamedFields(schema, owned));
  return back(removeFields(schema, whole, difference(all, kept)));
}

/** The sets of all owners by version; the version of the last apply first, so that what it needs for conversion is there. */
function ownedByVersion(owners: readonly Owner[], first: string): ReadonlyMap<string, FieldSet> {
  const sets = new Map<string, FieldSet>([[first, EMPTY_SET]]);
  for (const { apiVersion, fields } of owners) sets.set(apiVersion, union(sets.get(apiVersion) ?? EMPTY_SET, fields));
  return sets;
}

/**
 * Takes from `merged` what `last` had applied and no owner has: `owners` are all after this apply, the applying manager with what it names now.
 * A structure goes whole when nothing in it is owned any more, also with what nobody owned.
 */
export function prune(merged: JsonObject, last: Owner, owners: readonly Owner[], versions: VersionsOf): JsonObject {
  const view = versions(last.apiVersion);
  if (!view || isEmptySet(last.fields)) return merged;
  const { schema, into, back } = view;
  const whole = into(merged);
  const named = withNamedFields(schema, last.fields);
  let pruned = back(removeFields(schema, whole, named));
  for (const [apiVersion, owned] of ownedByVersion(owners, last.apiVersion)) {
    const other = versions(apiVersion);
    if (other) pruned = giveBack(other, [merged, pruned], owned);
  }
  const left = withNamedFields(schema, fieldsOf(schema, into(pruned)));
  const all = withNamedFields(schema, fieldsOf(schema, whole));
  return back(removeFields(schema, whole, intersection(difference(all, left), named)));
}
