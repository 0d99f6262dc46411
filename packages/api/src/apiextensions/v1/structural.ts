// Whether a schema tells the type of each value, so that unknown fields can be pruned and defaults filled in.
import { type FieldError, type FieldPath, forbidden, invalid, isList, notSupported, required } from "@knots/machinery";
import type { JSONSchemaProps } from "./json-schema.ts";

const UNSUPPORTED = ["id", "$ref", "patternProperties", "dependencies", "definitions", "additionalItems"] as const;

function* checkWords(path: FieldPath, schema: JSONSchemaProps): Iterable<FieldError> {
  for (const word of UNSUPPORTED) {
    if (schema[word] !== undefined) yield forbidden(path.child(word), `${word} is not supported`);
  }
  if (schema.uniqueItems) {
    yield forbidden(
      path.child("uniqueItems"),
      "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
    );
  }
}

/** Fields that must not be repeated inside allOf, anyOf, oneOf and not. */
const OUTER_ONLY = ["type", "title", "description", "default", "additionalProperties", "nullable"] as const;

/** The one use of anyOf that may name types: a whole number or text. */
const isIntOrString = (schemas: readonly JSONSchemaProps[]): boolean =>
  schemas.length === 2 && schemas[0]?.type === "integer" && schemas[1]?.type === "string";

function* checkJunctor(path: FieldPath, schema: JSONSchemaProps): Iterable<FieldError> {
  for (const word of OUTER_ONLY) {
    if (schema[word] !== undefined) yield forbidden(path.child(word), "must be empty to be structural");
  }
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    yield* checkJunctor(path.child("properties").key(name), child);
  }
  if (schema.items && !isSeveral(schema.items)) yield* checkJunctor(path.child("items"), schema.items);
  yield* checkJunctors(path, schema);
}

function* checkJunctors(path: FieldPath, schema: JSONSchemaProps): Iterable<FieldError> {
  const free = schema["x-kubernetes-int-or-string"] === true;
  for (const word of ["allOf", "anyOf", "oneOf"] as const) {
    const schemas = schema[word] ?? [];
    if (free && isIntOrString(schemas)) continue;
    for (const [index, child] of schemas.entries()) {
      if (free && word === "allOf" && isIntOrString(child.anyOf ?? [])) continue;
      yield* checkJunctor(path.child(word).index(index), child);
    }
  }
  if (schema.not) yield* checkJunctor(path.child("not"), schema.not);
}

const isSeveral = (items: JSONSchemaProps | readonly JSONSchemaProps[]): items is readonly JSONSchemaProps[] =>
  isList(items);

function* checkKeys(path: FieldPath, schema: JSONSchemaProps): Iterable<FieldError> {
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const at = path.child("x-kubernetes-list-map-keys");
  if (schema["x-kubernetes-list-type"] !== "map") {
    if (keys.length > 0) yield forbidden(at, "must not be set if x-kubernetes-list-type is not map");
    return;
  }
  if (keys.length === 0) yield required(at, "must not be empty if x-kubernetes-list-type is map");
  const items = schema.items && !isSeveral(schema.items) ? schema.items : undefined;
  for (const [index, key] of keys.entries()) {
    const property = items?.properties?.[key];
    if (!property) {
      yield invalid(at.index(index), key, "entries must all be names of item properties");
    } else if (property.default === undefined && !(items?.required ?? []).includes(key)) {
      yield required(
        path.child("items", "properties").key(key).child("default"),
        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
      );
    }
  }
}

const LIST_TYPES = ["atomic", "set", "map"];
const MAP_TYPES = ["atomic", "granular"];

function* checkExtensions(path: FieldPath, schema: JSONSchemaProps): Iterable<FieldError> {
  const { "x-kubernetes-list-type": list, "x-kubernetes-map-type": map, type = "" } = schema;
  if (list !== undefined) {
    if (type !== "array")
      yield invalid(path.child("type"), type, "must be array if x-kubernetes-list-type is specified");
    if (!LIST_TYPES.includes(list)) yield notSupported(path.child("x-kubernetes-list-type"), list, LIST_TYPES);
  }
  yield* checkKeys(path, schema);
  if (map !== undefined) {
    if (type !== "object")
      yield invalid(path.child("type"), type, "must be object if x-kubernetes-map-type is specified");
    if (!MAP_TYPES.includes(map)) yield notSupported(path.child("x-kubernetes-map-type"), map, MAP_TYPES);
  }
  if (schema["x-kubernetes-int-or-string"] && type !== "") {
    yield invalid(path.child("type"), type, "must be empty if x-kubernetes-int-or-string is true");
  }
  yield* checkEmbedded(path, schema);
}

function* checkEmbedded(path: FieldPath, schema: JSONSchemaProps): Iterable<FieldError> {
  if (!schema["x-kubernetes-embedded-resource"]) return;
  const { type = "" } = schema;
  if (type !== "object") {
    yield invalid(path.child("type"), type, "must be object if x-kubernetes-embedded-resource is true");
  }
  if (!schema["x-kubernetes-preserve-unknown-fields"] && !schema.properties) {
    yield required(
      path.child("properties"),
      "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
    );
  }
}

function* checkObject(path: FieldPath, schema: JSONSchemaProps): Iterable<FieldError> {
  const { properties = {}, additionalProperties: rest } = schema;
  for (const [name, child] of Object.entries(properties)) {
    yield* checkValue(path.child("properties").key(name), child, "must not be empty for specified object fields");
  }
  if (rest === undefined) return;
  const at = path.child("additionalProperties");
  if (rest === false) yield forbidden(at, "additionalProperties cannot be set to false");
  if (Object.keys(properties).length > 0) {
    yield forbidden(at, "additionalProperties and properties are mutual exclusive");
  }
  if (typeof rest === "object") yield* checkValue(at, rest, "must not be empty for specified object fields");
}

function* checkList(path: FieldPath, { type, items }: JSONSchemaProps): Iterable<FieldError> {
  const at = path.child("items");
  if (items === undefined) {
    if (type === "array") yield required(at, "must be specified");
  } else if (isSeveral(items)) yield forbidden(at, "items must be a schema object and not an array");
  else yield* checkValue(at, items, "must not be empty for specified array items");
}

const TYPES = ["array", "boolean", "integer", "number", "object", "string"];

function* checkValue(path: FieldPath, schema: JSONSchemaProps, untyped: string): Iterable<FieldError> {
  const { type = "" } = schema;
  const open = schema["x-kubernetes-int-or-string"] || schema["x-kubernetes-preserve-unknown-fields"];
  if (type === "" && !open) yield required(path.child("type"), untyped);
  if (type !== "" && !TYPES.includes(type)) yield notSupported(path.child("type"), type, TYPES);
  yield* checkWords(path, schema);
  yield* checkExtensions(path, schema);
  yield* checkObject(path, schema);
  yield* checkList(path, schema);
  yield* checkJunctors(path, schema);
}

const OWN_METADATA = new Set(["name", "generateName"]);

/** The faults of a version's whole schema. */
export function* checkStructural(path: FieldPath, schema: JSONSchemaProps): Iterable<FieldError> {
  const { type = "", properties = {} } = schema;
  if (type !== "" && type !== "object") yield invalid(path.child("type"), type, "must be object at the root");
  const metadata = Object.keys(properties["metadata"]?.properties ?? {});
  if (metadata.some((name) => !OWN_METADATA.has(name))) {
    yield forbidden(
      path.child("properties").key("metadata"),
      "must not specify anything other than name and generateName, but metadata is implicitly specified",
    );
  }
  yield* checkValue(path, schema, "must not be empty at the root");
}
