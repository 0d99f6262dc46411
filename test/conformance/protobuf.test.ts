// The protobuf codec of every built-in kind against fully populated objects in both forms, and with each field left out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds } from "@knots/api";
import {
  type AnyKind,
  apiVersionOf,
  applyDefaults,
  decodeObject,
  decodeProtobuf,
  encodeProtobuf,
  isApiError,
  isList,
  isObject,
  type Json,
  type JsonObject,
  openProtobuf,
} from "@knots/machinery";
import { fixtureOf, skip, without } from "./fixtures.ts";

const decoded = (kind: AnyKind, value: Json): JsonObject | undefined => {
  try {
    return decodeObject(kind.schema, value);
  } catch (error) {
    if (isApiError(error)) return undefined;
    throw error;
  }
};

const MAPS = new Set(["counters", "resources"]);
const isEmpty = (value: Json): boolean => isObject(value) && Object.keys(value).length === 0;
/** A required text or number that is missing is an empty one in protobuf, and a required map without entries is missing there. */
function withoutBlank(value: Json): Json {
  if (isList(value)) return value.map(withoutBlank);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, child]) => child !== "" && child !== 0 && !(MAPS.has(key) && isEmpty(child)),
  );
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutBlank(child)]));
}

const seen = new Set<string>();
for (const kind of builtinKinds) {
  const name = `${apiVersionOf(kind)} ${kind.kind}`;
  test(`${name}: the published bytes are its JSON, and its JSON makes those bytes`, { skip }, (context) => {
    const fixture = fixtureOf(kind);
    if (!fixture) return context.skip("no fixture");
    const json = decodeObject(kind.schema, fixture.json);
    const envelope = openProtobuf(fixture.bytes);
    assert.deepEqual([envelope.apiVersion, envelope.kind], [apiVersionOf(kind), kind.kind]);
    assert.deepEqual(decodeProtobuf(kind.schema, envelope), json);
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
    assert.equal(hex(encodeProtobuf(kind.schema, json)), hex(fixture.bytes));
  });
  test(`${name}: whatever field is missing is missing after protobuf too`, { skip }, (context) => {
    const fixture = fixtureOf(kind);
    if (!fixture) return context.skip("no fixture");
    for (const [path, value] of without(kind.schema, fixture.json, seen)) {
      const json = decoded(kind, value);
      if (!json) continue;
      const typed = { ...json, apiVersion: apiVersionOf(kind), kind: kind.kind };
      const back = decodeProtobuf(kind.schema, openProtobuf(encodeProtobuf(kind.schema, typed)));
      const [ours, theirs] = [typed, back].map((one) => withoutBlank(applyDefaults(kind.schema, one)));
      assert.deepEqual(theirs, ours, `without ${path}`);
    }
  });
}
