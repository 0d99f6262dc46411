// Compares every declared structure with the published OpenAPI document and protobuf descriptors of Kubernetes 1.36.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { type AnyField, type Field, type ObjectNode, type Schema, schemaOf } from "@knots/machinery";
import { builtinKinds } from "./kinds.ts";

const REFERENCE = fileURLToPath(new URL("../../../../shared/reference/", import.meta.url));
const OPENAPI = `${REFERENCE}openapi-v2-v1.36.0.json.gz`;
const skip = existsSync(OPENAPI) ? false : "the reference documents are not beside this checkout";

interface Property {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly [extension: `x-kubernetes-${string}`]: unknown;
}
interface Definition {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly [extension: `x-kubernetes-${string}`]: unknown;
}
interface Descriptor {
  readonly number: number;
  readonly type: string;
  readonly repeated?: boolean;
}

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
const REFS: Readonly<Record<string, string>> = {
  [`${META}.Time`]: "time",
  [`${META}.MicroTime`]: "microTime",
  [`${META}.FieldsV1`]: "json",
  "io.k8s.apimachinery.pkg.runtime.RawExtension": "json",
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "intOrString",
};
/**
 * Fields that live code always finds, though the document calls them optional: the server puts them there. And the metadata of
 * events, which alone is called required.
 */
const OTHERWISE = new Set([
  ...["Pod", "PodTemplateSpec", "Service", "PersistentVolumeClaim", "PersistentVolume", "ReplicationController"].map(
    (name) => `io.k8s.api.core.v1.${name}.spec`,
  ),
  ...["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].map((name) => `io.k8s.api.apps.v1.${name}.spec`),
  ...["Job", "JobTemplateSpec"].map((name) => `io.k8s.api.batch.v1.${name}.spec`),
  "io.k8s.api.apps.v1.ReplicaSetSpec.template",
  "io.k8s.api.networking.v1.Ingress.spec",
  "io.k8s.api.authentication.v1.TokenRequest.spec",
  "io.k8s.api.core.v1.Event.metadata",
]);

function published(property: Property): string {
  if (property.$ref !== undefined) {
    const name = property.$ref.split("/").at(-1) ?? "";
    return REFS[name] ?? name;
  }
  if (property.type === "array") return `[${published(property.items ?? {})}]`;
  if (property.type === "object")
    return property.additionalProperties ? `{${published(property.additionalProperties)}}` : "json";
  return property.format ?? property.type ?? "json";
}

function declared(schema: Schema): string {
  switch (schema.type) {
    case "integer":
      return schema.format;
    case "number":
      return "double";
    case "bytes":
      return "byte";
    case "time":
      return schema.precision === "micro" ? "microTime" : "time";
    case "array":
      return `[${declared(schema.items)}]`;
    case "map":
      return `{${declared(schema.values)}}`;
    case "json":
      return schema.name ?? schema.type;
    case "object":
    case "union":
      return schema.name;
    default:
      return schema.type;
  }
}

const PROTO: Readonly<Record<string, string>> = {
  boolean: "bool",
  byte: "bytes",
  time: "Time",
  microTime: "MicroTime",
};
const PROTO_NAMES: Readonly<Record<string, string>> = {
  quantity: "Quantity",
  intOrString: "IntOrString",
  json: "FieldsV1",
};

/** The type of a field in protobuf, without packages. A list inside a map is a message of its own. */
function protoType(schema: Schema): string {
  if (schema.type === "array") return `${protoType(schema.items)}[]`;
  if (schema.type === "map")
    return `map<string,${schema.values.type === "array" ? "ExtraValue" : protoType(schema.values)}>`;
  const name = declared(schema);
  return PROTO[name] ?? PROTO_NAMES[name] ?? name.split(".").at(-1) ?? "";
}

const described = ({ type, repeated }: Descriptor): string =>
  `${type.replace(/[.\w]*\./g, "").replace("RawExtension", "FieldsV1")}${repeated === true ? "[]" : ""}`;

function extensions(field: AnyField): Readonly<Record<string, unknown>> {
  const schema = schemaOf(field);
  const list = schema.type === "array" ? schema : undefined;
  const all = {
    "x-kubernetes-list-type": schema.type === "bytes" ? schema.list : list?.list,
    "x-kubernetes-list-map-keys": list?.keys,
    "x-kubernetes-patch-strategy": list?.patch ?? field.patch,
    "x-kubernetes-patch-merge-key": list?.mergeKey,
    "x-kubernetes-map-type": schema.type === "map" ? schema.map : field.map,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function publishedExtensions(property: Property): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(property).filter(([key]) => key.startsWith("x-kubernetes-")));
}

/** Every structure that is reachable from a kind, by name; `inlined` ones exist in protobuf only. */
function structures(prefix = "io.k8s."): ReadonlyMap<string, { readonly node: ObjectNode; readonly inlined: boolean }> {
  const found = new Map<string, { readonly node: ObjectNode; readonly inlined: boolean }>();
  const visit = (schema: Schema, inlined = false): void => {
    const element = schema.type === "array" ? schema.items : schema.type === "map" ? schema.values : undefined;
    if (element) visit(element, inlined);
    if (schema.type === "union") visit(schema.message(), true);
    if (schema.type !== "object" || (found.has(schema.name) && (inlined || !found.get(schema.name)?.inlined))) return;
    found.set(schema.name, { node: schema, inlined });
    for (const inline of schema.inlines) visit(inline.schema(), true);
    for (const field of Object.values(schema.properties)) visit(schemaOf(field));
  };
  for (const kind of builtinKinds) visit(kind.schema);
  return new Map([...found].filter(([name]) => name.startsWith(prefix)));
}

function differences(node: ObjectNode, definition: Definition): readonly string[] {
  const found: string[] = [];
  const differ = (what: string, ours: unknown, theirs: unknown): void => {
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
      found.push(`${node.name} ${what}: declared ${JSON.stringify(ours)}, published ${JSON.stringify(theirs)}`);
    }
  };
  const properties = definition.properties ?? {};
  differ("fields", Object.keys(node.properties).sort(), Object.keys(properties).sort());
  differ("map type", node.map, definition["x-kubernetes-map-type"]);
  for (const [name, field] of Object.entries(node.properties)) {
    const property = properties[name];
    if (!property) continue;
    differ(`${name} type`, declared(schemaOf(field)), published(property));
    const [ours, theirs] = [extensions(field), publishedExtensions(property)];
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
      differ(`${name} ${key}`, ours[key], theirs[key]);
    const wanted = definition.required?.includes(name) ?? false;
    if (!OTHERWISE.has(`${node.name}.${name}`)) differ(`${name} required`, field.required ?? false, wanted);
  }
  return found;
}

/** The repository whose messages these are. */
const packageOf = (name: string): string => (name.startsWith("io.k8s.api.") ? "api" : (name.split(".")[2] ?? ""));
/** JSON's `x-kubernetes-list-type` and `$ref` are `xKubernetesListType` and `ref` in protobuf. */
const protoName = (name: string): string => name.replaceAll(/[-$]/g, "").toLowerCase();

const messageFiles = new Map<string, Readonly<Record<string, Readonly<Record<string, Descriptor>>>>>();
function messageOf(name: string): Readonly<Record<string, Descriptor>> | undefined {
  const [group, version, message] = name.split(".").slice(-3);
  const file = name.startsWith(META) ? "apimachinery.meta.v1" : `${packageOf(name)}.${group}.${version}`;
  if (!messageFiles.has(file)) {
    messageFiles.set(file, JSON.parse(readFileSync(`${REFERENCE}protobuf/${file}.json`, "utf8")).messages);
  }
  return messageFiles.get(file)?.[message ?? ""];
}

/** Fields by protobuf number with their types, what is inlined as one message. */
function numbered(node: ObjectNode): readonly string[] {
  const inlined = new Set(node.inlines.flatMap((inline) => Object.keys(inline.schema().properties)));
  const own = Object.entries(node.properties).filter(
    ([name, field]: readonly [string, Field<unknown>]) => field.number > 0 && !inlined.has(name),
  );
  const fields = own.map(([name, field]) => `${field.number} ${protoName(name)} ${protoType(schemaOf(field))}`);
  const nested = node.inlines.map((inline) => `${inline.number} ${protoType(inline.schema() as Schema)}`);
  return [...fields, ...nested].sort();
}

function numberedAs(node: ObjectNode, message: Readonly<Record<string, Descriptor>>): readonly string[] {
  const inlined = new Set(node.inlines.map((inline) => inline.number));
  return Object.entries(message)
    .map(([name, field]) =>
      inlined.has(field.number)
        ? `${field.number} ${described(field)}`
        : `${field.number} ${name.toLowerCase()} ${described(field)}`,
    )
    .sort();
}

test("every structure has the fields, types and merge rules of the OpenAPI document", { skip }, () => {
  const { definitions } = JSON.parse(gunzipSync(readFileSync(OPENAPI)).toString()) as {
    readonly definitions: Readonly<Record<string, Definition>>;
  };
  const found: string[] = [];
  for (const [name, { node, inlined }] of structures()) {
    if (inlined) continue;
    const definition = definitions[name];
    assert.ok(definition, `${name} is not in the document`);
    found.push(...differences(node, definition));
  }
  assert.deepEqual(found, []);
});

test("every structure has the numbers and types of the protobuf descriptors", { skip }, () => {
  for (const [name, { node }] of structures()) {
    const message = messageOf(name);
    assert.ok(message, `${name} has no descriptor`);
    assert.deepEqual(numbered(node), numberedAs(node, message), name);
  }
});

test("every field has one line of documentation of at most 15 words, and every kind has one", () => {
  const faults: string[] = [];
  for (const [name, { node }] of structures("")) {
    for (const [field, { doc }] of Object.entries(node.properties)) {
      const words = doc.split(/\s+/).filter((word) => word !== "").length;
      if (words < 1 || words > 15) faults.push(`${name}.${field}: ${words} words`);
    }
  }
  for (const kind of builtinKinds) if (kind.doc === "") faults.push(kind.kind);
  assert.deepEqual(faults, []);
});
