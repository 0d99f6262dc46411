// Validation of every built-in kind on fully populated objects with one field left out: it finds faults and never fails itself.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { builtinKinds } from "@knots/api";
import {
  type AnyKind,
  apiVersionOf,
  applyDefaults,
  decodeObject,
  isApiError,
  isList,
  isObject,
  type Json,
  type JsonObject,
  validateObject,
} from "@knots/machinery";

const FIXTURES = fileURLToPath(new URL("../../../shared/reference/fixtures/roundtrip/", import.meta.url));
const skip = existsSync(FIXTURES) ? false : "the fixtures are not beside this checkout";

/** Every copy of `value` in which one field, at any depth, is missing, with the path of the field. */
function* without(value: Json, path = ""): Iterable<readonly [string, Json]> {
  if (isList(value)) {
    for (const [index, item] of value.entries()) {
      for (const [at, copy] of without(item, `${path}[${index}]`)) yield [at, value.with(index, copy)];
    }
  }
  if (!isObject(value)) return;
  for (const key of Object.keys(value)) {
    const { [key]: child, ...rest } = value;
    yield [`${path}.${key}`, rest];
    for (const [at, copy] of without(child ?? null, `${path}.${key}`)) yield [at, { ...value, [key]: copy }];
  }
}

function stored(kind: AnyKind, value: Json): JsonObject | undefined {
  try {
    return applyDefaults(kind.schema, decodeObject(kind.schema, value));
  } catch (error) {
    if (isApiError(error)) return undefined;
    throw error;
  }
}

for (const kind of builtinKinds) {
  const folder = kind.group === "apiextensions.k8s.io" ? "apiextensions" : "api";
  const file = `${FIXTURES}${folder}/${kind.group === "" ? "core" : kind.group}.${kind.version}.${kind.kind}.json`;
  test(`${apiVersionOf(kind)} ${kind.kind}: no missing field makes validation fail`, {
    skip,
  }, (context) => {
    if (!existsSync(file)) return context.skip("no fixture");
    const whole = JSON.parse(readFileSync(file, "utf8")) as JsonObject;
    const before = stored(kind, whole);
    assert.ok(before);
    for (const [path, value] of without(whole)) {
      const object = stored(kind, value);
      if (!object) continue;
      try {
        validateObject(kind.schema, object);
        validateObject(kind.schema, object, before);
        validateObject(kind.schema, before, object);
      } catch (error) {
        throw new Error(`without ${path}`, { cause: error });
      }
    }
  });
}
