// Owners of fields: the entries of metadata.managedFields with their sets at hand, and back.
import type { ManagedFieldsEntry } from "../meta/object-meta.ts";
import { equalSets, type FieldSet, isEmptySet } from "./field-set.ts";
import { parseFields, writeFields } from "./fields-v1.ts";

/** Who writes: together these make one entry. The version tells entries apart for updates only. */
export interface Writer {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  /** Version that the paths are written in. */
  readonly apiVersion: string;
  /** Absent for the object itself. */
  readonly subresource?: string | undefined;
}

/** One manager's fields. */
export interface Owner extends Writer {
  readonly fields: FieldSet;
  /** When it last set a field (RFC 3339, whole seconds). */
  readonly time?: string | undefined;
  /** The entry that this came from, while nothing about it has changed. */
  readonly entry?: ManagedFieldsEntry | undefined;
}

/** Text that two writers share exactly when they write into the same entry. */
export function identityOf({ manager, operation, apiVersion, subresource = "" }: Writer): string {
  return JSON.stringify([manager, operation, operation === "Apply" ? "" : apiVersion, subresource]);
}

export const sameWriter = (a: Writer, b: Writer): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  (a.subresource ?? "") === (b.subresource ?? "") &&
  (a.operation === "Apply" || a.apiVersion === b.apiVersion);

const parsedLists = new WeakMap<readonly ManagedFieldsEntry[], readonly Owner[]>();

function parseEntry(entry: ManagedFieldsEntry): Owner | undefined {
  const { manager = "", operation, apiVersion, fieldsType, fieldsV1 = {}, subresource, time } = entry;
  if ((operation !== "Apply" && operation !== "Update") || !apiVersion || fieldsType !== "FieldsV1") return undefined;
  const fields = parseFields(fieldsV1);
  return fields && { manager, operation, apiVersion, subresource, time, fields, entry };
}

/** The owners that entries name; undefined when one is malformed. Of several entries of one writer the last counts. */
export function parseOwners(entries: readonly ManagedFieldsEntry[]): readonly Owner[] | undefined {
  const known = parsedLists.get(entries);
  if (known) return known;
  const found = new Map<string, Owner>();
  for (const entry of entries) {
    const owner = parseEntry(entry);
    if (!owner) return undefined;
    found.set(identityOf(owner), owner);
  }
  const owners = [...found.values()];
  if (Object.isFrozen(entries)) parsedLists.set(entries, owners);
  return owners;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Applied entries first, then the older, then by name, version and subresource. */
function compareOwners(a: Owner, b: Owner): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.time ?? "", b.time ?? "") ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource ?? "", b.subresource ?? "")
  );
}

function writeEntry({ entry, manager, operation, apiVersion, subresource, time, fields }: Owner): ManagedFieldsEntry {
  return (
    entry ?? {
      ...(manager !== "" && { manager }),
      operation,
      apiVersion,
      ...(time !== undefined && { time }),
      fieldsType: "FieldsV1",
      fieldsV1: writeFields(fields),
      ...(subresource ? { subresource } : {}),
    }
  );
}

/** The entries of owners in upstream's order, without owners of nothing. Entries that did not change are the same objects. */
export function writeOwners(owners: readonly Owner[]): readonly ManagedFieldsEntry[] {
  return owners
    .filter(({ fields }) => !isEmptySet(fields))
    .sort(compareOwners)
    .map(writeEntry);
}

/** The owner with other fields; the same reference when they are the same. */
export function withFields(owner: Owner, fields: FieldSet): Owner {
  return fields === owner.fields ? owner : { ...owner, fields, entry: undefined };
}

/** Whether two lists of entries differ in nothing but times. */
export function sameButTimes(a: readonly ManagedFieldsEntry[], b: readonly ManagedFieldsEntry[]): boolean {
  if (a === b) return true;
  const [mine, theirs] = [parseOwners(a), parseOwners(b)];
  if (!mine || !theirs || mine.length !== theirs.length) return false;
  return mine.every((owner) => {
    const other = theirs.find((one) => sameWriter(one, owner));
    return other !== undefined && other.apiVersion === owner.apiVersion && equalSets(other.fields, owner.fields);
  });
}
