// Who depends on whom, read from the copies of all kinds: no graph of its own to go stale.
import type { Informers } from "@knots/client";
import type { AnyKind, KubeObject, OwnerReference } from "@knots/machinery";
import { isCollectable } from "../shared/loop.ts";

const byOwner = ({ metadata }: KubeObject): readonly string[] => (metadata.ownerReferences ?? []).map(({ uid }) => uid);
const byUid = ({ metadata }: KubeObject): readonly string[] => [metadata.uid ?? ""];

export interface Found {
  readonly kind: AnyKind;
  readonly object: KubeObject;
}
export interface Graph {
  /** Every object that names the owner; in whatever namespace. */
  dependents(uid: string): readonly Found[];
  /** The object with this UID, wherever it is. */
  find(uid: string): Found | undefined;
}

/** Reads through indexes that all users of the informers share. */
export function createGraph(informers: Informers, kinds: () => readonly AnyKind[]): Graph {
  const search = (indexer: (object: KubeObject) => readonly string[], value: string): readonly Found[] =>
    kinds()
      .filter(isCollectable)
      .flatMap((kind) => {
        const read: (value: string) => readonly KubeObject[] = informers.informer(kind).index(indexer);
        return read(value).map((object) => ({ kind, object }));
      });
  return {
    dependents: (uid) => search(byOwner, uid),
    find: (uid) => search(byUid, uid)[0],
  };
}

/** Whether a reference of `dependent` to `owner` counts: a namespaced owner only rules in its own namespace. */
export const isInReach = (dependent: KubeObject, owner: Found): boolean =>
  owner.kind.scope === "Cluster" || owner.object.metadata.namespace === dependent.metadata.namespace;

export const referenceTo = (dependent: KubeObject, uid: string | undefined): OwnerReference | undefined =>
  dependent.metadata.ownerReferences?.find((reference) => reference.uid === uid);
