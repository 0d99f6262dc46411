// Informers: a local, ordered copy of what the API server holds, kept by list and watch.
import type { AnyKind, ObjectOf } from "@knots/machinery";

/** Reads the local copy; objects are frozen and shared, never to be changed. */
export interface Lister<T> {
  get(namespace: string, name: string): T | undefined;
  /** All objects, or those of one namespace, in no promised order. */
  list(namespace?: string): readonly T[];
  /** Objects filed under `value` of a named index. */
  byIndex(index: string, value: string): readonly T[];
}

/**
 * Told of every change, in order, after the copy has it. An object that was deleted and made again under its name
 * (another uid) is told as deleted, then added. What throws is logged; later changes are told all the same.
 */
export interface InformerHandler<T> {
  added?(object: T): void;
  updated?(object: T, previous: T): void;
  deleted?(object: T): void;
}

/** Files objects under values: for example pods by node name. */
export type Indexer<T> = (object: T) => readonly string[];

/** A running local copy of one kind. */
export interface Informer<T> extends Lister<T> {
  readonly kind: AnyKind;
  /** Revision that the copy has reached ("" before the first list). */
  readonly resourceVersion: string;
  /** Resolves when the first complete list is in. */
  synced(): Promise<void>;
  /** Resolves when the copy has reached `resourceVersion` (for reading one's own writes). */
  reached(resourceVersion: string, signal?: AbortSignal): Promise<void>;
  /** Adds an index; existing objects are filed at once. A name keeps its function: adding both again is a no-op. */
  addIndex(name: string, indexer: Indexer<T>): void;
  /** Reads an index by its function, adding it when needed; all users of one function share one index. */
  index(indexer: Indexer<T>): (value: string) => readonly T[];
  /** Registers a handler; it is first told of every object already present. Returns the function that removes it. */
  subscribe(handler: InformerHandler<T>): () => void;
}

/** What is watched; equal options share one informer. */
export interface InformerOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Shared informers of one client. Closing stops all of them. */
export interface Informers {
  informer<K extends AnyKind>(kind: K, options?: InformerOptions): Informer<ObjectOf<K>>;
  close(): Promise<void>;
}
