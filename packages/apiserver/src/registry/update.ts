// Updates: read, change, guard, write; repeated while others write in between and the client did not ask for a version.
import {
  type AnyKind,
  type ApiError,
  isApiError,
  type KubeObject,
  type ManagedFieldsEntry,
  sameButTimes,
} from "@knots/machinery";
import type { RequestContext } from "../context.ts";
import { badRequest, objectNotFound, staleObject } from "../errors.ts";
import { createObject } from "./create.ts";
import { removeObject } from "./delete.ts";
import { managedOnUpdate, withManaged } from "./managed/track.ts";
import { checkUpdatePreconditions, prepareUpdateMeta } from "./metadata.ts";
import { type AnyObject, deepFreeze, equalJson, withField, withMeta } from "./objects.ts";
import { input, output, type Registry, redefault, validate } from "./registry.ts";
import type { UpdateScope } from "./update-scope.ts";

/** How often a write that named no version is tried against newer versions. */
const TRIES = 32;

export interface UpdateTarget {
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly scope?: UpdateScope | undefined;
  readonly context: RequestContext;
  /** Tells of a body that cannot be read, for clients that did not write it themselves. */
  readonly unreadable?: (error: ApiError, body: KubeObject) => ApiError;
  /** The change says itself who owns what: its metadata.managedFields are written as they are. */
  readonly applies?: boolean;
  /** What to do when there is no such object; undefined when meanwhile there is. */
  readonly absent?: () => Promise<Updated | undefined>;
}

/** Makes the wanted object (in the served version) from the current one. */
export type Change = (current: AnyObject) => KubeObject;

export interface Updated {
  readonly object: AnyObject;
  readonly created: boolean;
}

export function checkName(object: KubeObject, { name, namespace }: UpdateTarget): void {
  const { name: given, namespace: space } = object.metadata;
  if (given && given !== name)
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  if (space && namespace && space !== namespace)
    throw badRequest(`the namespace of the object (${space}) does not match the namespace on the URL (${namespace})`);
}

/** The whole object keeps status; status keeps everything but itself, labels, annotations and finalizers. */
export const statusScope: UpdateScope = {
  subresource: "status",
  merge: (object, old, { strategy, tools }) => {
    const metadata = { ...object.metadata, ownerReferences: old.metadata.ownerReferences };
    const merged = withField(withMeta(old, metadata), "status", object["status"]);
    return strategy.prepareStatus?.(merged, old, tools) ?? merged;
  },
};

/** The object as the client wants it; status stays. */
export function mergeWhole(object: AnyObject, old: AnyObject, registry: Registry): AnyObject {
  const { storage, strategy, tools } = registry;
  const kept = storage.kind.hasStatus ? withField(object, "status", old["status"]) : object;
  return strategy.prepareUpdate?.(kept, old, tools) ?? kept;
}

function wantsNewGeneration(object: AnyObject, old: AnyObject): boolean {
  const strip = ({ metadata: _m, status: _s, ...rest }: AnyObject): object => rest;
  return !equalJson(strip(object), strip(old));
}

function counted(registry: Registry, object: AnyObject, old: AnyObject): AnyObject {
  if (!registry.storage.kind.generation || !wantsNewGeneration(object, old)) return object;
  return withMeta(object, { generation: (old.metadata.generation ?? 0) + 1 });
}

/** The client's object, decoded, and as it came where decoding hides something. */
interface Body {
  readonly object: AnyObject;
  readonly managed: readonly ManagedFieldsEntry[] | undefined;
}

/** The object as far as the client decides it: what a subresource takes from it where that is less than all. */
function isWhole(scope: UpdateScope | undefined): boolean {
  return scope === undefined || scope.subresource === "status";
}

/** The object to write, from the client's and the current one. */
async function shape(registry: Registry, target: UpdateTarget, body: Body, old: AnyObject): Promise<AnyObject> {
  const { admission, storage, strategy } = registry;
  const { context, scope } = target;
  const { kind } = storage;
  const attributes = {
    operation: "UPDATE",
    kind,
    subresource: scope?.subresource,
    namespace: target.namespace,
    name: target.name,
    old,
    context,
  } as const;
  const kept = prepareUpdateMeta(body.object, old);
  const mutated = redefault(kind, await admission.mutate({ ...attributes, object: kept }));
  const merge = scope?.merge ?? mergeWhole;
  const merged = redefault(kind, prepareUpdateMeta(merge(mutated, old, registry), old));
  const numbered = scope?.keepsGeneration ? merged : counted(registry, merged, old);
  const next = isWhole(scope) ? kept : merged;
  const managed = target.applies
    ? body.managed
    : managedOnUpdate(registry, { old, next, given: body.managed, scope, context });
  const object = withManaged(numbered, managed);
  strategy.authorizeWrite?.(object, old, context);
  validate(registry, object, old);
  for (const warning of strategy.warnings?.(object, old) ?? []) context.warn(warning);
  await admission.validate({ ...attributes, object });
  return object;
}

/** Whether nothing but finalizers kept the object. */
function mayGo({ strategy }: Registry, object: AnyObject): boolean {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (!deletionTimestamp || finalizers.length > 0) return false;
  return strategy.removable ? strategy.removable(object) : !object.metadata.deletionGracePeriodSeconds;
}

/** Whether nothing but times of owners would change: such a write is none. */
function isUnchanged(object: AnyObject, old: AnyObject): boolean {
  const before = old.metadata.managedFields;
  const same = sameButTimes(object.metadata.managedFields ?? [], before ?? []);
  return same && equalJson(withManaged(object, before), old);
}

/** Writes `wanted` over `old`; undefined when another write came in between. What would not change is written for a better form in the store only. */
async function write(registry: Registry, wanted: AnyObject, old: AnyObject, context: RequestContext) {
  const { storage, strategy, tools } = registry;
  const { name = "", namespace } = old.metadata;
  const key = storage.key(namespace, name);
  const unchanged = isUnchanged(wanted, old);
  if (unchanged && !storage.values.isStale(key, old)) return old;
  const object = unchanged ? old : wanted;
  if (context.options.dryRun) return deepFreeze(object);
  if (mayGo(registry, object)) return removeObject(registry, old, object);
  const claim = strategy.claim ? await strategy.claim(object, old, tools) : { object };
  const ttl = strategy.ttlSeconds === undefined ? {} : { ttlSeconds: strategy.ttlSeconds };
  const stored = await storage.replace(key, deepFreeze(claim.object), old, { ...claim.alongside, ...ttl });
  const lost = stored ? undefined : await claim.lost?.();
  if (lost) throw lost;
  return stored;
}

async function createInstead(registry: Registry, target: UpdateTarget, change: Change | KubeObject): Promise<Updated> {
  const { kind, strategy } = registry;
  if (!strategy.createOnUpdate || target.scope || typeof change === "function") throw objectNotFound(kind, target.name);
  const { resourceVersion: _version, ...metadata } = { ...change.metadata, name: target.name };
  const { namespace, context } = target;
  return { object: await createObject(registry, { namespace, body: { ...change, metadata }, context }), created: true };
}

function read(kind: AnyKind, wanted: KubeObject, { context, unreadable }: UpdateTarget): AnyObject {
  try {
    return input(kind, wanted, context);
  } catch (error) {
    throw unreadable && isApiError(error, "BadRequest") ? unreadable(error, wanted) : error;
  }
}

/** Replaces an object by `change` (a whole object, or a function of the current one). */
export async function updateObject(
  registry: Registry,
  target: UpdateTarget,
  change: Change | KubeObject,
): Promise<Updated> {
  const { storage, kind } = registry;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const old = await storage.get(storage.key(target.namespace, target.name));
    if (!old) {
      const made = await (target.absent ? target.absent() : createInstead(registry, target, change));
      if (made) return made;
      continue;
    }
    const wanted = typeof change === "function" ? change(output(kind, old)) : change;
    checkName(wanted, target);
    const body = { object: read(kind, wanted, target), managed: wanted.metadata.managedFields };
    checkUpdatePreconditions(kind, typeof change === "function" ? withoutCurrent(wanted, old) : wanted, old);
    const object = await shape(registry, target, body, old);
    const stored = await write(registry, object, old, target.context);
    if (stored) return { object: output(kind, stored), created: false };
  }
  throw staleObject(kind, target.name);
}

/** A computed object carries the current version unless the client set another; then it is checked like any. */
function withoutCurrent(wanted: KubeObject, old: AnyObject): KubeObject {
  const { resourceVersion } = wanted.metadata;
  return resourceVersion ? wanted : withMeta(wanted, { resourceVersion: old.metadata.resourceVersion });
}
