// The typed client: verbs over kinds, on any transport.
import type { AnyKind, Json, KubeObject, ListMeta, NewObject, ObjectOf } from "@knots/machinery";
import type { DeleteOptions, PatchType, RequestOptions, Transport, WatchEvent } from "./transport/transport.ts";

/** Names one object; `namespace` is needed for namespaced kinds only. */
export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}
/** Whose objects are meant; no namespace means all. */
export interface ListScope {
  readonly namespace?: string;
}
/** A list answer: items carry their apiVersion and kind. */
export interface ObjectList<T> {
  readonly metadata: ListMeta;
  readonly items: readonly T[];
}
/** What can be said about a write besides its object. */
export type WriteOptions = Pick<RequestOptions, "dryRun" | "fieldManager" | "fieldValidation"> & {
  readonly subresource?: string;
  readonly signal?: AbortSignal;
};
/** An apply names its manager; `force` takes fields from others instead of failing with a conflict. */
export type ApplyOptions = WriteOptions & { readonly fieldManager: string; readonly force?: boolean };
export interface PatchBody {
  readonly type: PatchType;
  readonly body: Json;
}

/** An object of which only what is to be owned is given; its name always. */
export type Appliable<K extends AnyKind> = PartialDeep<Omit<NewObject<K>, "metadata">> & {
  readonly metadata: NewObject<K>["metadata"] & { readonly name: string };
};
type PartialDeep<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [P in keyof T]?: PartialDeep<T[P]> | undefined }
    : T;

/** Verbs over kinds. Every call throws `ApiError` when the server refuses. */
export interface Client {
  readonly transport: Transport;
  get<K extends AnyKind>(kind: K, key: ObjectKey, options?: { readonly signal?: AbortSignal }): Promise<ObjectOf<K>>;
  /** Like `get`, but undefined when there is no such object. */
  find<K extends AnyKind>(kind: K, key: ObjectKey): Promise<ObjectOf<K> | undefined>;
  list<K extends AnyKind>(
    kind: K,
    scope?: ListScope & RequestOptions & { readonly signal?: AbortSignal },
  ): Promise<ObjectList<ObjectOf<K>>>;
  watch<K extends AnyKind>(
    kind: K,
    scope?: ListScope & RequestOptions & { readonly signal?: AbortSignal },
  ): Promise<AsyncIterable<WatchEvent<ObjectOf<K>>>>;
  create<K extends AnyKind>(kind: K, object: NewObject<K>, options?: WriteOptions): Promise<ObjectOf<K>>;
  update<K extends AnyKind>(kind: K, object: ObjectOf<K>, options?: WriteOptions): Promise<ObjectOf<K>>;
  updateStatus<K extends AnyKind>(kind: K, object: ObjectOf<K>, options?: WriteOptions): Promise<ObjectOf<K>>;
  patch<K extends AnyKind>(kind: K, key: ObjectKey, patch: PatchBody, options?: WriteOptions): Promise<ObjectOf<K>>;
  /**
   * Server-side apply: makes sure that the object exists and has these fields, which then belong to the manager. Fields that it applied before
   * and does not name now go. Throws a Conflict with one cause for each field that another owns.
   */
  apply<K extends AnyKind>(kind: K, object: Appliable<K>, options: ApplyOptions): Promise<ObjectOf<K>>;
  /** The answer is the object when it stays for now (grace period, finalizers), undefined when it is gone. */
  delete<K extends AnyKind>(kind: K, key: ObjectKey, options?: DeleteOptions): Promise<ObjectOf<K> | undefined>;
  deleteCollection<K extends AnyKind>(
    kind: K,
    scope?: ListScope & RequestOptions,
    options?: DeleteOptions,
  ): Promise<void>;
  /** POST to a subresource whose body is of another kind (binding, eviction, token). */
  createSubresource(kind: AnyKind, key: ObjectKey, subresource: string, body: KubeObject): Promise<KubeObject>;
}
