// A small kind that has one of everything, for the tests of the walkers.
import { forbidden } from "../field-error.ts";
import { ObjectMeta } from "../meta/object-meta.ts";
import {
  array,
  boolean,
  bytes,
  double,
  field,
  int32,
  int64,
  intOrString,
  json,
  jsonObject,
  listOf,
  map,
  microTime,
  object,
  quantity,
  setOf,
  string,
  time,
} from "./builder.ts";
import type { ObjectSchema } from "./schema.ts";

const port = object("io.example.v1.Port", {
  port: field(1, int32({ min: 1, max: 65535 }), "Number.", { required: true }),
  protocol: field(2, string({ enum: ["UDP", "TCP"] }), "Protocol.", { default: "TCP" }),
  target: field(3, intOrString(), "Target.", { default: (parent: { port: number }) => parent.port }),
});
const part = object("io.example.v1.Part", {
  name: field(1, string(), "Name.", { required: true }),
  image: field(2, string(), "Image.", { immutable: true }),
  ports: field(3, listOf(port, "port", "protocol"), "Ports."),
  limits: field(4, map(quantity()), "Limits."),
  resources: field(5, (): ObjectSchema => resources, "Resources.", { always: true }),
});
const resources = object("io.example.v1.Resources", { claims: field(1, array(string()), "Claims.") });
const tree: ObjectSchema = object("io.example.v1.Tree", {
  leaf: field(1, string({ maxLength: 3 }), "Leaf.", { default: "x" }),
  children: field(2, () => array(tree), "Children."),
  named: field(3, () => map(tree), "Named."),
});
const spec = object("io.example.v1.ThingSpec", {
  replicas: field(1, int32({ min: 0 }), "Count.", { pointer: true, default: 1 }),
  size: field(2, int64(), "Size."),
  ratio: field(3, double(), "Ratio."),
  paused: field(4, boolean(), "Paused."),
  parts: field(5, listOf(part, "name"), "Parts.", { required: true }),
  finals: field(6, setOf(string()), "Set."),
  data: field(7, map(bytes()), "Data."),
  since: field(8, time(), "Time."),
  exact: field(9, microTime(), "Precise time."),
  cpu: field(10, quantity(), "Quantity."),
  any: field(11, json(), "Anything."),
  blob: field(12, jsonObject(), "Any object."),
  tree: field(13, tree, "Tree.", { default: {} }),
  frozen: field(14, map(string()), "Cannot change.", { immutable: true }),
  mode: field(15, string({ enum: ["On", "Off"] }), "Mode."),
  few: field(16, array(string(), { minItems: 1, maxItems: 2 }), "Few."),
}).check(function* (value, { path, old }) {
  if (old && (value.replicas ?? 0) < (old.replicas ?? 0)) yield forbidden(path.child("replicas"), "may not shrink");
});

/** The kind `Thing` of `example.io/v1`. */
export const Thing = object("io.example.v1.Thing", {
  apiVersion: field(0, string(), "Version."),
  kind: field(0, string(), "Kind."),
  metadata: field(1, ObjectMeta, "Metadata."),
  spec: field(2, spec, "Spec.", { always: true }),
});
