// Metadata on the way in: what the server sets, what it keeps, what it refuses.
import { type AnyKind, apiVersionOf, fieldPath, invalid, type KubeObject, type ObjectMeta } from "@knots/machinery";
import { formatTime, nameSuffix, uuid } from "@knots/std";
import { badRequest, conflict, invalidObject, staleObject } from "../errors.ts";
import { type AnyObject, withMeta } from "./objects.ts";
import type { StrategyTools } from "./strategy.ts";

/** Generated names keep the prefix to this length, so that the whole stays a DNS label. */
const MAX_PREFIX = 58;

/** The body's type must be the resource's; an absent type is taken to be right. */
export function checkType(kind: AnyKind, object: KubeObject): void {
  const wanted = apiVersionOf(kind);
  const given = `${object.apiVersion ?? wanted}, Kind=${object.kind ?? kind.kind}`;
  if (given === `${wanted}, Kind=${kind.kind}`) return;
  if (object.apiVersion !== undefined && object.apiVersion !== wanted)
    throw badRequest(
      `the API version in the data (${object.apiVersion}) does not match the expected API version (${wanted})`,
    );
  throw badRequest(`${object.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: no kind match`);
}

/** The object's namespace as the request says it; 400 when the two differ. */
export function inNamespace(kind: AnyKind, object: AnyObject, namespace: string | undefined): AnyObject {
  const given = object.metadata.namespace ?? "";
  if (kind.scope === "Cluster") return given === "" ? object : withMeta(object, { namespace: undefined });
  if (!namespace) throw badRequest("an empty namespace may not be set during creation");
  if (given !== "" && given !== namespace)
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  return given === namespace ? object : withMeta(object, { namespace });
}

/** A fresh name from `generateName`, or the object as it is. */
export function generateName(object: AnyObject, tools: StrategyTools): AnyObject {
  const { name, generateName: prefix } = object.metadata;
  if (name || !prefix) return object;
  return withMeta(object, { name: prefix.slice(0, MAX_PREFIX) + nameSuffix(tools.random) });
}

/** Sets server-made metadata of a new object. */
export function prepareCreateMeta(kind: AnyKind, object: AnyObject, tools: StrategyTools): AnyObject {
  if (object.metadata.resourceVersion) throw badRequest("resourceVersion should not be set on objects to be created");
  return withMeta(object, {
    uid: uuid(tools.random),
    creationTimestamp: formatTime(tools.clock.now()),
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
    selfLink: undefined,
    generation: kind.generation ? 1 : undefined,
  });
}

const KEPT = [
  "name",
  "generateName",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "generation",
  "resourceVersion",
  "managedFields",
] as const satisfies readonly (keyof ObjectMeta)[];

/** Keeps what an update may not touch. */
export function prepareUpdateMeta(object: AnyObject, old: AnyObject): AnyObject {
  const kept = Object.fromEntries(KEPT.map((field) => [field, old.metadata[field]]));
  return withMeta(object, { ...kept, selfLink: undefined });
}

/** Refuses an update made from another version or another incarnation of the object. */
export function checkUpdatePreconditions(kind: AnyKind, object: KubeObject, old: AnyObject): void {
  const { resourceVersion, uid } = object.metadata;
  const name = old.metadata.name ?? "";
  if (uid && uid !== old.metadata.uid)
    throw conflict(
      kind,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
    );
  if (resourceVersion) {
    if (resourceVersion !== old.metadata.resourceVersion) throw staleObject(kind, name);
  } else if (!kind.unconditionalUpdate) {
    const path = fieldPath("metadata").child("resourceVersion");
    throw invalidObject(kind, name, [
      {
        ...invalid(path, 0, "must be specified for an update"),
        message: "Invalid value: 0x0: must be specified for an update",
      },
    ]);
  }
}
