// The published objects that every conformance test of codecs and rules starts from.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type AnyKind, isList, isObject, type Json, type SchemaNode, schemaOf } from "@knots/machinery";

const FIXTURES = fileURLToPath(new URL("../../../shared/reference/fixtures/roundtrip/", import.meta.url));
/** Why tests with fixtures are left out, or false. */
export const skip = existsSync(FIXTURES) ? false : "the fixtures are not beside this checkout";

/** A fully populated object in both forms. */
export interface Fixture {
  readonly json: Json;
  readonly bytes: Uint8Array;
}

/** The fixture of a kind, where there is one. */
export function fixtureOf({ group, version, kind }: AnyKind): Fixture | undefined {
  const folder = group === "apiextensions.k8s.io" ? "apiextensions" : "api";
  const base = `${FIXTURES}${folder}/${group === "" ? "core" : group}.${version}.${kind}`;
  if (!existsSync(`${base}.pb`)) return undefined;
  return { json: JSON.parse(readFileSync(`${base}.json`, "utf8")) as Json, bytes: readFileSync(`${base}.pb`) };
}

/**
 * Copies of `value` in which one field, at any depth, is missing, with the path of the field. Each field of a structure is left out once,
 * where the structure first appears; `seen` remembers them from object to object.
 */
export function* without(
  node: SchemaNode,
  value: Json,
  seen: Set<string>,
  path = "",
): Iterable<readonly [string, Json]> {
  if (isList(value) && node.type === "array") {
    for (const [index, item] of value.entries()) {
      const at = `${path}[${index}]`;
      for (const [missing, copy] of without(node.items, item, seen, at)) yield [missing, value.with(index, copy)];
    }
  }
  if (!isObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const at = `${path}.${key}`;
    const below = childOf(node, key);
    if (!below) continue;
    const id = node.type === "object" ? `${node.name}.${key}` : at;
    const { [key]: _missing, ...rest } = value;
    if (!seen.has(id)) yield [at, rest];
    seen.add(id);
    for (const [missing, copy] of without(below, child, seen, at)) yield [missing, { ...value, [key]: copy }];
  }
}

function childOf(node: SchemaNode, key: string): SchemaNode | undefined {
  if (node.type === "map") return node.values;
  const field = node.type === "object" ? node.properties[key] : undefined;
  return field && schemaOf(field);
}
