// One index of a local copy: objects filed under the values that a function gives them.
import type { KubeObject } from "@knots/machinery";
import type { Indexer } from "./informer.ts";

const NOTHING: readonly never[] = Object.freeze([]);

/** Files objects by value; `key` is the object's place in the copy. */
export interface ObjectIndex {
  file(key: string, object: KubeObject): void;
  remove(key: string, object: KubeObject): void;
  read(value: string): readonly KubeObject[];
}

/** Creates an empty index; `indexer` must be pure, since removal asks it again. */
export function createObjectIndex(indexer: Indexer<KubeObject>): ObjectIndex {
  const files = new Map<string, Map<string, KubeObject>>();
  return {
    file(key, object) {
      for (const value of indexer(object)) {
        const folder = files.get(value) ?? new Map<string, KubeObject>();
        files.set(value, folder);
        folder.set(key, object);
      }
    },
    remove(key, object) {
      for (const value of indexer(object)) {
        const folder = files.get(value);
        folder?.delete(key);
        if (folder?.size === 0) files.delete(value);
      }
    },
    read(value) {
      const folder = files.get(value);
      return folder ? [...folder.values()] : NOTHING;
    },
  };
}
