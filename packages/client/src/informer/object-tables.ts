// Objects by namespace and name with their indexes kept in step; knows nothing of versions.
import type { KubeObject } from "@knots/machinery";
import type { Indexer } from "./informer.ts";
import { createObjectIndex, type ObjectIndex } from "./object-index.ts";

/** Where an object sits in a copy. */
export const placeOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;

/** A table per namespace; `set` and `delete` keep every index right. */
export interface ObjectTables {
  readonly size: number;
  get(namespace: string, name: string): KubeObject | undefined;
  /** All objects, or those of one namespace; the answer is not changed later. */
  list(namespace?: string): readonly KubeObject[];
  set(object: KubeObject, previous?: KubeObject): void;
  delete(object: KubeObject): void;
  /** The index of this function, made when it is first asked for. */
  index(indexer: Indexer<KubeObject>): ObjectIndex;
}

/** Creates empty tables. */
export function createObjectTables(): ObjectTables {
  const namespaces = new Map<string, Map<string, KubeObject>>();
  const indexes = new Map<Indexer<KubeObject>, ObjectIndex>();
  let size = 0;
  let all: readonly KubeObject[] | undefined;
  const tables: ObjectTables = {
    get size() {
      return size;
    },
    get: (namespace, name) => namespaces.get(namespace)?.get(name),
    list(namespace) {
      if (namespace !== undefined) return [...(namespaces.get(namespace)?.values() ?? [])];
      all ??= [...namespaces.values()].flatMap((table) => [...table.values()]);
      return all;
    },
    set(object, previous) {
      if (previous) tables.delete(previous);
      const { namespace = "", name = "" } = object.metadata;
      const table = namespaces.get(namespace) ?? new Map<string, KubeObject>();
      namespaces.set(namespace, table.set(name, object));
      for (const index of indexes.values()) index.file(placeOf(object), object);
      size++;
      all = undefined;
    },
    delete(object) {
      const { namespace = "", name = "" } = object.metadata;
      const table = namespaces.get(namespace);
      if (!table?.delete(name)) return;
      if (table.size === 0) namespaces.delete(namespace);
      for (const index of indexes.values()) index.remove(placeOf(object), object);
      size--;
      all = undefined;
    },
    index(indexer) {
      const known = indexes.get(indexer);
      if (known) return known;
      const index = createObjectIndex(indexer);
      for (const object of tables.list()) index.file(placeOf(object), object);
      indexes.set(indexer, index);
      return index;
    },
  };
  return tables;
}
