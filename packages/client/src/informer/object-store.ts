// The local copy itself: which version of an object counts, and what each write to the copy changed.
import type { KubeObject } from "@knots/machinery";
import { assert } from "@knots/std";
import type { Indexer, Lister } from "./informer.ts";
import { createObjectTables, type ObjectTables, placeOf } from "./object-tables.ts";
import { compareRevisions } from "./revision.ts";

/** One change of the copy, as handlers are told of it. */
export type StoreChange =
  | { readonly type: "added"; readonly object: KubeObject }
  | { readonly type: "updated"; readonly object: KubeObject; readonly previous: KubeObject }
  | { readonly type: "deleted"; readonly object: KubeObject };

/** Holds at most `limit` objects. Every mutation answers the changes it made, in order. */
export interface ObjectStore extends Lister<KubeObject> {
  readonly size: number;
  /** Becomes exactly `objects`. An object whose uid changed is deleted, then added. */
  replace(objects: readonly KubeObject[]): readonly StoreChange[];
  /** Takes a newer version of one object; an older one than the copy has is ignored. */
  put(object: KubeObject): readonly StoreChange[];
  /** Takes the last version of an object that is gone. */
  remove(object: KubeObject): readonly StoreChange[];
  addIndex(name: string, indexer: Indexer<KubeObject>): void;
  /** Reads by the function itself; users of one function share one index. */
  index(indexer: Indexer<KubeObject>): (value: string) => readonly KubeObject[];
}

/** Thrown by a mutation that would exceed the store's limit; nothing is changed then. */
export class StoreFull extends Error {
  override readonly name = "StoreFull";
}

const NOTHING: readonly never[] = Object.freeze([]);
const revisionOf = (object: KubeObject): string => object.metadata.resourceVersion ?? "";

/** Stores `object` in the place of what is there and says what that changes. */
function exchange(tables: ObjectTables, object: KubeObject): readonly StoreChange[] {
  const previous = tables.get(object.metadata.namespace ?? "", object.metadata.name ?? "");
  const same = previous?.metadata.uid === object.metadata.uid;
  if (previous && same && revisionOf(previous) === revisionOf(object)) return NOTHING;
  tables.set(object, previous);
  if (!previous) return [{ type: "added", object }];
  if (same) return [{ type: "updated", object, previous }];
  return [
    { type: "deleted", object: previous },
    { type: "added", object },
  ];
}

function replaceAll(tables: ObjectTables, objects: readonly KubeObject[]): readonly StoreChange[] {
  const places = new Set(objects.map(placeOf));
  const gone = tables.list().filter((object) => !places.has(placeOf(object)));
  for (const object of gone) tables.delete(object);
  const deleted = gone.map((object): StoreChange => ({ type: "deleted", object }));
  return [...deleted, ...objects.flatMap((object) => exchange(tables, object))];
}

/** Creates an empty store. */
export function createObjectStore(limit: number): ObjectStore {
  const tables = createObjectTables();
  const named = new Map<string, Indexer<KubeObject>>();
  const checkSize = (size: number): void => {
    if (size > limit) throw new StoreFull(`the copy would hold ${size} objects; its limit is ${limit}`);
  };
  /** Positive when the copy's version is newer than `object`, 0 when equal; undefined when it has none. */
  const lead = (object: KubeObject): number | undefined => {
    const present = tables.get(object.metadata.namespace ?? "", object.metadata.name ?? "");
    return present && compareRevisions(revisionOf(present), revisionOf(object));
  };
  return {
    get size() {
      return tables.size;
    },
    get: (namespace, name) => tables.get(namespace, name),
    list: (namespace) => tables.list(namespace),
    byIndex(name, value) {
      const indexer = named.get(name);
      assert(indexer, `index ${name} was added`);
      return tables.index(indexer).read(value);
    },
    addIndex(name, indexer) {
      assert((named.get(name) ?? indexer) === indexer, `index ${name} has one function`);
      named.set(name, indexer);
      tables.index(indexer);
    },
    index(indexer) {
      const index = tables.index(indexer);
      return (value) => index.read(value);
    },
    replace(objects) {
      checkSize(objects.length);
      return replaceAll(tables, objects);
    },
    put(object) {
      const ahead = lead(object);
      if (ahead === undefined) checkSize(tables.size + 1);
      return (ahead ?? -1) >= 0 ? NOTHING : exchange(tables, object);
    },
    remove(object) {
      if ((lead(object) ?? 1) > 0) return NOTHING;
      tables.delete(tables.get(object.metadata.namespace ?? "", object.metadata.name ?? "") ?? object);
      return [{ type: "deleted", object }];
    },
  };
}
