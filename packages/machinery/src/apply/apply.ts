// Server-side apply: merges what a manager wants into the object, finds conflicts, and writes down who owns what.
import type { JsonObject } from "../schema/schema.ts";
import { type Comparison, compareObjects, withoutFields } from "./compare.ts";
import type { Conflict } from "./conflict.ts";
import { difference, type FieldSet, intersection, isEmptySet, recursiveDifference, union } from "./field-set.ts";
import { fieldsOf } from "./fields-of.ts";
import { mergeApplied } from "./merge.ts";
import { type Owner, sameWriter, type Writer } from "./owners.ts";
import { prune, type VersionsOf } from "./prune.ts";
import { SERVER_FIELDS } from "./server-fields.ts";
import { type ChangesIn, takeFrom } from "./update-owners.ts";

/** One apply. Objects are in the version of the request, `live` and what `canonical` makes in canonical form. */
export interface Application {
  readonly live: JsonObject;
  readonly applied: JsonObject;
  readonly owners: readonly Owner[];
  /** Its operation is Apply; its version is the one that the objects are in. */
  readonly writer: Writer;
  readonly now: string;
  /** Fields that this endpoint does not write; they are not owned through it. */
  readonly resets: (apiVersion: string) => FieldSet;
  readonly versions: VersionsOf;
  /** Checks types, drops nulls, fills in defaults. Throws on what cannot be read. */
  readonly canonical: (object: JsonObject) => JsonObject;
}

export interface Applied {
  /** What is to be written if the conflicts are none or overridden. */
  readonly object: JsonObject;
  /** Owners after the write, conflicts decided for the writer. */
  readonly owners: readonly Owner[];
  readonly conflicts: readonly Conflict[];
}

/** What changes between two objects, in any served version; each version is compared once. */
export function changesBetween(
  before: JsonObject,
  after: JsonObject,
  { versions, resets }: Pick<Application, "versions" | "resets">,
): ChangesIn {
  const known = new Map<string, Comparison | undefined>();
  const compare = (apiVersion: string): Comparison | undefined => {
    const view = versions(apiVersion);
    if (!view) return undefined;
    return withoutFields(compareObjects(view.schema, view.into(before), view.into(after)), resets(apiVersion));
  };
  return (apiVersion) => {
    if (!known.has(apiVersion)) known.set(apiVersion, compare(apiVersion));
    return known.get(apiVersion);
  };
}

function conflictsOf(others: readonly Owner[], changesIn: ChangesIn): readonly Conflict[] {
  return others.flatMap((owner) => {
    const changes = changesIn(owner.apiVersion);
    const fields = changes && intersection(owner.fields, union(changes.modified, changes.added));
    return fields && !isEmptySet(fields) ? [{ owner, fields }] : [];
  });
}

/** Merges, prunes, compares. Decides nothing about conflicts: the caller refuses or overrides them. */
export function applyConfiguration(application: Application): Applied {
  const { live, applied, owners, writer, now, resets, versions, canonical } = application;
  const view = versions(writer.apiVersion);
  if (!view) throw new Error(`version ${writer.apiVersion} is not served`);
  const merged = canonical(mergeApplied(view.schema, live, applied));
  const last = owners.find((owner) => sameWriter(owner, writer));
  const others = owners.filter((owner) => owner !== last);
  const wanted = recursiveDifference(fieldsOf(view.schema, applied), resets(writer.apiVersion));
  const { manager, operation, apiVersion, subresource } = writer;
  const named: Owner = { manager, operation, apiVersion, subresource, time: now, fields: wanted };
  const object = last ? canonical(prune(merged, last, [...others, named], versions)) : merged;
  const changesIn = changesBetween(live, object, application);
  const fields = difference(wanted, SERVER_FIELDS);
  return {
    object,
    conflicts: conflictsOf(others, changesIn),
    owners: [...takeFrom(others, changesIn), ...(isEmptySet(fields) ? [] : [{ ...named, fields }])],
  };
}
