// The registries of all served kinds: made on first use, with one storage and one cache for all versions of a kind.
import { type AnyKind, apiVersionOf, type GroupVersionResource } from "@knots/machinery";
import type { Logger } from "@knots/std";
import type { Store } from "@knots/store";
import type { Admission } from "../admission/admission.ts";
import type { Feed } from "../cache/feed.ts";
import { KindCache } from "../cache/kind-cache.ts";
import type { Transformers } from "../encryption/transformer.ts";
import { isBodyOnly } from "../resources/body-kinds.ts";
import { hubOf, type ResourceTable } from "../resources/table.ts";
import { createLeasePool } from "./leases.ts";
import type { AnyObject } from "./objects.ts";
import type { Registry } from "./registry.ts";
import { createKindStorage, type KindStorage } from "./storage.ts";
import { PLAIN, type Strategies, type StrategyTools } from "./strategy.ts";

/** Registries by kind. */
export interface Registries {
  /** Loads the caches of every kind now in the table. */
  load(): Promise<void>;
  /** Loads the cache of a kind that joins later. */
  addKind(kind: AnyKind): Promise<void>;
  removeKind(kind: AnyKind): void;
  /** The registry of a kind whose cache was loaded. */
  of(kind: AnyKind): Registry;
  find(resource: GroupVersionResource): Registry | undefined;
  /** Reads the cache: one object, by the kind's hub resource. */
  cached(kind: AnyKind, namespace: string | undefined, name: string): AnyObject | undefined;
}

export interface RegistriesOptions {
  readonly store: Store;
  readonly encryption: Transformers;
  readonly feed: Feed;
  readonly log: Logger;
  readonly table: ResourceTable;
  readonly strategies: Strategies;
  readonly admission: Admission;
  readonly tools: StrategyTools;
  /** Changes kept per kind for watches that resume. */
  readonly history: number;
}

interface Stored {
  readonly storage: KindStorage;
  readonly cache: KindCache;
  readonly loaded: Promise<void>;
}

/** Longest wait of an answer for the caches (milliseconds). */
const OWN_WRITE_WAIT = 1000;

/** Kinds that are written to the store at all; reviews, bodies of subresources and what is worked out on reading are not. */
export const isStored = (kind: AnyKind): boolean => kind.verbs.includes("watch") && !isBodyOnly(kind);

/** Opens each stored kind once, whatever versions of it are served. */
function openStored({ store, encryption, feed, log, tools, history }: RegistriesOptions) {
  const leases = createLeasePool(store, tools.clock);
  // A store in this process tells its watchers before it answers.
  const shown = "fork" in store ? {} : { shown: (revision: number) => feed.shown(revision, OWN_WRITE_WAIT) };
  const stored = new Map<string, Stored>();
  return {
    open(hub: AnyKind): Stored {
      const known = stored.get(hub.storagePath);
      if (known && known.storage.kind === hub) return known;
      const storage = createKindStorage(hub, { store, encryption, leases, ...shown });
      const cache = new KindCache(storage.values, { history, log });
      const made = { storage, cache, loaded: feed.attach(storage.prefix, cache) };
      stored.set(hub.storagePath, made);
      return made;
    },
    drop(kind: AnyKind): void {
      const known = stored.get(kind.storagePath);
      if (known?.storage.kind !== kind) return;
      stored.delete(kind.storagePath);
      feed.detach(known.storage.prefix);
    },
  };
}

/** Makes the registries. */
export function createRegistries(options: RegistriesOptions): Registries {
  const { store, feed, table, strategies, admission, tools } = options;
  const kinds = openStored(options);
  const registries = new WeakMap<AnyKind, Registry>();
  const make = (kind: AnyKind): Registry => {
    const hub = hubOf(kind);
    const { storage, cache } = kinds.open(hub);
    const strategy = strategies[`${hub.group}/${hub.plural}`] ?? PLAIN;
    const sources = { store, feed, clock: tools.clock, cache, values: storage.values };
    const version = (apiVersion: string): AnyKind | undefined => {
      const found = apiVersion === apiVersionOf(kind) ? kind : table.byKind(apiVersion, kind.kind);
      return found && hubOf(found) === hub ? found : undefined;
    };
    return { kind, storage, cache, strategy, admission, tools, sources, version };
  };
  const of = (kind: AnyKind): Registry => {
    const known = registries.get(kind);
    if (known) return known;
    const made = make(kind);
    registries.set(kind, made);
    return made;
  };
  return {
    async load() {
      await Promise.all(
        table
          .all()
          .filter(isStored)
          .map((kind) => kinds.open(hubOf(kind)).loaded),
      );
    },
    addKind: (kind) => kinds.open(hubOf(kind)).loaded,
    removeKind: (kind) => kinds.drop(kind),
    of,
    find(resource) {
      const kind = table.find(resource);
      return kind && isStored(kind) ? of(kind) : undefined;
    },
    cached(kind, namespace, name) {
      const { cache, storage } = of(kind);
      return cache.get(storage.key(namespace, name));
    },
  };
}
