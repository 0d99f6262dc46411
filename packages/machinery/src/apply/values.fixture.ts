// A schema with every rule of merging, and the slow way to know their fields: paths as strings.
import { array, boolean, field, int32, json, listOf, map, object, quantity, setOf, string } from "../schema/builder.ts";
import { isList, isObject } from "../schema/json-value.ts";
import type { Json, ObjectSchema, SchemaNode } from "../schema/schema.ts";
import { schemaOf } from "../schema/schema.ts";

const port = object("io.example.v1.Port", {
  port: field(1, int32(), "Number.", { required: true }),
  protocol: field(2, string(), "Protocol.", { default: "TCP" }),
  name: field(3, string(), "Name."),
});
const whole = object(
  "io.example.v1.Whole",
  { a: field(1, string(), "A."), b: field(2, string(), "B.") },
  { map: "atomic" },
);
const inner = object("io.example.v1.Inner", {
  text: field(1, string(), "Text."),
  amount: field(2, quantity(), "Amount."),
  on: field(3, boolean(), "On.", { pointer: true }),
  labels: field(4, map(string()), "Labels."),
  frozen: field(5, map(string(), { map: "atomic" }), "Atomic map."),
});

/** An object with lists and maps of every kind. */
export const Sample = object("io.example.v1.Sample", {
  count: field(1, int32(), "Count.", { pointer: true }),
  inner: field(2, inner, "Structure."),
  whole: field(3, whole, "Atomic structure."),
  ports: field(4, listOf(port, "port", "protocol"), "List by two keys."),
  items: field(
    5,
    listOf(
      object("io.example.v1.Item", {
        name: field(1, string(), "Name.", { required: true }),
        inner: field(2, inner, "Inner."),
      }),
      "name",
    ),
    "List by one key.",
  ),
  tags: field(6, setOf(string()), "Set."),
  words: field(7, array(string()), "List without rules."),
  any: field(8, json(), "Anything."),
  structs: field(9, map(inner), "Map of structures."),
}) as unknown as ObjectSchema;

/** One place in a value. */
export interface Place {
  readonly path: string;
  readonly value: Json;
  /** Scalars and what is replaced whole. */
  readonly leaf: boolean;
  /** A map's entry or a list's item: a field of its own, whatever it holds. */
  readonly entry: boolean;
}

function isWhole(node: SchemaNode): boolean {
  if (node.type === "object" || node.type === "map") return node.map === "atomic";
  return node.type !== "array" || (node.list !== "set" && node.list !== "map");
}

function stepOf(node: SchemaNode, item: Json): string {
  if (node.type !== "array" || node.list === "set" || !isObject(item)) return `v:${JSON.stringify(item)}`;
  const keys = [...(node.keys ?? [])].sort().map((key) => [key, item[key] ?? (key === "protocol" ? "TCP" : "")]);
  return `k:${JSON.stringify(Object.fromEntries(keys))}`;
}

/** What lies directly below a place: step, value, schema, and whether it is an entry. */
function* children(node: SchemaNode, value: Json): Generator<readonly [string, Json, SchemaNode, boolean]> {
  if (isList(value) && node.type === "array")
    for (const item of value) yield [stepOf(node, item), item, node.items, true];
  if (!isObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const declared = node.type === "object" ? node.properties[key] : undefined;
    const schema = declared ? schemaOf(declared) : node.type === "map" ? node.values : undefined;
    if (schema) yield [`f:${key}`, child, schema, !declared];
  }
}

/** Every place in a value, parents first; the path is the steps joined by spaces. */
export function* places(node: SchemaNode, value: Json, path = "", entry = false): Generator<Place> {
  const leaf = isWhole(node) || (isObject(value) && Object.keys(value).length === 0);
  if (path !== "") yield { path, value, leaf, entry };
  if (isWhole(node)) return;
  for (const [step, child, schema, isEntry] of children(node, value))
    yield* places(schema, child, path === "" ? step : `${path} ${step}`, isEntry);
}
