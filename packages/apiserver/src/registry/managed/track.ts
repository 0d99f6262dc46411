// Writes that are no apply, recorded in metadata.managedFields.
import {
  apiVersionOf,
  changesBetween,
  type JsonObject,
  type KubeObject,
  type ManagedFieldsEntry,
  type Owner,
  parseOwners,
  updateOwners,
  type Writer,
  writeOwners,
} from "@knots/machinery";
import { deepEqual, formatTime } from "@knots/std";
import type { RequestContext } from "../../context.ts";
import { type AnyObject, withMeta } from "../objects.ts";
import { output, type Registry } from "../registry.ts";
import type { UpdateScope } from "../update-scope.ts";
import { managerOf } from "./manager-name.ts";
import { emptyObject, resetsOf, versionsOf } from "./versions.ts";

type Entries = readonly ManagedFieldsEntry[];

const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;

/** Who writes, as entries name it. */
export function writerOf(
  { kind }: Registry,
  context: RequestContext,
  { operation, scope }: { readonly operation: Writer["operation"]; readonly scope?: UpdateScope | undefined },
): Writer {
  return { manager: managerOf(context), operation, apiVersion: apiVersionOf(kind), subresource: scope?.subresource };
}

export const nowOf = ({ tools }: Registry): string => formatTime(tools.clock.now());

/** A list that is empty, or has one empty entry, forgets all owners. */
function isReset(entries: Entries): boolean {
  const [first, ...more] = entries;
  return !first || (more.length === 0 && Object.keys(first).length === 0);
}

/** Owners from the entries that a client sent, where they can be read. */
function givenOwners(given: Entries | undefined): readonly Owner[] | undefined {
  const owners = given && parseOwners(given);
  // What a client wrote is written anew, so that it is in canonical form.
  return owners && owners.length > 0 ? owners.map((owner) => ({ ...owner, entry: undefined })) : undefined;
}

/** The entries of a new object: all of it belongs to whoever creates it, beside what the body says of others. */
export function managedOnCreate(registry: Registry, object: AnyObject, context: RequestContext): Entries | undefined {
  const { kind } = registry;
  const owners = givenOwners(object.metadata.managedFields) ?? [];
  const parts = { versions: versionsOf(registry), resets: resetsOf(registry, undefined) };
  const changes = changesBetween(emptyObject(kind), asJson(output(kind, object)), parts);
  const writer = writerOf(registry, context, { operation: "Update" });
  const entries = writeOwners(updateOwners(owners, changes, writer, nowOf(registry)));
  return entries.length > 0 ? entries : undefined;
}

/** One update, as far as owners are concerned. */
export interface TrackedUpdate {
  readonly old: AnyObject;
  /** The object that the client wants, before others have changed it. */
  readonly next: AnyObject;
  /** Entries in the client's body. */
  readonly given: Entries | undefined;
  readonly scope: UpdateScope | undefined;
  readonly context: RequestContext;
}

function ownersBefore({ old, given, scope }: TrackedUpdate): readonly Owner[] {
  const live = old.metadata.managedFields;
  // Only a write of the object itself may change who owns what.
  const sent = scope || given === live || deepEqual(given, live) ? undefined : given;
  if (sent && isReset(sent)) return [];
  return givenOwners(sent) ?? (live && parseOwners(live)) ?? [];
}

/** The entries after an update; the same reference when nothing moved. An object without owners stays so until it is applied. */
export function managedOnUpdate(registry: Registry, update: TrackedUpdate): Entries | undefined {
  const { old, next, scope, context } = update;
  const live = old.metadata.managedFields;
  if (scope?.untracked) return live;
  const before = ownersBefore(update);
  if (before.length === 0) return undefined;
  const { kind } = registry;
  const parts = { versions: versionsOf(registry), resets: resetsOf(registry, scope) };
  const changes = changesBetween(asJson(output(kind, old)), asJson(output(kind, next)), parts);
  const writer = writerOf(registry, context, { operation: "Update", scope });
  const owners = updateOwners(before, changes, writer, nowOf(registry));
  if (owners === before && live && owners === parseOwners(live)) return live;
  const entries = writeOwners(owners);
  return entries.length > 0 ? entries : undefined;
}

/** The object with these entries; the same reference when it has them. */
export function withManaged<T extends KubeObject>(object: T, entries: Entries | undefined): T {
  return object.metadata.managedFields === entries ? object : withMeta(object, { managedFields: entries });
}
