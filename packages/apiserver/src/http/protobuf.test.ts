// Protobuf on the wire beyond plain objects: subresources, reviews, failures, shapes, discovery, watches, and kinds that have no such form.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";
import { builtinKinds, DeleteOptions } from "@knots/api";
import {
  apiVersionOf,
  DiscoverySchemas,
  decodeMessage,
  decodeObject,
  decodeProtobuf,
  encodeProtobuf,
  field,
  type JsonObject,
  kind,
  type ObjectNode,
  object,
  openProtobuf,
  PartialSchemas,
  PROTOBUF_TYPE,
  protobufEnvelope,
  StatusSchema,
  string,
} from "@knots/machinery";
import { type Ask, type Reply, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";
import { isBodyOnly } from "../resources/body-kinds.ts";

/** A custom kind: its fields have no numbers. */
const Shirt = kind({
  group: "example.com",
  version: "v1",
  kind: "Shirt",
  plural: "shirts",
  scope: "Namespaced",
  doc: "Something to wear.",
  definition: "com.example.v1.Shirt",
  fields: {
    spec: field(0, object("com.example.v1.ShirtSpec", { size: field(0, string(), "How large it is.") }), "What it is."),
  },
  checkName: () => undefined,
  jsonOnly: true,
});

let api: ServedApi;
before(async () => {
  const kinds = [...builtinKinds, Shirt];
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signingKey = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const tokens = { issuer: "https://kubernetes.default.svc", signingKey };
  api = await serveApi({ server: { kinds, disableAdmission: ["ServiceAccount"], tokens } });
});
after(() => api.close());

const NAMESPACE = "/api/v1/namespaces/default";
const MAPS = `${NAMESPACE}/configmaps`;
const SHIRTS = "/apis/example.com/v1/namespaces/default/shirts";
const META = "g=meta.k8s.io;v=v1";
const schemaOf = (apiVersion: string, name: string): ObjectNode => {
  const found = builtinKinds.find((one) => apiVersionOf(one) === apiVersion && one.kind === name);
  assert.ok(found);
  return found.schema;
};

/** Sends a body in protobuf and wants protobuf back. */
function send(path: string, body: JsonObject, how: Ask = {}): Promise<Reply> {
  const { apiVersion, kind: name } = body as { readonly apiVersion: string; readonly kind: string };
  const schema = schemaOf(apiVersion, name);
  const headers = { "content-type": PROTOBUF_TYPE, accept: PROTOBUF_TYPE };
  return api.ask(path, { method: "POST", headers, body: encodeProtobuf(schema, decodeObject(schema, body)), ...how });
}
const asJson = (path: string, body: object, method = "POST"): Promise<Reply> =>
  api.ask(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const get = (path: string, accept: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  api.ask(path, { headers: { accept, ...headers } });

/** What a protobuf answer holds, by the schema of the kind that it has to name. */
function read(reply: Reply, schema: ObjectNode, name: string): JsonObject {
  assert.equal(reply.headers["content-type"], PROTOBUF_TYPE, reply.text);
  const envelope = openProtobuf(reply.bytes);
  assert.equal(`${envelope.apiVersion}/${envelope.kind}`, name);
  return decodeMessage(schema, envelope.raw);
}
const statusIn = (reply: Reply): JsonObject => read(reply, StatusSchema, "v1/Status");

const podOf = (name: string): JsonObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { containers: [{ name: "main", image: "x" }] },
});

test("bindings, evictions and tokens are asked for and answered in protobuf (WIR-06, WIR-07)", async () => {
  await asJson(`/api/v1/nodes`, { metadata: { name: "n1" } });
  await asJson(`${NAMESPACE}/serviceaccounts`, { metadata: { name: "robot" } });
  for (const name of ["a", "b"]) assert.equal((await send(`${NAMESPACE}/pods`, podOf(name))).status, 201);
  const about = "authentication.k8s.io/v1";
  const wish = { apiVersion: about, kind: "TokenRequest", spec: { audiences: [], expirationSeconds: 3600 } };
  const token = await send(`${NAMESPACE}/serviceaccounts/robot/token`, wish);
  const given = read(token, schemaOf(about, "TokenRequest"), `${about}/TokenRequest`)["status"] as JsonObject;
  assert.match(String(given["token"]), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.match(String(given["expirationTimestamp"]), /Z$/);
  const target = { apiVersion: "v1", kind: "Node", name: "n1" };
  const bindings = [`${NAMESPACE}/pods/a/binding`, `${NAMESPACE}/bindings`];
  for (const [index, path] of bindings.entries()) {
    const metadata = { name: index === 0 ? "a" : "b" };
    const bound = await send(path, { apiVersion: "v1", kind: "Binding", metadata, target });
    assert.deepEqual([bound.status, statusIn(bound)["status"]], [201, "Success"]);
  }
  assert.equal((await get(`${NAMESPACE}/pods/b`, "application/json")).json().spec.nodeName, "n1");
  const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "a" } };
  const evicted = await send(`${NAMESPACE}/pods/a/eviction`, { ...eviction, deleteOptions: { gracePeriodSeconds: 0 } });
  assert.deepEqual([evicted.status, statusIn(evicted)["status"]], [201, "Success"]);
  assert.equal((await get(`${NAMESPACE}/pods/a`, "application/json")).status, 404);
});

test("reviews are answered in protobuf (WIR-06, WIR-07)", async () => {
  const group = "authorization.k8s.io/v1";
  const resourceAttributes = { verb: "get", resource: "pods", namespace: "default" };
  const rows = [
    ["SelfSubjectAccessReview", "/selfsubjectaccessreviews", { resourceAttributes }],
    ["SubjectAccessReview", "/subjectaccessreviews", { resourceAttributes, user: "admin", groups: ["system:masters"] }],
    [
      "LocalSubjectAccessReview",
      "/namespaces/default/localsubjectaccessreviews",
      { resourceAttributes, user: "admin", groups: ["system:masters"] },
    ],
  ] as const;
  for (const [name, path, spec] of rows) {
    const reply = await send(`/apis/${group}${path}`, { apiVersion: group, kind: name, spec });
    const { status } = read(reply, schemaOf(group, name), `${group}/${name}`);
    assert.equal((status as JsonObject)["allowed"], true, name);
  }
  const rules = await send(`/apis/${group}/selfsubjectrulesreviews`, {
    apiVersion: group,
    kind: "SelfSubjectRulesReview",
    spec: { namespace: "default" },
  });
  const found = read(rules, schemaOf(group, "SelfSubjectRulesReview"), `${group}/SelfSubjectRulesReview`);
  assert.ok((found["status"] as { resourceRules: readonly unknown[] }).resourceRules.length > 0);
  const about = "authentication.k8s.io/v1";
  const token = await send(`/apis/${about}/tokenreviews`, {
    apiVersion: about,
    kind: "TokenReview",
    spec: { token: "x" },
  });
  const reviewed = read(token, schemaOf(about, "TokenReview"), `${about}/TokenReview`);
  assert.notEqual((reviewed["status"] as JsonObject)["authenticated"], true);
  const self = await send(`/apis/${about}/selfsubjectreviews`, { apiVersion: about, kind: "SelfSubjectReview" });
  const { status } = read(self, schemaOf(about, "SelfSubjectReview"), `${about}/SelfSubjectReview`);
  assert.equal(((status as JsonObject)["userInfo"] as JsonObject)["username"], "admin");
});

test("a scale is read and written in protobuf (WIR-06, WIR-07)", async () => {
  const labels = { a: "b" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "x" }] } };
  await asJson("/apis/apps/v1/namespaces/default/deployments", {
    metadata: { name: "web" },
    spec: { selector: { matchLabels: labels }, template, replicas: 2 },
  });
  const path = "/apis/apps/v1/namespaces/default/deployments/web/scale";
  const schema = schemaOf("autoscaling/v1", "Scale");
  const scale = decodeProtobuf(schema, openProtobuf((await get(path, PROTOBUF_TYPE)).bytes));
  assert.deepEqual(scale["status"], { replicas: 0, selector: "a=b" });
  const reply = await send(path, { ...scale, spec: { replicas: 5 } }, { method: "PUT" });
  assert.deepEqual(read(reply, schema, "autoscaling/v1/Scale")["spec"], { replicas: 5 });
});

test("a deletion takes its options in protobuf, whatever group they name, and honours them (WIR-06)", async () => {
  for (const [index, apiVersion] of ["v1", "meta.k8s.io/v1"].entries()) {
    const made = (await asJson(MAPS, { metadata: { name: `gone-${index}` } })).json();
    const remove = (uid: string): Promise<Reply> =>
      api.ask(`${MAPS}/gone-${index}`, {
        method: "DELETE",
        headers: { "content-type": PROTOBUF_TYPE, accept: PROTOBUF_TYPE },
        body: encodeProtobuf(DeleteOptions, { apiVersion, kind: "DeleteOptions", preconditions: { uid } }),
      });
    const refused = await remove("another");
    assert.deepEqual([refused.status, statusIn(refused)["reason"]], [409, "Conflict"]);
    const done = await remove(made.metadata.uid);
    assert.deepEqual([done.status, statusIn(done)["status"]], [200, "Success"]);
  }
});

test("patches, deletions of many, and the past are answered in protobuf (WIR-07)", async () => {
  const map = schemaOf("v1", "ConfigMap");
  const body = { metadata: { name: "many-1", labels: { many: "yes" } }, data: { a: "b" } };
  const before: string = (await asJson(MAPS, body)).json().metadata.resourceVersion;
  const headers = { "content-type": "application/merge-patch+json", accept: PROTOBUF_TYPE };
  const patch = { method: "PATCH", headers, body: '{"data":{"a":"c"}}' };
  assert.deepEqual(read(await api.ask(`${MAPS}/many-1`, patch), map, "v1/ConfigMap")["data"], { a: "c" });
  const past = await get(`/at/${before}${MAPS}/many-1`, PROTOBUF_TYPE);
  assert.deepEqual(read(past, map, "v1/ConfigMap")["data"], { a: "b" });
  const many = { method: "DELETE", headers: { accept: PROTOBUF_TYPE } };
  const gone = await api.ask(`${MAPS}?labelSelector=many%3Dyes`, many);
  assert.deepEqual([gone.status, gone.headers["content-type"]], [200, PROTOBUF_TYPE]);
  assert.equal((await get(`${MAPS}/many-1`, "application/json")).status, 404);
});

test("failures are a Status in protobuf for those who ask for it, with and without a shape (WIR-07)", async () => {
  for (const accept of [PROTOBUF_TYPE, `${PROTOBUF_TYPE};as=PartialObjectMetadata;${META},${PROTOBUF_TYPE}`]) {
    const status = statusIn(await get(`${MAPS}/none`, accept));
    assert.deepEqual(
      [status["code"], status["reason"], status["message"], status["details"]],
      [404, "NotFound", 'configmaps "none" not found', { name: "none", kind: "configmaps" }],
    );
  }
  const unshaped = await get(`${MAPS}/none`, `${PROTOBUF_TYPE};as=PartialObjectMetadata;${META}`);
  assert.equal(unshaped.headers["content-type"], "application/json");
  assert.equal(unshaped.json().reason, "NotFound");
  const invalid = await send(MAPS, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "No!" } });
  assert.equal(
    ((statusIn(invalid)["details"] as JsonObject)["causes"] as readonly JsonObject[])[0]?.["field"],
    "metadata.name",
  );
});

test("metadata alone comes in protobuf, tables do not (WIR-07, WIR-12)", async () => {
  await asJson(MAPS, { metadata: { name: "m1", labels: { x: "y" } }, data: { a: "b" } });
  const one = await get(`${MAPS}/m1`, `${PROTOBUF_TYPE};as=PartialObjectMetadata;${META}`);
  const partial = PartialSchemas["meta.k8s.io/v1/PartialObjectMetadata"] as ObjectNode;
  const { metadata } = read(one, partial, "meta.k8s.io/v1/PartialObjectMetadata");
  assert.deepEqual(metadata, (await get(`${MAPS}/m1`, "application/json")).json().metadata);
  for (const version of ["v1", "v1beta1"]) {
    const accept = `${PROTOBUF_TYPE};as=PartialObjectMetadataList;g=meta.k8s.io;v=${version}`;
    const name = `meta.k8s.io/${version}/PartialObjectMetadataList`;
    const list = read(await get(MAPS, accept), PartialSchemas[name] as ObjectNode, name);
    const items = list["items"] as readonly { readonly metadata: { readonly name: string } }[];
    assert.ok(items.some((item) => item.metadata.name === "m1"));
    assert.ok(!("data" in (items[0] ?? {})));
  }
  const table = `${PROTOBUF_TYPE};as=Table;${META}`;
  const refused = await get(MAPS, table);
  assert.deepEqual([refused.status, refused.json().reason], [406, "NotAcceptable"]);
  const rows = await get(MAPS, `${table},application/json;as=Table;${META}`);
  assert.equal(rows.json().kind, "Table");
  const wrong = await get(MAPS, `application/json;as=PartialObjectMetadata;${META}`);
  assert.deepEqual([wrong.status, wrong.json().reason], [406, "NotAcceptable"]);
});

test("what is wanted most is answered, and of equals what comes first (WIR-07)", async () => {
  const rows = [
    ["", "application/json"],
    ["*/*", "application/json"],
    ["application/*", "application/json"],
    [`${PROTOBUF_TYPE},application/json`, PROTOBUF_TYPE],
    [`application/json,${PROTOBUF_TYPE}`, "application/json"],
    [`application/json;q=0.5,${PROTOBUF_TYPE};q=0.9`, PROTOBUF_TYPE],
    [`*/*,${PROTOBUF_TYPE}`, PROTOBUF_TYPE],
    [`${PROTOBUF_TYPE};q=0,*/*`, "application/json"],
    [`application/yaml, ${PROTOBUF_TYPE}`, "application/yaml"],
    [`text/html,${PROTOBUF_TYPE}`, PROTOBUF_TYPE],
    [`${PROTOBUF_TYPE};stream=soup,application/yaml`, "application/yaml"],
  ] as const;
  for (const [accept, type] of rows) {
    const reply = await get(MAPS, accept);
    assert.deepEqual([reply.status, reply.headers["content-type"]], [200, type], accept);
  }
});

test("discovery comes in protobuf (WIR-07)", async () => {
  const rows = [
    ["/api", "/APIVersions"],
    ["/apis", "v1/APIGroupList"],
    ["/apis/apps", "v1/APIGroup"],
    ["/apis/apps/v1", "v1/APIResourceList"],
    ["/api/v1", "/APIResourceList"],
  ] as const;
  for (const [path, name] of rows) {
    const schema = DiscoverySchemas[name.split("/")[1] ?? ""] as ObjectNode;
    const { kind: _kind, apiVersion: _version, ...json } = (await get(path, "application/json")).json();
    assert.deepEqual(withoutZeros(read(await get(path, PROTOBUF_TYPE), schema, name)), withoutZeros(json), path);
  }
  const shape = "g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  for (const path of ["/api", "/apis"]) {
    const reply = await get(path, `${PROTOBUF_TYPE};${shape},application/json`);
    assert.equal(reply.headers["content-type"], `${PROTOBUF_TYPE};${shape}`);
    const { raw, apiVersion } = openProtobuf(reply.bytes);
    assert.equal(apiVersion, "apidiscovery.k8s.io/v2");
    const { items } = (await get(path, `application/json;${shape}`)).json();
    const schema = DiscoverySchemas["APIGroupDiscoveryList"] as ObjectNode;
    assert.deepEqual(withoutZeros(decodeMessage(schema, raw)["items"]), withoutZeros(items));
  }
});

/** Protobuf does not tell false, empty texts and empty structures from none. */
function withoutZeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutZeros);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([, child]) => child !== false && child !== "" && JSON.stringify(child) !== "{}",
  );
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutZeros(child)]));
}

test("what has one form only comes in it, whatever is asked for (WIR-07)", async () => {
  for (const path of ["/version", "/", "/openapi/v3", "/openid/v1/jwks"]) {
    const reply = await get(path, PROTOBUF_TYPE);
    assert.equal(reply.status, 200);
    assert.match(String(reply.headers["content-type"]), /^application\/(jwk-set\+)?json$/, path);
    assert.equal(typeof reply.json(), "object");
  }
});

test("a kind without numbers is JSON where JSON will do, and 406 where it will not (WIR-09)", async () => {
  const made = await asJson(SHIRTS, { metadata: { name: "s" }, spec: { size: "L" } });
  assert.equal(made.status, 201, made.text);
  for (const path of [SHIRTS, `${SHIRTS}/s`]) {
    const json = await get(path, `${PROTOBUF_TYPE},application/json`);
    assert.deepEqual([json.status, json.headers["content-type"]], [200, "application/json"]);
    const none = await get(path, PROTOBUF_TYPE);
    const status = statusIn(none);
    assert.deepEqual([none.status, status["reason"]], [406, "NotAcceptable"]);
    assert.match(String(status["message"]), /application\/json, application\/yaml$/);
  }
  const partial = await get(SHIRTS, `${PROTOBUF_TYPE};as=PartialObjectMetadataList;${META}`);
  assert.equal(partial.headers["content-type"], PROTOBUF_TYPE, "its metadata has numbers");
  const watch = await get(`${SHIRTS}?watch=1`, `${PROTOBUF_TYPE};stream=watch`);
  assert.equal(watch.status, 406);
  const sent = await api.ask(SHIRTS, { method: "POST", headers: { "content-type": PROTOBUF_TYPE }, body: "k8s\0" });
  assert.deepEqual([sent.status, sent.json().reason], [415, "UnsupportedMediaType"]);
  assert.ok(!sent.json().message.includes("protobuf"), sent.text);
  const deleted = await api.ask(`${SHIRTS}/s`, { method: "DELETE", headers: { accept: PROTOBUF_TYPE } });
  assert.equal(deleted.status, 406, "before anything is done");
  const accept = `${PROTOBUF_TYPE},application/json`;
  const gone = await api.ask(`${SHIRTS}/s`, { method: "DELETE", headers: { accept } });
  assert.deepEqual([gone.status, gone.json().status], [200, "Success"]);
});

test("every kind that is a body alone has a schema too (WIR-06)", () => {
  const bodies = builtinKinds.filter(isBodyOnly).map((one) => one.kind);
  assert.deepEqual(bodies.toSorted(), ["Eviction", "Scale", "TokenRequest"]);
});

test("an envelope that names no kind, or one that is no object of the resource, is a 400 (WIR-06)", async () => {
  for (const name of ["constructor", "__proto__", "Nope", "Status", "APIGroup", "PodList", "DeleteOptions"]) {
    const { head, tail } = protobufEnvelope({ apiVersion: "v1", kind: name }, 0);
    const body = Buffer.concat([head, tail]);
    const reply = await api.ask(MAPS, { method: "POST", headers: { "content-type": PROTOBUF_TYPE }, body });
    assert.deepEqual([reply.status, reply.json().reason], [400, "BadRequest"], `${name}: ${reply.text}`);
  }
});

test("malformed protobuf is a 400 that says so (WIR-06)", async () => {
  for (const body of ["nope", Buffer.from("6b3873000aff", "hex"), Buffer.from("6b387300", "hex")]) {
    const reply = await api.ask(MAPS, { method: "POST", headers: { "content-type": PROTOBUF_TYPE }, body });
    assert.deepEqual([reply.status, reply.json().reason], [400, "BadRequest"], reply.text);
  }
});
