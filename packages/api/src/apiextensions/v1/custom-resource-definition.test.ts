// What a definition of a custom kind may say, and how its schema must be built.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeObject, type Json, type JsonObject } from "@knots/machinery";
import { errorsOf, filled } from "../../errors.fixture.ts";
import { CustomResourceDefinition } from "./custom-resource-definition.ts";

const ROOT = "spec.validation.openAPIV3Schema";
const version = (schema: Json, more: object = {}): Json => ({
  name: "v1",
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  ...more,
});
const definition = (spec: object, metadata: object = {}): Json => ({
  metadata: { name: "shirts.example.com", ...metadata },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "shirts", kind: "Shirt" },
    versions: [version({ type: "object" })],
    ...spec,
  },
});
const withSpec = (spec: Json): Json => definition({ versions: [version({ type: "object", properties: { spec } })] });
const AT = `${ROOT}.properties[spec]`;

const rows: readonly (readonly [string, Json, readonly string[], Json?])[] = [
  ["a plain definition is right", definition({}), []],
  [
    "its name is made of plural and group",
    definition({}, { name: "shirt.example.com" }),
    ['metadata.name: Invalid value: "shirt.example.com": must be spec.names.plural+"."+spec.group'],
  ],
  [
    "groups of the project itself need a note",
    definition({ group: "x.k8s.io" }, { name: "shirts.x.k8s.io" }),
    [
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io"',
    ],
  ],
  [
    "a group is a domain",
    definition({ group: "example" }, { name: "shirts.example" }),
    ['spec.group: Invalid value: "example": should be a domain with at least one dot'],
  ],
  [
    "one version is stored",
    definition({ versions: [version({ type: "object" }, { storage: false })] }),
    ['spec.versions: Invalid value: ["v1"]: must have exactly one version marked as storage version'],
  ],
  [
    "versions have names of their own",
    definition({ versions: [version({ type: "object" }), version({ type: "object" }, { storage: false })] }),
    ['spec.versions: Invalid value: ["v1","v1"]: must contain unique version names'],
  ],
  [
    "every version has a schema",
    definition({ versions: [{ name: "v1", served: true, storage: true }] }),
    ["spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"],
  ],
  [
    "the whole is an object",
    definition({ versions: [version({ type: "array", items: { type: "string" } })] }),
    [`${ROOT}.type: Invalid value: "array": must be object at the root`],
  ],
  [
    "every field has a type",
    withSpec({}),
    [`${AT}.type: Required value: must not be empty for specified object fields`],
  ],
  ["unless anything may be in it", withSpec({ "x-kubernetes-preserve-unknown-fields": true }), []],
  [
    "or it is a number or text",
    withSpec({ "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] }),
    [],
  ],
  [
    "elements of lists have a type",
    withSpec({ type: "array", items: {} }),
    [`${AT}.items.type: Required value: must not be empty for specified array items`],
  ],
  ["lists say what is in them", withSpec({ type: "array" }), [`${AT}.items: Required value: must be specified`]],
  [
    "with one schema for all",
    withSpec({ type: "array", items: [{ type: "string" }] }),
    [`${AT}.items: Forbidden: items must be a schema object and not an array`],
  ],
  [
    "fields and maps do not go together",
    withSpec({ type: "object", properties: { a: { type: "string" } }, additionalProperties: { type: "string" } }),
    [`${AT}.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`],
  ],
  [
    "a map is not closed",
    withSpec({ type: "object", additionalProperties: false }),
    [`${AT}.additionalProperties: Forbidden: additionalProperties cannot be set to false`],
  ],
  ["no references", withSpec({ type: "object", $ref: "#/x" }), [`${AT}.$ref: Forbidden: $ref is not supported`]],
  [
    "no types inside of anyOf",
    withSpec({ type: "object", anyOf: [{ type: "object" }] }),
    [`${AT}.anyOf[0].type: Forbidden: must be empty to be structural`],
  ],
  [
    "keys of a list are fields of its elements",
    withSpec({
      type: "array",
      items: { type: "object", properties: { name: { type: "string" } } },
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
    }),
    [
      `${AT}.items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
    ],
  ],
  [
    "a webhook that translates is named",
    definition({ conversion: { strategy: "Webhook" } }),
    ["spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook"],
  ],
  [
    "the plural stays",
    definition({ names: { plural: "coats", kind: "Shirt" } }, { name: "coats.example.com" }),
    ['spec.names.plural: Invalid value: "coats": field is immutable'],
    definition({}),
  ],
];
for (const [what, value, expected, old] of rows) {
  test(`custom kind: ${what}`, () => assert.deepEqual(errorsOf(CustomResourceDefinition, value, old), expected));
}

test("a schema that versions do not share is named with its version", () => {
  const versions = [version({ type: "object" }), version({}, { name: "v2", storage: false })];
  assert.deepEqual(errorsOf(CustomResourceDefinition, definition({ versions })), [
    "spec.versions[1].schema.openAPIV3Schema.type: Required value: must not be empty at the root",
  ]);
});

test("names that are not given follow from the kind", () => {
  const { spec } = filled(CustomResourceDefinition, definition({})) as { spec: JsonObject };
  assert.deepEqual(spec["names"], { plural: "shirts", kind: "Shirt", singular: "shirt", listKind: "ShirtList" });
  assert.deepEqual(spec["conversion"], { strategy: "None" });
});

test("a schema keeps its forms: true, a schema, several, names", () => {
  const forms = {
    type: "object",
    additionalProperties: { type: "array", items: { type: "string", additionalItems: true } },
    dependencies: { a: ["b"], c: { type: "string" } },
    default: { deep: [null, 0, ""] },
    enum: [null, 1, "a"],
    "x-kubernetes-validations": [{ rule: "self.a < self.b" }],
  };
  const value = definition({ versions: [version(forms)] });
  const decoded = decodeObject(CustomResourceDefinition.schema, value) as { spec: { versions: readonly JsonObject[] } };
  assert.deepEqual(decoded.spec.versions[0]?.["schema"], { openAPIV3Schema: forms });
});

test("a form that is none is refused", () => {
  const value = definition({ versions: [version({ type: "object", additionalProperties: "yes" })] });
  assert.throws(() => decodeObject(CustomResourceDefinition.schema, value), /cannot unmarshal string/);
});
