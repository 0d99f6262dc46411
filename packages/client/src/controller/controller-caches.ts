// The copies that one controller reads: its kinds' informers with the indexes it declared, and the keys their changes give.
import type { AnyKind, KubeObject, ObjectOf } from "@knots/machinery";
import { assert } from "@knots/std";
import type { Indexer, Informer, Informers, Lister } from "../informer/informer.ts";
import { type Caches, type Controller, type Key, keyOf, type Watch } from "./controller.ts";

/** The informers of one controller. */
export interface ControllerCaches extends Caches {
  find(kind: AnyKind): Informer<KubeObject> | undefined;
  synced(): Promise<void>;
  /** Calls back with every object seen and the keys that its change concerns; answers the function that ends this. */
  subscribe(changed: (change: CacheChange) => void): () => void;
}

export interface CacheChange {
  readonly object: KubeObject;
  readonly deleted: boolean;
  readonly keys: readonly Key[];
}

type Indexes = Readonly<Record<string, Indexer<KubeObject>>>;

interface Cached {
  readonly informer: Informer<KubeObject>;
  readonly lister: Lister<KubeObject>;
}

const nameOf = ({ group, version, plural }: AnyKind): string => `${group}/${version}/${plural}`;

/** Index names belong to the controller; the indexes themselves are shared by their functions. */
function listerOf(informer: Informer<KubeObject>, name: string, indexes: Indexes): Lister<KubeObject> {
  const readers = new Map(Object.entries(indexes).map(([index, indexer]) => [index, informer.index(indexer)]));
  return {
    get: (namespace, object) => informer.get(namespace, object),
    list: (namespace) => informer.list(namespace),
    byIndex(index, value) {
      const read = readers.get(index);
      assert(read, `index ${index} of ${name} is declared beside a watch`);
      return read(value);
    },
  };
}

function watchesOf({ primary, watches }: Controller): readonly Watch[] {
  const own = watches.some(({ kind }) => nameOf(kind) === nameOf(primary));
  return own ? watches : [{ kind: primary, keys: (object) => [keyOf(object)] }, ...watches];
}

/** Starts (or joins) the informers of a controller. The primary kind is watched even when no watch names it. */
export function createControllerCaches(controller: Controller, informers: Informers): ControllerCaches {
  const watches = watchesOf(controller);
  const cached = new Map<string, Cached>();
  for (const { kind } of watches) {
    const informer: Informer<KubeObject> = informers.informer(kind);
    const same = watches.filter((one) => nameOf(one.kind) === nameOf(kind));
    const indexes = Object.assign({}, ...same.map((one) => one.indexes ?? {})) as Indexes;
    cached.set(nameOf(kind), { informer, lister: listerOf(informer, nameOf(kind), indexes) });
  }
  const caches: ControllerCaches = {
    of<K extends AnyKind>(kind: K): Lister<ObjectOf<K>> {
      const found = cached.get(nameOf(kind));
      assert(found, `controller ${controller.name} watches ${nameOf(kind)}`);
      return found.lister as Lister<ObjectOf<K>>;
    },
    find: (kind) => cached.get(nameOf(kind))?.informer,
    async synced() {
      await Promise.all([...cached.values()].map(({ informer }) => informer.synced()));
    },
    subscribe(changed) {
      const ends = watches.map(({ kind, keys }) => {
        const tell = (object: KubeObject, deleted: boolean, previous?: KubeObject): void =>
          changed({ object, deleted, keys: keys(object as never, caches, previous as never) });
        return caches.find(kind)?.subscribe({
          added: (object) => tell(object, false),
          updated: (object, previous) => tell(object, false, previous),
          deleted: (object) => tell(object, true),
        });
      });
      return () => {
        for (const end of ends) end?.();
      };
    },
  };
  return caches;
}
