// OpenAPI documents on the wire: JSON and gnostic's protobuf say the same, and an address with a hash may be kept for ever.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { ProtoReader, WIRE } from "@knots/std";
import { type Reply, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";

let api: ServedApi;
before(async () => {
  api = await serveApi();
});
after(() => api.close());

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  api.ask(path, { headers });
const V3 = "application/com.github.proto-openapi.spec.v3.v1.0+protobuf";
const V3_OLD = "application/com.github.proto-openapi.spec.v3@v1.0+protobuf";

/** The length-delimited fields of a message, found without any schema. */
function fieldsOf(message: Uint8Array): Map<number, Uint8Array[]> {
  const fields = new Map<number, Uint8Array[]>();
  const reader = new ProtoReader(message);
  for (let number = reader.field(); number !== 0; number = reader.field()) {
    if (reader.wire === WIRE.bytes) fields.set(number, [...(fields.get(number) ?? []), reader.bytes()]);
    else reader.skip();
  }
  return fields;
}
const utf8 = new TextDecoder();
/** All messages at a path of field numbers. */
const at = (message: Uint8Array, ...path: readonly number[]): readonly Uint8Array[] =>
  path.reduce<readonly Uint8Array[]>((all, number) => all.flatMap((one) => fieldsOf(one).get(number) ?? []), [message]);
const textAt = (message: Uint8Array, ...path: readonly number[]): string | undefined =>
  at(message, ...path).map((bytes) => utf8.decode(bytes))[0];
/** A map that is a list of names (1) with values (2). */
const entriesAt = (message: Uint8Array, ...path: readonly number[]): ReadonlyMap<string, Uint8Array> =>
  new Map(at(message, ...path).map((entry) => [textAt(entry, 1) ?? "", at(entry, 2)[0] ?? new Uint8Array()]));

const METHODS = { get: 4, put: 5, post: 6, delete: 7, patch: 10 } as const;

for (const group of ["api/v1", "apis/apps/v1", "apis/apiextensions.k8s.io/v1"]) {
  test(`${group} in protobuf has the calls and structures of its JSON (DSC-22)`, async () => {
    const json = (await get(`/openapi/v3/${group}`)).json();
    const reply = await get(`/openapi/v3/${group}`, { accept: V3_OLD });
    assert.deepEqual([reply.status, reply.headers["content-type"]], [200, V3]);
    assert.equal(textAt(reply.bytes, 1), json.openapi);
    assert.equal(textAt(reply.bytes, 2, 6), json.info.version);
    const paths = entriesAt(reply.bytes, 4, 1);
    assert.deepEqual([...paths.keys()], Object.keys(json.paths));
    for (const [path, item] of paths) {
      for (const [method, number] of Object.entries(METHODS)) {
        const call = json.paths[path][method];
        const [found] = at(item, number);
        assert.equal(found && textAt(found, 5), call?.operationId, `${method} ${path}`);
        if (!found) continue;
        assert.deepEqual([...entriesAt(found, 8, 2).keys()], Object.keys(call.responses));
        const named = at(found, 6, 1).map((one) => textAt(one, 1));
        assert.deepEqual(
          named,
          (call.parameters ?? []).map((one: { name: string }) => one.name),
        );
      }
    }
    const schemas = entriesAt(reply.bytes, 5, 1, 1);
    assert.deepEqual([...schemas.keys()], Object.keys(json.components.schemas));
    for (const [name, schema] of schemas) {
      const wanted = json.components.schemas[name];
      assert.deepEqual([textAt(schema, 1, 25), textAt(schema, 1, 34)], [wanted.type, wanted.description], name);
      const properties = entriesAt(schema, 1, 31, 1);
      assert.deepEqual([...properties.keys()], Object.keys(wanted.properties ?? {}), name);
      for (const [key, property] of properties) {
        const { type, items, allOf } = wanted.properties[key];
        assert.equal(textAt(property, 1, 25), type, `${name}.${key}`);
        assert.equal(textAt(property, 1, 26, 2, 1), allOf?.[0].$ref, `${name}.${key}`);
        assert.equal(textAt(property, 1, 30, 1, 2, 1), items?.$ref, `${name}.${key}`);
      }
    }
  });
}

test("the form is negotiated: JSON unless protobuf comes first, 406 for anything else (DSC-22)", async () => {
  const path = "/openapi/v3/apis/apps/v1";
  const rows = [
    ["*/*", 200, "application/json"],
    ["application/json", 200, "application/json"],
    [V3, 200, V3],
    [`${V3},application/json`, 200, V3],
    [`application/json,${V3}`, 200, "application/json"],
    ["text/html", 406, "application/json"],
  ] as const;
  for (const [accept, status, type] of rows) {
    const reply = await get(path, { accept });
    assert.deepEqual([reply.status, reply.headers["content-type"]], [status, type], accept);
  }
  const packed = await get(path, { accept: V3, "accept-encoding": "gzip" });
  assert.equal(packed.headers["vary"], "Accept, Accept-Encoding");
  assert.deepEqual(gunzipSync(packed.bytes), (await get(path, { accept: V3 })).bytes);
});

test("an address with the document's hash is kept for ever, one with an old hash leads to it (DSC-22)", async () => {
  const { paths } = (await get("/openapi/v3")).json();
  const address: string = paths["apis/apps/v1"].serverRelativeURL;
  for (const accept of ["application/json", V3]) {
    const kept = await get(address, { accept });
    assert.deepEqual([kept.status, kept.headers["cache-control"]], [200, "public, immutable"]);
    assert.ok(Date.parse(String(kept.headers["expires"])) > Date.now() + 364 * 24 * 3_600_000);
    const again = await get(address, { accept, "if-none-match": String(kept.headers["etag"]) });
    assert.deepEqual([again.status, again.bytes.length], [304, 0]);
  }
  const old = await get("/openapi/v3/apis/apps/v1?hash=OLD");
  assert.deepEqual([old.status, old.headers["location"]], [301, address]);
  assert.equal((await get("/openapi/v3/apis/apps/v1")).headers["cache-control"], "public");
  assert.equal((await get("/openapi/v3/apis/nope/v1?hash=OLD")).status, 404);
});
