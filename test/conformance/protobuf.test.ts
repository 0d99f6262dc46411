// The protobuf codec of every built-in kind against fully populated objects in both forms.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { builtinKinds } from "@knots/api";
import { apiVersionOf, decodeObject, decodeProtobuf, encodeProtobuf, type Json, openProtobuf } from "@knots/machinery";

const FIXTURES = fileURLToPath(new URL("../../../shared/reference/fixtures/roundtrip/", import.meta.url));
const skip = existsSync(FIXTURES) ? false : "the fixtures are not beside this checkout";

for (const kind of builtinKinds) {
  const folder = apiVersionOf(kind);
  test(`${folder} ${kind.kind}: the published bytes are its JSON, and its JSON makes those bytes`, {
    skip,
  }, (context) => {
    const part = kind.group === "apiextensions.k8s.io" ? "apiextensions" : "api";
    const base = `${FIXTURES}${part}/${kind.group === "" ? "core" : kind.group}.${kind.version}.${kind.kind}`;
    if (!existsSync(`${base}.pb`)) return context.skip("no fixture");
    const json = decodeObject(kind.schema, JSON.parse(readFileSync(`${base}.json`, "utf8")) as Json);
    const bytes = readFileSync(`${base}.pb`);
    const envelope = openProtobuf(bytes);
    assert.deepEqual([envelope.apiVersion, envelope.kind], [folder, kind.kind]);
    assert.deepEqual(decodeProtobuf(kind.schema, envelope), json);
    assert.equal(Buffer.from(encodeProtobuf(kind.schema, json)).toString("hex"), bytes.toString("hex"));
  });
}
