// How declarations look in the two dialects; every built-in kind is compared with the published document in test/conformance.
import assert from "node:assert/strict";
import { test } from "node:test";
import { getIn } from "../frozen.ts";
import { kind } from "../kind/kind.ts";
import { array, field, int32, intOrString, listOf, map, object, quantity, string, time } from "../schema/builder.ts";
import { openApiV2 } from "./v2.ts";
import { openApiV3, openApiV3Index } from "./v3.ts";

const port = object("io.example.v1.Port", {
  number: field(1, int32(), "Number.", { required: true }),
  protocol: field(2, string({ enum: ["TCP", "UDP"] }), "Protocol.", { default: "TCP" }),
});
const spec = object(
  "io.example.v1.WidgetSpec",
  {
    ports: field(1, listOf(port, "number", "protocol"), "Ports."),
    port: field(2, port, "Port."),
    maybe: field(3, port, "Port, perhaps.", { pointer: true, patch: "retainKeys" }),
    sizes: field(4, map(quantity()), "Sizes."),
    names: field(5, array(string()), "Names.", { stage: "deprecated" }),
    any: field(6, intOrString(), "Any.", { default: () => 1 }),
    at: field(7, time(), "When."),
  },
  { map: "atomic", doc: "What a widget should be." },
);
const Widget = kind({
  group: "stable.example.com",
  version: "v1",
  kind: "Widget",
  plural: "widgets",
  scope: "Cluster",
  doc: "A widget.",
  definition: "com.example.stable.v1.Widget",
  fields: { spec: field(2, spec, "Spec.") },
  subresources: {
    shell: {
      kind: "WidgetShellOptions",
      verbs: ["get"],
      parameters: [{ name: "tty", in: "query", type: "boolean", doc: "Terminal." }],
    },
    log: { kind: "Widget", verbs: ["get"], plain: true },
  },
  checkName: () => undefined,
});
const input = { kinds: [Widget], deleteOptions: object("io.example.v1.DeleteOptions", {}), version: "v1" };
const v2 = openApiV2(input);
const v3 = openApiV3(input);
const inV3 = (...path: readonly string[]): unknown =>
  getIn(v3, ["components", "schemas", "io.example.v1.WidgetSpec", ...path]);
const inV2 = (...path: readonly string[]): unknown => getIn(v2, ["definitions", "io.example.v1.WidgetSpec", ...path]);
const REF = "#/components/schemas/io.example.v1.Port";

test("v3 wraps references, with an empty default unless they are pointers", () => {
  assert.deepEqual(inV3("properties", "port"), { description: "Port.", allOf: [{ $ref: REF }], default: {} });
  assert.deepEqual(inV3("properties", "maybe"), {
    description: "Port, perhaps.",
    allOf: [{ $ref: REF }],
    "x-kubernetes-patch-strategy": "retainKeys",
  });
});

test("v2 shows them bare", () => {
  assert.deepEqual(inV2("properties", "port"), { description: "Port.", $ref: "#/definitions/io.example.v1.Port" });
});

test("lists carry their rules of merging (DSC-19)", () => {
  assert.deepEqual(inV3("properties", "ports"), {
    description: "Ports.",
    type: "array",
    items: { allOf: [{ $ref: REF }], default: {} },
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["number", "protocol"],
    "x-kubernetes-patch-strategy": "merge",
    "x-kubernetes-patch-merge-key": "number",
  });
});

test("required fields, literal defaults, enums, map types, deprecations", () => {
  const schemas = getIn(v3, ["components", "schemas"]);
  assert.deepEqual(getIn(schemas, ["io.example.v1.Port"]), {
    description: "",
    type: "object",
    properties: {
      number: { description: "Number.", type: "integer", format: "int32" },
      protocol: { description: "Protocol.", type: "string", enum: ["TCP", "UDP"], default: "TCP" },
    },
    required: ["number"],
  });
  assert.equal(inV3("x-kubernetes-map-type"), "atomic");
  assert.equal(inV3("properties", "names", "description"), "Deprecated: Names.");
  assert.equal(inV3("properties", "any", "default"), undefined);
});

test("calls have upstream's ids, streams connect, logs are text", () => {
  const at = (path: string, ...rest: readonly string[]): unknown => getIn(v3, ["paths", path, ...rest]);
  const root = "/apis/stable.example.com/v1/widgets";
  assert.equal(at(root, "get", "operationId"), "listStableExampleComV1Widget");
  assert.equal(at(root, "delete", "operationId"), "deleteStableExampleComV1CollectionWidget");
  assert.deepEqual(at(`${root}/{name}`, "put", "tags"), ["stableExampleCom_v1"]);
  assert.equal(at(`${root}/{name}/shell`, "get", "operationId"), "connectStableExampleComV1GetWidgetShell");
  assert.equal(at(`${root}/{name}/shell`, "get", "x-kubernetes-action"), "connect");
  const log = at(`${root}/{name}/log`, "get", "responses", "200", "content") as Record<string, unknown>;
  assert.deepEqual(Object.keys(log).toSorted(), [
    "application/json",
    "application/vnd.kubernetes.protobuf",
    "application/yaml",
    "text/plain",
  ]);
  for (const content of Object.values(log)) assert.deepEqual(content, { schema: { type: "string" } });
});

test("the index names each document and a hash to cache it by", () => {
  const index = openApiV3Index(
    new Map([
      ["apis/apps/v1", "AB"],
      ["api/v1", "CD"],
    ]),
  );
  assert.deepEqual(index, {
    paths: {
      "api/v1": { serverRelativeURL: "/openapi/v3/api/v1?hash=CD" },
      "apis/apps/v1": { serverRelativeURL: "/openapi/v3/apis/apps/v1?hash=AB" },
    },
  });
});
