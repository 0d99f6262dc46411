// The values a kind is declared with: one tree of schema nodes from which types, defaults, validation, documents and codecs follow.
import type { FieldError, FieldPath } from "../field-error.ts";
import type { Json, JsonObject } from "./json-value.ts";

export type { Json, JsonObject } from "./json-value.ts";

/** A schema whose values have the TypeScript type `T`. Nodes are immutable and may be shared. */
export type Schema<T = unknown> = SchemaNode & { readonly $type?: T };

/** Every kind of node, told apart by `type`. */
export type SchemaNode =
  | BooleanNode
  | IntegerNode
  | NumberNode
  | StringNode
  | BytesNode
  | TimeNode
  | QuantityNode
  | IntOrStringNode
  | JsonNode
  | UnionNode
  | ArrayNode
  | MapNode
  | ObjectNode;

export interface BooleanNode {
  readonly type: "boolean";
}
/** Whole numbers. `int64` values travel as JSON numbers, like upstream. */
export interface IntegerNode {
  readonly type: "integer";
  readonly format: "int32" | "int64";
  readonly min?: number;
  readonly max?: number;
}
export interface NumberNode {
  readonly type: "number";
}
export interface StringNode {
  readonly type: "string";
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Says what is wrong with a value, in upstream's words; undefined when it is right. */
  readonly check?: (value: string) => string | undefined;
}
/** Base64 text in JSON, raw bytes in protobuf. */
export interface BytesNode {
  readonly type: "bytes";
  /** Published as a list that is replaced whole, which bytes are anyway. */
  readonly list?: "atomic";
}
/** RFC 3339 text in JSON; a seconds/nanos message in protobuf. */
export interface TimeNode {
  readonly type: "time";
  readonly precision: "seconds" | "micro";
}
/** Canonical quantity text ("100m", "1Gi"); JSON input may be a number. A one-string message in protobuf. */
export interface QuantityNode {
  readonly type: "quantity";
}
export interface IntOrStringNode {
  readonly type: "intOrString";
}
/** Any JSON value, kept as it is (RawExtension, JSON, FieldsV1). */
export interface JsonNode {
  readonly type: "json";
  /** Whether only objects are allowed. */
  readonly object: boolean;
  /** Definition name in OpenAPI; RawExtension or FieldsV1 unless given. */
  readonly name?: string;
}
/** A value that JSON writes in one of several forms (true, or a structure) and protobuf as a message with a field for each form. */
export interface UnionNode {
  readonly type: "union";
  /** Definition name in OpenAPI. */
  readonly name: string;
  readonly message: () => ObjectNode;
  /** The message of a value; undefined when the value has none of the forms. */
  readonly wrap: (value: Json) => JsonObject | undefined;
  /** The value of a message. */
  readonly unwrap: (message: JsonObject) => Json;
  /** What documents say of the value, where one schema says it all. */
  readonly published?: SchemaNode;
}
/** How a list is merged: whole (`atomic`), by value (`set`), or by key fields (`map`); `patch` is strategic merge's own rule where it differs. */
export interface ListRules {
  readonly list?: "atomic" | "set" | "map";
  readonly keys?: readonly string[];
  readonly patch?: "merge" | "replace" | "retainKeys" | "merge,retainKeys";
  readonly mergeKey?: string;
  /**
   * Sets and maps refuse repeated elements. `allow` lets them in where upstream at most warns (env, ports, imagePullSecrets, finalizers):
   * create, update and patch store them as they are; only what is applied by the server may not repeat a key.
   */
  readonly duplicates?: "allow";
}
export interface ArrayNode extends ListRules {
  readonly type: "array";
  readonly items: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
}
export interface MapNode {
  readonly type: "map";
  readonly values: Schema;
  readonly map?: "atomic" | "granular";
}

/** What a cross-field rule sees beside the value. */
export interface CheckContext<T> {
  readonly path: FieldPath;
  /** The value before this write; absent on create. */
  readonly old?: T;
}
/** A small named rule on the object that it constrains; yields one error per fault, with the message a user will see. */
export type Check<T> = (value: T, context: CheckContext<T>) => Iterable<FieldError>;

/** A structure with named fields. `properties` is JSON's flat view; `inlines` are the nested messages that protobuf sees. */
export interface ObjectNode {
  readonly type: "object";
  /** Definition name in OpenAPI, such as `io.k8s.api.core.v1.Container`. */
  readonly name: string;
  readonly doc?: string;
  readonly properties: Readonly<Record<string, AnyField>>;
  readonly inlines: readonly Inline[];
  readonly checks: readonly Check<never>[];
  readonly map?: "atomic" | "granular";
  /** Strategic merge: `retainKeys` clears fields of a union that the patch does not name. */
  readonly patch?: "retainKeys" | "replace";
  /** Defaults that follow from several fields; runs after those of the fields, inner structures first. */
  readonly complete?: (value: never) => unknown;
}
/** A protobuf message whose fields JSON shows directly in the parent. */
export interface Inline {
  readonly number: number;
  readonly schema: () => ObjectNode;
}

/** Rules of a field that go beyond its schema. */
export interface FieldOptions {
  /** Must be present and, for strings, lists and maps, not empty; with `always` it is merely there, perhaps empty. */
  readonly required?: boolean;
  /** What is said beside "Required value", where upstream says more. */
  readonly requiredDetail?: string;
  /** Documents call it optional, although validation demands it: as upstream publishes it. */
  readonly undeclared?: boolean;
  /** Value taken when the field is absent; a function computes it from the object that holds the field (earlier fields are defaulted). */
  // biome-ignore lint/suspicious/noExplicitAny: a default reads the object it sits in, whose type is only known after all fields are declared
  readonly default?: Json | ((parent: any) => Json | undefined);
  /** Cannot change after creation ("field is immutable"). */
  readonly immutable?: boolean;
  /** Presence matters even when the value is zero: protobuf writes it only when set. */
  readonly pointer?: boolean;
  /** Shown empty in JSON (`{}`, `""`, `0`) when unset, as upstream's fields without `omitempty`. */
  readonly always?: boolean;
  /** Patch strategy for a structure or map held in this field. */
  readonly patch?: "retainKeys" | "replace" | "merge";
  /** Merge rule of a structure held in this field, where it differs from the structure's own. */
  readonly map?: "atomic" | "granular";
  readonly stage?: "alpha" | "beta" | "deprecated";
}

/** A named place in an object: protobuf number, schema, documentation and rules. The schema is a thunk where types recurse. */
export interface Field<T, Required extends boolean = boolean> extends FieldOptions {
  readonly number: number;
  readonly schema: Schema<T> | (() => Schema<T>);
  readonly doc: string;
  readonly $required?: Required;
}
export type AnyField = Field<unknown>;

/** The TypeScript type of a schema's values. */
export type TypeOf<S> = S extends { readonly $type?: infer T } ? Exclude<T, undefined> : never;

type Fields = Readonly<Record<string, AnyField>>;
type FieldType<F> = F extends { readonly schema: infer S } ? TypeOf<S extends () => infer R ? R : S> : never;
type RequiredKeys<F> = { [K in keyof F]: F[K] extends { readonly $required?: true } ? K : never }[keyof F];

/** The TypeScript type of a record of fields. */
export type FieldsType<F extends Fields> = { readonly [K in RequiredKeys<F>]: FieldType<F[K]> } & {
  readonly [K in Exclude<keyof F, RequiredKeys<F>>]?: FieldType<F[K]>;
};

/** A structure's schema; `check` returns a copy with one more rule, `completed` one with a defaulting of the whole. */
export interface ObjectSchema<T = unknown> extends ObjectNode {
  readonly $type?: T;
  check(...checks: readonly Check<T>[]): ObjectSchema<T>;
  /** `complete` returns the same reference when there is nothing to add, and is idempotent. */
  completed(complete: (value: T) => T): ObjectSchema<T>;
}

/** The schema of a field, thunks resolved. */
export function schemaOf(field: AnyField): Schema {
  return typeof field.schema === "function" ? field.schema() : field.schema;
}
