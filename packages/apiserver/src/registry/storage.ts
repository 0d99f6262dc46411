// One kind's objects in the store: keys, guarded writes, and what else must happen in the same transaction.
import type { AnyKind } from "@knots/machinery";
import { type Compare, type Op, type Store, StoreError } from "@knots/store";
import type { Transformers } from "../encryption/transformer.ts";
import { announce, remember } from "./codec.ts";
import type { LeasePool } from "./leases.ts";
import type { AnyObject } from "./objects.ts";
import { createValues, type Values } from "./values.ts";

/** All keys of the API start with this. */
export const REGISTRY = "/registry/";

/** Conditions and writes that go with an object's own. */
export interface Alongside {
  readonly compare?: readonly Compare[];
  readonly writes?: readonly Op[];
  /** Seconds after which the object goes away by itself. */
  readonly ttlSeconds?: number;
  /** How long the write may wait to share a sync of the disk with others (milliseconds). */
  readonly patienceMs?: number;
}

/** Reads and writes objects of one stored kind. Guarded writes answer undefined when a guard did not hold. */
export interface KindStorage {
  readonly kind: AnyKind;
  readonly values: Values;
  /** `/registry/<path>/`. */
  readonly prefix: string;
  key(namespace: string | undefined, name: string): string;
  /** Prefix of one namespace's keys, or of all. */
  scope(namespace: string | undefined): string;
  /** The object now, or as it was at a revision. */
  get(key: string, at?: number): Promise<AnyObject | undefined>;
  create(key: string, object: AnyObject, alongside?: Alongside): Promise<AnyObject | undefined>;
  replace(key: string, object: AnyObject, old: AnyObject, alongside?: Alongside): Promise<AnyObject | undefined>;
  /** The revision of the deletion. */
  remove(key: string, old: AnyObject, alongside?: Alongside): Promise<number | undefined>;
}

/** What storages of all kinds share. */
export interface StorageParts {
  readonly store: Store;
  readonly encryption: Transformers;
  readonly leases: LeasePool;
  /**
   * Waits until the caches of this server have a write, so that its next request is decided by what it wrote itself. Absent where they have it as
   * soon as the write is done.
   */
  readonly shown?: ((revision: number) => Promise<void>) | undefined;
}

const revisionOf = (object: AnyObject): number => Number(object.metadata.resourceVersion);

/** Opens the storage of a (hub) kind. */
export function createKindStorage(kind: AnyKind, { store, encryption, leases, shown }: StorageParts): KindStorage {
  const values = createValues(kind, encryption);
  const prefix = `${REGISTRY}${kind.storagePath}/`;
  const namespaced = kind.scope === "Namespaced";
  const commit = async (guard: Compare, write: Op, { compare = [], writes = [], patienceMs }: Alongside) => {
    const result = await store.txn({ compare: [guard, ...compare], success: [write, ...writes], patienceMs });
    if (!result.succeeded) return undefined;
    await shown?.(result.revision);
    return result.revision;
  };
  /** Runs a write that may need a lease; once more with another one when that was gone. */
  const leased = async <T>(ttlSeconds: number | undefined, write: (lease: number) => Promise<T>): Promise<T> => {
    if (!ttlSeconds) return write(0);
    try {
      return await write(await leases.lease(ttlSeconds));
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "lease") throw error;
      leases.forget(ttlSeconds);
      return write(await leases.lease(ttlSeconds));
    }
  };
  const put = async (key: string, object: AnyObject, guard: Compare, alongside: Alongside) => {
    const value = values.encode(key, object);
    announce(object, value);
    const revision = await leased(alongside.ttlSeconds, (lease) =>
      commit(guard, { type: "put", key, value: value.stored, lease }, alongside),
    );
    return revision === undefined ? undefined : remember(object, value, revision);
  };
  const unchanged = (key: string, old: AnyObject): Compare => ({ key, target: "mod", op: "=", value: revisionOf(old) });
  return {
    kind,
    values,
    prefix,
    key: (namespace, name) => (namespaced ? `${prefix}${namespace}/${name}` : `${prefix}${name}`),
    scope: (namespace) => (namespaced && namespace ? `${prefix}${namespace}/` : prefix),
    async get(key, at) {
      const { items } = await store.range({ start: key, at });
      const needed = values.prepare(items);
      if (needed) await needed;
      const found = items[0];
      return found && values.decode(found);
    },
    create: (key, object, alongside = {}) => put(key, object, { key, target: "create", op: "=", value: 0 }, alongside),
    replace: (key, object, old, alongside = {}) => put(key, object, unchanged(key, old), alongside),
    remove: (key, old, alongside = {}) => commit(unchanged(key, old), { type: "delete", key }, alongside),
  };
}
