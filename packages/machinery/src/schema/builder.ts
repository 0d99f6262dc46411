// The words of a kind declaration: object, field, string, list and so on.
import type {
  AnyField,
  ArrayNode,
  Check,
  Field,
  FieldOptions,
  FieldsType,
  Inline,
  IntegerNode,
  Json,
  JsonObject,
  ListRules,
  ObjectNode,
  ObjectSchema,
  Schema,
  StringNode,
  TypeOf,
  UnionNode,
} from "./schema.ts";

type Without<T> = Omit<T, "type">;

export const boolean = (): Schema<boolean> => ({ type: "boolean" });
export const int32 = (rules: Omit<IntegerNode, "type" | "format"> = {}): Schema<number> => ({
  type: "integer",
  format: "int32",
  ...rules,
});
export const int64 = (rules: Omit<IntegerNode, "type" | "format"> = {}): Schema<number> => ({
  type: "integer",
  format: "int64",
  ...rules,
});
export const double = (): Schema<number> => ({ type: "number" });
/** Text. With `enum`, the type is the union of the values. */
export function string<const E extends string = string>(
  rules: Omit<Without<StringNode>, "enum"> & { readonly enum?: readonly E[] } = {},
): Schema<E> {
  return { type: "string", ...rules };
}
export const bytes = (): Schema<string> => ({ type: "bytes" });
export const time = (): Schema<string> => ({ type: "time", precision: "seconds" });
export const microTime = (): Schema<string> => ({ type: "time", precision: "micro" });
export const quantity = (): Schema<string> => ({ type: "quantity" });
export const intOrString = (): Schema<number | string> => ({ type: "intOrString" });
/** Any JSON value; `name` is its definition in OpenAPI where that is not RawExtension. */
export const json = (rules: { readonly name?: string } = {}): Schema<Json> => ({
  type: "json",
  object: false,
  ...rules,
});
/** A value in one of several JSON forms. */
export const oneFormOf = <T>(rules: Omit<UnionNode, "type">): Schema<T> => ({ type: "union", ...rules });
export const jsonObject = (): Schema<JsonObject> => ({ type: "json", object: true });

type ArrayRules = ListRules & Pick<ArrayNode, "minItems" | "maxItems">;
/** A list; without rules it is replaced whole on every merge. */
export function array<S extends Schema>(items: S, rules: ArrayRules = {}): Schema<readonly TypeOf<S>[]> {
  return { type: "array", items, ...rules };
}
/** A list that is always replaced whole. */
export const atomicList = <S extends Schema>(items: S): Schema<readonly TypeOf<S>[]> =>
  array(items, { list: "atomic" });
/** A list of values that merges as a set. */
export const setOf = <S extends Schema>(items: S): Schema<readonly TypeOf<S>[]> => array(items, { list: "set" });
/** A list of structures that merges by `key` (and further key fields) in both patches and apply. */
export const listOf = <S extends Schema>(
  items: S,
  ...keys: readonly [string, ...string[]]
): Schema<readonly TypeOf<S>[]> => array(items, { list: "map", keys, patch: "merge", mergeKey: keys[0] });
/** A map from text to values. */
export const map = <S extends Schema>(
  values: S,
  rules: { readonly map?: "atomic" | "granular" } = {},
): Schema<Readonly<Record<string, TypeOf<S>>>> => ({ type: "map", values, ...rules });

/** A field of an object: protobuf number, schema, one line of documentation, rules. */
export function field<S extends Schema | (() => Schema), const O extends FieldOptions = Record<never, never>>(
  number: number,
  schema: S,
  doc: string,
  options?: O,
): Field<TypeOf<S extends () => infer R ? R : S>, O extends { readonly required: true } ? true : false> {
  return { number, schema, doc, ...options } as Field<
    TypeOf<S extends () => infer R ? R : S>,
    O extends { readonly required: true } ? true : false
  >;
}

/** Nests `schema` in protobuf under `number` while JSON shows its fields in the parent. */
export const inline = <T>(
  number: number,
  schema: ObjectSchema<T> | (() => ObjectSchema<T>),
): Inline & { $type?: T } => ({
  number,
  schema: typeof schema === "function" ? schema : () => schema,
});

interface ObjectRules {
  readonly doc?: string;
  readonly map?: "atomic" | "granular";
  readonly patch?: "retainKeys" | "replace";
}

function withChecks<T>(node: ObjectNode): ObjectSchema<T> {
  return {
    ...node,
    check: (...checks) => withChecks({ ...node, checks: [...node.checks, ...(checks as readonly Check<never>[])] }),
    completed: (complete) => withChecks({ ...node, complete }),
  };
}

/** A structure with an OpenAPI definition name and named fields. */
export function object<const F extends Readonly<Record<string, AnyField>>>(
  name: string,
  fields: F,
  rules: ObjectRules = {},
): ObjectSchema<FieldsType<F>> {
  return withChecks({ type: "object", name, properties: fields, inlines: [], checks: [], ...rules });
}

/** A structure that also shows the fields of `inlined` (protobuf nests them). */
export function objectWith<const F extends Readonly<Record<string, AnyField>>, T>(
  name: string,
  fields: F,
  inlined: Inline & { readonly $type?: T },
  rules: ObjectRules = {},
): ObjectSchema<FieldsType<F> & T> {
  const properties = { ...fields, ...inlined.schema().properties };
  return withChecks({ type: "object", name, properties, inlines: [inlined], checks: [], ...rules });
}
