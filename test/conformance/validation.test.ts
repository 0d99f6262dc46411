// Validation of every built-in kind on fully populated objects with one field left out: it finds faults and never fails itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds } from "@knots/api";
import {
  type AnyKind,
  apiVersionOf,
  applyDefaults,
  decodeObject,
  isApiError,
  type Json,
  type JsonObject,
  validateObject,
} from "@knots/machinery";
import { fixtureOf, skip, without } from "./fixtures.ts";

function stored(kind: AnyKind, value: Json): JsonObject | undefined {
  try {
    return applyDefaults(kind.schema, decodeObject(kind.schema, value));
  } catch (error) {
    if (isApiError(error)) return undefined;
    throw error;
  }
}

const seen = new Set<string>();
for (const kind of builtinKinds) {
  test(`${apiVersionOf(kind)} ${kind.kind}: no missing field makes validation fail`, {
    skip,
  }, (context) => {
    const fixture = fixtureOf(kind);
    if (!fixture) return context.skip("no fixture");
    const before = stored(kind, fixture.json);
    assert.ok(before);
    for (const [path, value] of without(kind.schema, fixture.json, seen)) {
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
