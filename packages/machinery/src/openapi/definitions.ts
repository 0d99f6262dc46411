// Schemas as OpenAPI definitions, in the two dialects that Kubernetes publishes.
import { isObject } from "../schema/json-value.ts";
import { elementOf, type FieldPlan, planOf } from "../schema/plan.ts";
import type { ArrayNode, Json, JsonNode, JsonObject, ObjectNode, SchemaNode, UnionNode } from "../schema/schema.ts";

/** OpenAPI 2.0 (`swagger`) or 3.0. */
export type Dialect = "v2" | "v3";

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
const TIME = `${META}.Time`;
const MICRO_TIME = `${META}.MicroTime`;
const QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
const INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
const RAW = "io.k8s.apimachinery.pkg.runtime.RawExtension";
const FIELDS = `${META}.FieldsV1`;
export const PATCH = `${META}.Patch`;

/** Definitions of the scalars that have a name of their own, and of patches. */
export function namedScalars(dialect: Dialect): JsonObject {
  const oneOf = (...types: readonly string[]): JsonObject =>
    dialect === "v3" ? { oneOf: types.map((type) => ({ type })) } : { type: "string" };
  return {
    [TIME]: { description: "A time in RFC 3339 form with whole seconds.", type: "string", format: "date-time" },
    [MICRO_TIME]: { description: "A time in RFC 3339 form with microseconds.", type: "string", format: "date-time" },
    [QUANTITY]: { description: "An amount with a unit, such as 100m, 1.5Gi or 2e3.", ...oneOf("string", "number") },
    [INT_OR_STRING]: {
      description: "A whole number, or text such as a name or a percentage.",
      format: "int-or-string",
      ...oneOf("integer", "string"),
    },
    [RAW]: { description: "An object of any kind.", type: "object" },
    [FIELDS]: { description: "A tree of field names.", type: "object" },
    [PATCH]: { description: "A change to an object, in the form that the content type names.", type: "object" },
  };
}

/** A reference to a definition. */
export function refTo(name: string, dialect: Dialect): JsonObject {
  return { $ref: dialect === "v3" ? `#/components/schemas/${name}` : `#/definitions/${name}` };
}

/** A reference that may have siblings: OpenAPI 3.0 ignores those of a bare one. */
function wrappedRef(name: string, dialect: Dialect): JsonObject {
  const ref = refTo(name, dialect);
  return dialect === "v3" ? { allOf: [ref] } : ref;
}

function listExtensions({ list, keys, patch, mergeKey }: ArrayNode): JsonObject {
  return {
    ...(list && { "x-kubernetes-list-type": list }),
    ...(list === "map" && keys && { "x-kubernetes-list-map-keys": keys }),
    ...(patch && { "x-kubernetes-patch-strategy": patch }),
    ...(patch && mergeKey !== undefined && { "x-kubernetes-patch-merge-key": mergeKey }),
  };
}

function nodeSchema(node: SchemaNode, dialect: Dialect): JsonObject {
  switch (node.type) {
    case "boolean":
      return { type: "boolean" };
    case "integer":
      return { type: "integer", format: node.format };
    case "number":
      return { type: "number", format: "double" };
    case "string":
      return { type: "string", ...(dialect === "v3" && node.enum && { enum: node.enum }) };
    case "bytes":
      return { type: "string", format: "byte", ...(node.list && { "x-kubernetes-list-type": node.list }) };
    case "time":
      return wrappedRef(node.precision === "micro" ? MICRO_TIME : TIME, dialect);
    case "quantity":
      return wrappedRef(QUANTITY, dialect);
    case "intOrString":
      return wrappedRef(INT_OR_STRING, dialect);
    case "json":
      return wrappedRef(node.name ?? (node.object ? FIELDS : RAW), dialect);
    case "array":
      return { type: "array", items: itemSchema(node.items, dialect), ...listExtensions(node) };
    case "map":
      return {
        type: "object",
        additionalProperties: itemSchema(node.values, dialect),
        ...(node.map && { "x-kubernetes-map-type": node.map }),
      };
    case "union":
      return node.published ? nodeSchema(node.published, dialect) : wrappedRef(node.name, dialect);
    case "object":
      return wrappedRef(node.name, dialect);
  }
}

function itemSchema(node: SchemaNode, dialect: Dialect): JsonObject {
  const schema = nodeSchema(node, dialect);
  return dialect === "v3" && node.type === "object" ? { ...schema, default: {} } : schema;
}

/** Only OpenAPI v3 is published with defaults. */
function defaultOf({ field, node }: FieldPlan, dialect: Dialect): { readonly default?: Json } {
  if (dialect === "v2") return {};
  if (field.default !== undefined && typeof field.default !== "function") return { default: field.default };
  return node.type === "object" && !field.pointer ? { default: {} } : {};
}

function propertySchema(plan: FieldPlan, dialect: Dialect): JsonObject {
  const { field, node } = plan;
  const patch = field.patch ?? (node.type === "object" ? node.patch : undefined);
  return {
    description: field.stage === "deprecated" ? `Deprecated: ${field.doc}` : field.doc,
    ...nodeSchema(node, dialect),
    ...defaultOf(plan, dialect),
    ...(patch && { "x-kubernetes-patch-strategy": patch }),
    ...(field.map && { "x-kubernetes-map-type": field.map }),
  };
}

/** A node with a definition of its own. */
export type Defined = ObjectNode | UnionNode | (JsonNode & { readonly name: string });

/** The definition of one structure; of values of many forms it says nothing. */
export function definitionOf(node: Defined, dialect: Dialect): JsonObject {
  if (node.type === "json") return { description: "Any value." };
  if (node.type === "union") return { description: "A value of one of several forms." };
  const { fields } = planOf(node);
  const demanded = fields.filter(({ field }) => field.required === true && !field.undeclared);
  const required = demanded.map(({ name }) => name);
  return {
    description: node.doc ?? "",
    type: "object",
    ...(fields.length > 0 && {
      properties: Object.fromEntries(fields.map((field) => [field.name, propertySchema(field, dialect)])),
    }),
    ...(required.length > 0 && { required: required.sort() }),
    ...(node.map && { "x-kubernetes-map-type": node.map }),
  };
}

const isDefined = (node: SchemaNode): node is Defined =>
  node.type === "object" ||
  (node.type === "union" && node.published === undefined) ||
  (node.type === "json" && node.name !== undefined);

/** All structures that can be reached from `roots`, by definition name. */
export function reachable(roots: readonly ObjectNode[]): ReadonlyMap<string, Defined> {
  const found = new Map<string, Defined>();
  const open: SchemaNode[] = [...roots];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const element = elementOf(node);
    if (element) open.push(element);
    if (!isDefined(node) || found.has(node.name)) continue;
    found.set(node.name, node);
    if (node.type === "object") open.push(...planOf(node).fields.map((field) => field.node));
  }
  return found;
}

/** Copies of `definitions` in order of their names. */
export function sorted(definitions: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The names that a document refers to, wherever they stand. */
export function referencesIn(document: Json, names: Set<string> = new Set()): Set<string> {
  if (Array.isArray(document)) for (const item of document as readonly Json[]) referencesIn(item, names);
  else if (isObject(document)) {
    const ref = document["$ref"];
    if (typeof ref === "string") names.add(ref.slice(ref.lastIndexOf("/") + 1));
    for (const value of Object.values(document)) referencesIn(value, names);
  }
  return names;
}
