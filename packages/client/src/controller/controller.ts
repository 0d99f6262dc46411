// A controller as a value: what it watches, which objects that concerns, and the pure plan over a snapshot.
import type { AnyKind, KubeObject, ObjectOf } from "@knots/machinery";
import type { Indexer, Lister } from "../informer/informer.ts";
import type { Plan } from "./plan.ts";

/** `namespace/name`, or `name` for cluster-wide kinds. */
export type Key = string;

/** Listers of the kinds that the controller watches. */
export interface Caches {
  of<K extends AnyKind>(kind: K): Lister<ObjectOf<K>>;
}

/** A watched kind: which primary objects a change of `object` concerns. */
export interface Watch<K extends AnyKind = AnyKind> {
  readonly kind: K;
  readonly indexes?: Readonly<Record<string, Indexer<ObjectOf<K>>>>;
  /** Called with each changed object, and with its previous version on updates. */
  readonly keys: (object: ObjectOf<K>, caches: Caches, previous?: ObjectOf<K>) => readonly Key[];
}
/** Keeps the types of one watch together inside a list of watches. */
export const watch = <K extends AnyKind>(declaration: Watch<K>): Watch => declaration;

/**
 * One control loop. The runtime calls `snapshot` (reads the caches; undefined when there is nothing to do) and `plan`
 * (pure), applies the result, waits until the caches have reached its own writes, and retries with back-off when a write fails.
 */
export interface Controller<S = unknown> {
  readonly name: string;
  /** Name in `source.component` of events; upstream's, such as `deployment-controller`. */
  readonly component: string;
  readonly primary: AnyKind;
  readonly watches: readonly Watch[];
  readonly snapshot: (key: Key, caches: Caches) => S | undefined;
  readonly plan: (snapshot: S, now: number) => Plan;
  /** How many keys are worked on at once; one key is never worked on twice at the same time. */
  readonly workers?: number;
}
/** Declares a controller; infers the snapshot's type. */
export const controller = <S>(declaration: Controller<S>): Controller => declaration as unknown as Controller;

/** The key of an object. */
export function keyOf(object: KubeObject): Key {
  const { namespace, name = "" } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}
/** Splits a key; namespace is "" for cluster-wide kinds. */
export function splitKey(key: Key): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf("/");
  return slash < 0 ? { namespace: "", name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
