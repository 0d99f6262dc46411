// Stored objects of the in-memory API: what create, update, patch and delete do to one object, and the history they leave.
import {
  type AnyKind,
  ApiError,
  apiVersionOf,
  applyJsonPatch,
  applyMergePatch,
  applyStrategicPatch,
  failure,
  type Json,
  type JsonObject,
  type KubeObject,
  type ObjectMeta,
  type StatusReason,
} from "@knots/machinery";
import { type Clock, deepEqual, deepFreeze, formatTime, nameSuffix, type Random, uuid } from "@knots/std";
import type { ApiRequest, DeleteOptions } from "../transport/transport.ts";

/** One committed write; `previous` is absent for ADDED. */
export interface Change {
  readonly revision: number;
  readonly kind: AnyKind;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
  readonly previous?: KubeObject;
}

/** Objects by kind and key, and every change since the last compaction. Answers are frozen; refusals are `ApiError`. */
export interface FakeObjects {
  readonly revision: number;
  /** Changes after this revision are in `history`. */
  readonly compacted: number;
  readonly history: readonly Change[];
  list(kind: AnyKind): readonly KubeObject[];
  get(kind: AnyKind, namespace: string | undefined, name: string): KubeObject;
  create(kind: AnyKind, object: KubeObject, dryRun?: boolean): KubeObject;
  update(kind: AnyKind, object: KubeObject, subresource?: string): KubeObject;
  patch(kind: AnyKind, request: ApiRequest): KubeObject;
  /** Undefined when the object is gone. */
  delete(kind: AnyKind, object: KubeObject, options: DeleteOptions): KubeObject | undefined;
  compact(): void;
}

const FINALIZER = { Foreground: "foregroundDeletion", Orphan: "orphan" } as const;

const qualified = (kind: AnyKind): string => (kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`);
const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ""}/${name}`;
const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;

function refuse(code: number, reason: StatusReason, message: string): never {
  throw new ApiError(failure(code, reason, message));
}

function conflict(kind: AnyKind, name: string, why: string): never {
  return refuse(409, "Conflict", `Operation cannot be fulfilled on ${qualified(kind)} "${name}": ${why}`);
}

const MODIFIED = "the object has been modified; please apply your changes to the latest version and try again";

function checkUpdate(kind: AnyKind, old: KubeObject, next: KubeObject): void {
  const { name = "", resourceVersion, uid } = next.metadata;
  if (uid && uid !== old.metadata.uid)
    conflict(kind, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`);
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) conflict(kind, name, MODIFIED);
}

function withoutMetaAndStatus(object: KubeObject): object {
  const { metadata: _metadata, status: _status, ...rest } = asJson(object);
  return rest;
}

/** The object that a write asks for: a status write changes only status, an ordinary one everything else. */
function merged(kind: AnyKind, old: KubeObject, next: KubeObject, subresource?: string): KubeObject {
  const kept: Record<string, Json> = {};
  const before = asJson(old);
  if (subresource === "status") return { ...old, status: asJson(next)["status"] } as KubeObject;
  if (kind.hasStatus && before["status"] !== undefined) kept["status"] = before["status"];
  const { status: _status, ...rest } = asJson(next);
  const wanted = kind.hasStatus ? { ...rest, ...kept } : asJson(next);
  const { uid, creationTimestamp, deletionTimestamp, resourceVersion, generation } = old.metadata;
  const { deletionGracePeriodSeconds } = old.metadata;
  const serverMade = {
    uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    resourceVersion,
    generation,
  };
  const metadata = { ...next.metadata, ...serverMade } as ObjectMeta;
  const result = { ...wanted, metadata } as KubeObject;
  const changed = kind.generation && !deepEqual(withoutMetaAndStatus(old), withoutMetaAndStatus(result));
  return changed ? { ...result, metadata: { ...metadata, generation: (generation ?? 0) + 1 } } : result;
}

function patched(kind: AnyKind, old: KubeObject, patch: NonNullable<ApiRequest["patch"]>): KubeObject {
  switch (patch.type) {
    case "application/json-patch+json":
      return applyJsonPatch(asJson(old), patch.body) as unknown as KubeObject;
    case "application/merge-patch+json":
      return applyMergePatch(asJson(old), patch.body) as unknown as KubeObject;
    case "application/strategic-merge-patch+json":
      return applyStrategicPatch(kind.schema, asJson(old), patch.body) as unknown as KubeObject;
    case "application/apply-patch+yaml":
      return refuse(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
  }
}

/** Seconds for which a deletion of an object waits to be confirmed by one without grace; 0 deletes at once. */
export type Grace = (kind: AnyKind, object: KubeObject) => number;

/** Tables of objects and the changes that made them. */
interface History {
  revision: number;
  compacted: number;
  changes: Change[];
  table(kind: AnyKind): Map<string, KubeObject>;
  /** Seconds that a deletion of the object waits to be confirmed. */
  readonly grace: Grace;
  /** Stores or removes an object at the next revision. */
  commit(kind: AnyKind, object: KubeObject, previous?: KubeObject, gone?: boolean): KubeObject;
}

function createHistory(grace: Grace): History {
  const tables = new Map<string, Map<string, KubeObject>>();
  const history: History = {
    revision: 0,
    compacted: 0,
    changes: [],
    grace,
    table(kind) {
      const table = tables.get(qualified(kind)) ?? new Map<string, KubeObject>();
      tables.set(qualified(kind), table);
      return table;
    },
    commit(kind, object, previous, gone = false) {
      const revision = ++history.revision;
      const metadata = { ...object.metadata, resourceVersion: String(revision) };
      const stored = deepFreeze(structuredClone({ ...object, metadata }));
      const key = keyOf(metadata.namespace, metadata.name ?? "");
      if (gone) history.table(kind).delete(key);
      else history.table(kind).set(key, stored);
      const type = gone ? "DELETED" : previous ? "MODIFIED" : "ADDED";
      history.changes.push({ revision, kind, type, object: stored, ...(previous && { previous }) });
      return stored;
    },
  };
  return history;
}

/** Writes a changed object; one whose deletion waited for its last finalizer (and not for its grace) goes away. */
function replace(history: History, kind: AnyKind, [old, next]: readonly [KubeObject, KubeObject]): KubeObject {
  if (deepEqual(old, next)) return old;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = next.metadata;
  const waits = deletionGracePeriodSeconds > 0 && history.grace(kind, next) > 0;
  const finished = deletionTimestamp && finalizers.length === 0 && !waits;
  return history.commit(kind, next, old, Boolean(finished));
}

function named(kind: AnyKind, object: KubeObject, history: History, random: Random): string {
  const { name, generateName, namespace } = object.metadata;
  if (!name && !generateName) return refuse(422, "Invalid", "name or generateName is required");
  const chosen = name || `${(generateName ?? "").slice(0, 58)}${nameSuffix(random)}`;
  if (history.table(kind).has(keyOf(namespace, chosen)))
    return refuse(409, "AlreadyExists", `${qualified(kind)} "${chosen}" already exists`);
  return chosen;
}

function patch(history: History, kind: AnyKind, old: KubeObject, request: ApiRequest): KubeObject {
  if (!request.patch) return refuse(400, "BadRequest", "a patch has a body");
  const { resourceVersion: _resourceVersion, ...metadata } = old.metadata;
  const next = patched(kind, { ...old, metadata }, request.patch);
  checkUpdate(kind, old, next);
  return replace(history, kind, [old, merged(kind, old, next, request.subresource)]);
}

interface Marks {
  readonly finalizers: readonly string[];
  readonly grace: number;
  readonly now: number;
}

function marked(old: KubeObject, { finalizers, grace, now }: Marks): KubeObject {
  const deletionTimestamp = old.metadata.deletionTimestamp ?? formatTime(now + grace * 1000);
  const metadata = { ...old.metadata, finalizers, deletionTimestamp, deletionGracePeriodSeconds: grace };
  return { ...old, metadata };
}

function remove(history: History, kind: AnyKind, old: KubeObject, options: DeleteOptions & { readonly now: number }) {
  const { preconditions = {}, propagationPolicy, now } = options;
  checkUpdate(kind, old, { ...old, metadata: { ...old.metadata, ...preconditions } });
  const added = propagationPolicy && propagationPolicy !== "Background" ? [FINALIZER[propagationPolicy]] : [];
  const finalizers = [...new Set([...(old.metadata.finalizers ?? []), ...added])];
  const grace = Math.min(history.grace(kind, old), options.gracePeriodSeconds ?? Number.POSITIVE_INFINITY);
  if (finalizers.length > 0 || grace > 0) return replace(history, kind, [old, marked(old, { finalizers, grace, now })]);
  history.commit(kind, old, old, true);
  return undefined;
}

/** Creates an empty store. */
export function createFakeObjects(clock: Clock, random: Random, grace: Grace = () => 0): FakeObjects {
  const history = createHistory(grace);
  const objects: FakeObjects = {
    get revision() {
      return history.revision;
    },
    get compacted() {
      return history.compacted;
    },
    get history() {
      return history.changes;
    },
    list: (kind) => [...history.table(kind).values()],
    get(kind, namespace, name) {
      const found = history.table(kind).get(keyOf(namespace, name));
      return found ?? refuse(404, "NotFound", `${qualified(kind)} "${name}" not found`);
    },
    create(kind, object, dryRun = false) {
      const name = named(kind, object, history, random);
      const serverMade = { uid: uuid(random), creationTimestamp: formatTime(clock.now()) };
      const metadata = { ...object.metadata, name, ...serverMade, ...(kind.generation && { generation: 1 }) };
      const created = { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata };
      return dryRun ? deepFreeze(created) : history.commit(kind, created);
    },
    update(kind, object, subresource) {
      const old = objects.get(kind, object.metadata.namespace, object.metadata.name ?? "");
      checkUpdate(kind, old, object);
      return replace(history, kind, [old, merged(kind, old, object, subresource)]);
    },
    patch: (kind, request) => patch(history, kind, objects.get(kind, request.namespace, request.name ?? ""), request),
    delete(kind, { metadata }, options) {
      const old = objects.get(kind, metadata.namespace, metadata.name ?? "");
      return remove(history, kind, old, { ...options, now: clock.now() });
    },
    compact() {
      history.compacted = history.revision;
      history.changes = [];
    },
  };
  return objects;
}
