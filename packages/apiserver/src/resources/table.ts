// The table of served kinds: found by group, version and resource; grows and shrinks while the server runs.
import { type AnyKind, apiVersionOf, type GroupVersionResource } from "@knots/machinery";

/** Served kinds. `version` counts changes; listeners hear of each. */
export interface ResourceTable {
  readonly version: number;
  find(resource: GroupVersionResource): AnyKind | undefined;
  byKind(apiVersion: string, kind: string): AnyKind | undefined;
  /** All kinds, in the order of their declaration. */
  all(): readonly AnyKind[];
  /** Adds or replaces a kind. */
  add(kind: AnyKind): void;
  remove(kind: AnyKind): void;
  onChange(listener: () => void): () => void;
}

const idOf = ({ group, version, resource }: GroupVersionResource): string => `${group}/${version}/${resource}`;

/** The kind whose objects are in the store for this one: itself, or its hub. */
export const hubOf = (kind: AnyKind): AnyKind => kind.conversion?.hub ?? kind;

/** A table of `kinds`. */
export function createResourceTable(kinds: readonly AnyKind[]): ResourceTable {
  const byId = new Map<string, AnyKind>();
  const byName = new Map<string, AnyKind>();
  const listeners = new Set<() => void>();
  let version = 0;
  const id = (kind: AnyKind): string => idOf({ ...kind, resource: kind.plural });
  const name = (kind: AnyKind): string => `${apiVersionOf(kind)}/${kind.kind}`;
  const changed = (): void => {
    version++;
    for (const listener of listeners) listener();
  };
  const insert = (kind: AnyKind): void => {
    byId.set(id(kind), kind);
    byName.set(name(kind), kind);
  };
  for (const kind of kinds) insert(kind);
  return {
    get version() {
      return version;
    },
    find: (resource) => byId.get(idOf(resource)),
    byKind: (apiVersion, kind) => byName.get(`${apiVersion}/${kind}`),
    all: () => [...byId.values()],
    add(kind) {
      insert(kind);
      changed();
    },
    remove(kind) {
      byId.delete(id(kind));
      byName.delete(name(kind));
      changed();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
