// A kind of the API as one value: names, schema, columns, selectable fields, subresources, versions.
import { ObjectMeta } from "../meta/object-meta.ts";
import type { Parameter } from "../openapi/parameters.ts";
import { field, object, string } from "../schema/builder.ts";
import type { AnyField, Check, FieldsType, Json, ObjectSchema } from "../schema/schema.ts";

/** Whether objects of a kind live in namespaces. */
export type Scope = "Namespaced" | "Cluster";

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "date" | "boolean";
  readonly doc: string;
  /** 0 shows always, 1 only with `-o wide`. */
  readonly priority?: number;
  /** The cell of an object; `now` in milliseconds for ages. */
  // biome-ignore lint/suspicious/noExplicitAny: columns of all kinds sit in one list; each reads its own kind
  readonly cell: (object: any, now: number) => Json;
}

/** Where the `scale` subresource finds its numbers. */
export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  /** Path of the selector; a LabelSelector or a plain map of labels. */
  readonly selector: readonly string[];
}

/** A further served version of a hub kind: translated on the way in and out; the hub is what is stored. */
export interface Conversion {
  readonly toHub: (object: KubeObject) => KubeObject;
  readonly fromHub: (object: KubeObject) => KubeObject;
}

export interface TypeMeta {
  readonly apiVersion?: string;
  readonly kind?: string;
}

/** Metadata of an object that the server has stored. */
export interface LiveMeta extends ObjectMeta {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
}
/** Metadata of a stored object in a namespace. */
export interface NamespacedMeta extends LiveMeta {
  readonly namespace: string;
}
type MetaOf<S extends Scope> = S extends "Namespaced" ? NamespacedMeta : LiveMeta;

/** Any object of the API whose kind is not known statically. Other fields are reached through a kind's type. */
export interface KubeObject extends TypeMeta {
  readonly metadata: ObjectMeta;
}

/** The served name of a kind: what a path is made of. */
export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/**
 * A kind as the whole system sees it. `T` is the type of its stored objects without metadata rules applied
 * (spec, status and so on), `S` its scope.
 */
export interface Kind<T = unknown, S extends Scope = Scope> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly listKind: string;
  readonly scope: S;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly doc: string;
  readonly schema: ObjectSchema<T>;
  /** Fields of `status` are written through the status subresource only. */
  readonly hasStatus: boolean;
  readonly scale?: ScalePaths;
  /** Further subresources by name with the kind that they take and give (`pods/eviction` is policy/v1 Eviction). */
  readonly subresources: Readonly<Record<string, SubresourceInfo>>;
  readonly columns: readonly Column[];
  /** Field selectors beyond metadata.name and metadata.namespace: name to value, read from the hub's objects where there is a hub. */
  // biome-ignore lint/suspicious/noExplicitAny: as for columns
  readonly selectable: Readonly<Record<string, (object: any) => string>>;
  /** Verbs that are served. */
  readonly verbs: readonly string[];
  /** Stored below `/registry/<storagePath>`. */
  readonly storagePath: string;
  /** How to check `metadata.name`; undefined when it is right. */
  readonly checkName: (name: string) => string | undefined;
  /** Whether `metadata.generation` counts changes of everything but metadata and status. */
  readonly generation: boolean;
  /** Told to everyone who uses this version over HTTP, as in `v1 Endpoints is deprecated in v1.33+`. */
  readonly deprecation?: string;
  /** Whether an update may omit resourceVersion (a blind write). */
  readonly unconditionalUpdate: boolean;
  /** Whether there is no protobuf form: the fields have no numbers. */
  readonly jsonOnly?: boolean;
  readonly conversion?: Conversion & { readonly hub: Kind };
}
export type AnyKind = Kind;

export interface SubresourceInfo {
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  /** Query parameters of its own, for documents. */
  readonly parameters?: readonly Parameter[];
  /** Answers plain text. */
  readonly plain?: boolean;
}

/** The stored objects of a kind: `apiVersion`, `kind`, live metadata, and the declared fields. */
export type ObjectOf<K> = K extends { readonly schema: ObjectSchema<infer T>; readonly scope: infer S extends Scope }
  ? { readonly apiVersion: string; readonly kind: string; readonly metadata: MetaOf<S> } & Omit<
      T,
      "metadata" | keyof TypeMeta
    >
  : never;
/** What a client sends to create an object: server-made metadata is left out. */
export type NewObject<K> = K extends { readonly schema: ObjectSchema<infer T> }
  ? TypeMeta & { readonly metadata: ObjectMeta } & Omit<T, "metadata" | keyof TypeMeta>
  : never;

type Fields = Readonly<Record<string, AnyField>>;

/** The object that rules of a kind see. */
type Whole<F extends Fields> = FieldsType<F> & { readonly metadata?: ObjectMeta };

/** What a declaration says; the rest follows. */
export interface KindOptions<F extends Fields, S extends Scope> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular?: string;
  readonly scope: S;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly doc: string;
  /** OpenAPI name of the object, such as `io.k8s.api.apps.v1.ReplicaSet`. */
  readonly definition: string;
  /** Fields beside apiVersion, kind and metadata (protobuf number 1). */
  readonly fields: F;
  readonly checks?: readonly Check<Whole<F>>[];
  /** Defaults that follow from several fields; see `ObjectSchema.completed`. */
  readonly complete?: (object: Whole<F>) => Whole<F>;
  readonly scale?: ScalePaths;
  readonly subresources?: Readonly<Record<string, SubresourceInfo>>;
  readonly columns?: readonly Column[];
  // biome-ignore lint/suspicious/noExplicitAny: as for columns
  readonly selectable?: Readonly<Record<string, (object: any) => string>>;
  readonly verbs?: readonly string[];
  readonly storagePath?: string;
  readonly checkName: (name: string) => string | undefined;
  readonly generation?: boolean;
  readonly deprecation?: string;
  readonly unconditionalUpdate?: boolean;
  readonly jsonOnly?: boolean;
}

/** All verbs of an ordinary stored kind. */
export const ALL_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"] as const;

/** Declares a kind. */
export function kind<const F extends Fields, S extends Scope>(options: KindOptions<F, S>): Kind<FieldsType<F>, S> {
  const schema = object(
    options.definition,
    {
      apiVersion: field(0, string(), "Group and version of this object's schema."),
      kind: field(0, string(), "Name of this object's schema."),
      metadata: field(1, ObjectMeta, "Standard metadata."),
      ...options.fields,
    },
    { doc: options.doc },
  ) as unknown as ObjectSchema<Whole<F>>;
  const { definition: _definition, fields, checks = [], complete, ...rest } = options;
  const checked = checks.length > 0 ? schema.check(...checks) : schema;
  return {
    singular: options.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    subresources: {},
    columns: [],
    selectable: {},
    verbs: ALL_VERBS,
    storagePath: [options.group, options.plural].filter((part) => part !== "").join("/"),
    generation: "spec" in fields,
    unconditionalUpdate: true,
    ...rest,
    listKind: `${options.kind}List`,
    schema: complete ? checked.completed(complete) : checked,
    hasStatus: "status" in fields,
  };
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

/** Splits an apiVersion. */
export function parseApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
