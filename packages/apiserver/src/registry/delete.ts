// Deletion: preconditions, grace, finalizers, and the removal itself.
import type { DeleteOptions } from "@knots/client";
import type { Status } from "@knots/machinery";
import { formatTime } from "@knots/std";
import type { RequestContext } from "../context.ts";
import { conflict, invalidObject, objectNotFound, staleObject } from "../errors.ts";
import { atDeletion } from "./codec.ts";
import { type AnyObject, deepFreeze, equalJson, withMeta } from "./objects.ts";
import { output, type Registry } from "./registry.ts";

const TRIES = 32;
export const ORPHAN = "orphan";
export const FOREGROUND = "foregroundDeletion";

export interface DeleteTarget {
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly options: DeleteOptions;
  readonly context: RequestContext;
}

/** Either the object is gone (`removed`), or it stays marked until others have finished with it. */
export interface Deleted {
  readonly object: AnyObject;
  readonly removed: boolean;
}

/** Refuses a deletion that was meant for another object, or another version of it. */
export function checkPreconditions({ kind }: Registry, { preconditions }: DeleteOptions, object: AnyObject): void {
  const { uid, resourceVersion } = preconditions ?? {};
  const { metadata } = object;
  const name = metadata.name ?? "";
  const mismatch = (what: string, wanted: string, found: string | undefined): Error =>
    conflict(kind, name, `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${found}`);
  if (uid && uid !== metadata.uid) throw mismatch("UID", uid, metadata.uid);
  if (resourceVersion && resourceVersion !== metadata.resourceVersion)
    throw mismatch("ResourceVersion", resourceVersion, metadata.resourceVersion);
}

function finalizersFor({ strategy }: Registry, { metadata }: AnyObject, options: DeleteOptions): readonly string[] {
  const current = metadata.finalizers ?? [];
  const chosen = current.includes(ORPHAN) || current.includes(FOREGROUND);
  const propagationPolicy = options.propagationPolicy ?? (strategy.orphansByDefault && !chosen ? "Orphan" : undefined);
  if (!propagationPolicy) return current;
  const others = current.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  if (propagationPolicy === "Orphan") return [...others, ORPHAN];
  return propagationPolicy === "Foreground" ? [...others, FOREGROUND] : others;
}

/** The object marked for deletion, or undefined when it can be removed at once. */
function marked(registry: Registry, object: AnyObject, options: DeleteOptions): AnyObject | undefined {
  const { strategy, tools } = registry;
  const finalizers = finalizersFor(registry, object, options);
  const grace = strategy.gracePeriod?.(object, options) ?? 0;
  const { deletionTimestamp, deletionGracePeriodSeconds: running = 0, generation } = object.metadata;
  const removable = strategy.removable?.(object) ?? true;
  if (finalizers.length === 0 && grace === 0 && removable) return undefined;
  const shown = finalizers.length > 0 ? finalizers : undefined;
  // A second call may shorten the time that is left, never prolong it.
  if (deletionTimestamp && grace >= running) return withMeta(object, { finalizers: shown });
  const requested = deletionTimestamp ? Date.parse(deletionTimestamp) - running * 1000 : tools.clock.now();
  const next = withMeta(object, {
    finalizers: shown,
    deletionTimestamp: formatTime(requested + grace * 1000),
    deletionGracePeriodSeconds: grace,
    generation: generation && !deletionTimestamp ? generation + 1 : generation,
  });
  return strategy.prepareMark?.(next, tools) ?? next;
}

/** Takes the object out of the store; answers its last state, undefined when another write came in between. */
export async function removeObject(registry: Registry, old: AnyObject, last = old): Promise<AnyObject | undefined> {
  const { storage, strategy } = registry;
  const { namespace, name = "" } = old.metadata;
  const revision = await storage.remove(storage.key(namespace, name), old, strategy.release?.(last));
  return revision === undefined ? undefined : atDeletion(last, revision);
}

async function attempt(registry: Registry, target: DeleteTarget, old: AnyObject): Promise<Deleted | undefined> {
  const { storage, strategy, admission, kind } = registry;
  const { namespace, name, options, context } = target;
  checkPreconditions(registry, options, old);
  strategy.checkDelete?.(old);
  await admission.validate({ operation: "DELETE", kind: storage.kind, namespace, name, old, context });
  const next = marked(registry, old, options);
  if (context.options.dryRun) return { object: output(kind, deepFreeze(next ?? old)), removed: !next };
  if (!next) {
    const gone = await removeObject(registry, old);
    return gone && { object: output(kind, gone), removed: true };
  }
  const stored = equalJson(next, old)
    ? old
    : await storage.replace(storage.key(namespace, name), deepFreeze(next), old);
  return stored && { object: output(kind, stored), removed: false };
}

/** Deletes an object or marks it for deletion. */
export async function deleteObject(registry: Registry, target: DeleteTarget): Promise<Deleted> {
  const { storage, kind } = registry;
  checkOptions(target.options);
  for (let tries = 0; tries < TRIES; tries++) {
    const old = await storage.get(storage.key(target.namespace, target.name));
    if (!old) throw objectNotFound(kind, target.name);
    const deleted = await attempt(registry, target, old);
    if (deleted) return deleted;
  }
  throw staleObject(kind, target.name);
}

const DELETE_OPTIONS = { group: "meta.k8s.io", kind: "DeleteOptions" };
const POLICIES = ["Foreground", "Background", "Orphan"];

function checkOptions({ propagationPolicy: policy }: DeleteOptions): void {
  if (policy === undefined || POLICIES.includes(policy)) return;
  const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`;
  throw invalidObject(DELETE_OPTIONS, "", [{ type: "FieldValueNotSupported", field: "propagationPolicy", message }]);
}

/** The answer to a deletion that took effect at once. */
export function deletionStatus({ kind }: Registry, object: AnyObject): Status {
  const { name = "", uid } = object.metadata;
  const group = kind.group === "" ? {} : { group: kind.group };
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, ...group, kind: kind.plural, ...(uid && { uid }) },
    code: 200,
  };
}
