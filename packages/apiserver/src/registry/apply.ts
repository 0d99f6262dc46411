// Server-side apply: creates or changes an object so that it has what a manager wants, and records who owns what.
import {
  type AnyKind,
  type Applied,
  apiVersionOf,
  appliedFault,
  applyConfiguration,
  changesBetween,
  conflictError,
  decodeObject,
  isApiError,
  isObject,
  type Json,
  type JsonObject,
  type KubeObject,
  type ManagedFieldsEntry,
  type Owner,
  parseApiVersion,
  parseOwners,
  updateOwners,
  withoutAllowed,
  writeOwners,
} from "@knots/machinery";
import { badRequest, conflict, internalFault, objectNotFound } from "../errors.ts";
import { createObject } from "./create.ts";
import { fieldsOfLastApplied, KUBECTL, withLastApplied } from "./managed/last-applied.ts";
import { nowOf, withManaged, writerOf } from "./managed/track.ts";
import { emptyObject, resetsOf, versionsOf } from "./managed/versions.ts";
import { type AnyObject, withMeta } from "./objects.ts";
import type { Registry } from "./registry.ts";
import { checkName, type Updated, type UpdateTarget, updateObject } from "./update.ts";

const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;
/** The owner of what was there before anybody's fields were recorded. */
const BEFORE_FIRST_APPLY = "before-first-apply";

function goKind(object: JsonObject): string {
  const { apiVersion, kind } = object;
  const { group, version } = parseApiVersion(typeof apiVersion === "string" ? apiVersion : "");
  return `${group}/${version}, Kind=${typeof kind === "string" ? kind : ""}`;
}

function textIn(metadata: JsonObject, name: string): string {
  const value = metadata[name];
  return typeof value === "string" ? value : "";
}

/** The object in the body: of this kind, without owners, and such that each of its values has its place in the schema. */
function appliedObject(kind: AnyKind, body: Json): JsonObject {
  if (!isObject(body)) throw badRequest("error decoding YAML: the body of the request is not an object");
  const told = goKind(body);
  const wanted = `${kind.group}/${kind.version}, Kind=${kind.kind}`;
  if (told !== wanted) throw badRequest(`invalid object type: ${told}`);
  const metadata = isObject(body["metadata"] ?? null) ? (body["metadata"] as JsonObject) : {};
  const managed = metadata["managedFields"];
  if (Array.isArray(managed) && managed.length > 0) throw badRequest("metadata.managedFields must be nil");
  const fault = appliedFault(kind.schema, body);
  if (fault === undefined) return body;
  const name = `${textIn(metadata, "namespace")}/${textIn(metadata, "name")}`;
  throw internalFault(`failed to create typed patch object (${name}; ${told}): ${fault}`);
}

/** Owners of an object that is applied to: what nobody's writes account for belongs to one owner of its own. */
function ownersOf(registry: Registry, live: AnyObject | undefined): readonly Owner[] {
  const entries = live?.metadata.managedFields ?? [];
  const owners = parseOwners(entries);
  if (!owners) throw internalFault("failed to decode managed fields");
  if (!live || owners.length > 0) return owners;
  const { kind } = registry;
  const parts = { versions: versionsOf(registry), resets: resetsOf(registry, undefined) };
  const changes = changesBetween(emptyObject(kind), asJson(live), parts);
  const writer = { manager: BEFORE_FIRST_APPLY, operation: "Update", apiVersion: apiVersionOf(kind) } as const;
  return updateOwners([], changes, writer, nowOf(registry));
}

/** What an apply leaves: the object in the served version with its entries. */
function outcome(
  registry: Registry,
  target: UpdateTarget,
  applied: JsonObject,
  live: AnyObject | undefined,
): AnyObject {
  const { kind } = registry;
  const { context, scope } = target;
  const writer = writerOf(registry, context, { operation: "Apply", scope });
  const result: Applied = applyConfiguration({
    live: live ? asJson(live) : emptyObject(kind),
    applied,
    owners: ownersOf(registry, live),
    writer,
    now: nowOf(registry),
    resets: resetsOf(registry, scope),
    versions: versionsOf(registry),
    canonical: (object) => decodeObject(kind.schema, object),
  });
  const kubectl = writer.manager === KUBECTL;
  const allowed = kubectl && live ? fieldsOfLastApplied(registry, live) : undefined;
  const conflicts = allowed ? withoutAllowed(result.conflicts, allowed) : result.conflicts;
  if (conflicts.length > 0 && !context.options.force) throw conflictError(conflicts);
  // Whoever applies null takes the metadata away.
  const object = { metadata: {}, ...result.object } as unknown as AnyObject;
  return withManaged(kubectl ? withLastApplied(object, applied) : object, entriesOf(result.owners));
}

function entriesOf(owners: readonly Owner[]): readonly ManagedFieldsEntry[] | undefined {
  const entries = writeOwners(owners);
  return entries.length > 0 ? entries : undefined;
}

/** Creates what is not there; undefined when another has just done so. */
async function createApplied(
  registry: Registry,
  target: UpdateTarget,
  applied: JsonObject,
): Promise<Updated | undefined> {
  const { kind } = registry;
  const { namespace, name, scope, context } = target;
  if (scope) throw objectNotFound(kind, name);
  const object = outcome(registry, target, applied, undefined);
  const { managedFields: managed = [], uid } = object.metadata;
  if (uid)
    throw conflict(
      kind,
      name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  checkName(object, target);
  const body = withMeta(object, { name, managedFields: undefined });
  try {
    return { object: await createObject(registry, { namespace, body, context, managed }), created: true };
  } catch (error) {
    if (isApiError(error, "AlreadyExists")) return undefined;
    throw error;
  }
}

/** Applies `body`: 201 when that creates the object, 409 with one cause for each field that others own and would lose. */
export async function applyObject(registry: Registry, target: UpdateTarget, body: Json): Promise<Updated> {
  const applied = appliedObject(registry.kind, body);
  return updateObject(
    registry,
    { ...target, applies: true, absent: () => createApplied(registry, target, applied) },
    (live) => outcome(registry, target, applied, live),
  );
}
