// The wire: TLS, anonymous callers, refusals as Status, limits, encodings, and many watches on one connection.
import assert from "node:assert/strict";
import { connect as connectHttp2 } from "node:http2";
import { after, before, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { gunzipSync } from "node:zlib";
import { ConfigMap } from "@knots/api";
import { decodeProtobuf, encodeProtobuf, openProtobuf } from "@knots/machinery";
import { startCluster, type TestCluster } from "./cluster.ts";
import { type Ask, ask } from "./wire.ts";

let cluster: TestCluster;
const MAPS = "/api/v1/namespaces/default/configmaps";
const JSON_TYPE = { "content-type": "application/json" };

before(async () => {
  cluster = await startCluster();
});
after(() => cluster.stop());

const post = (path: string, body: unknown, headers: Record<string, string> = JSON_TYPE): ReturnType<typeof ask> =>
  ask(cluster, path, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });

/** The protocol that both ends agree on, or why they do not. */
function handshake(version: "TLSv1.1" | "TLSv1.2" | "TLSv1.3"): Promise<string> {
  const { port, pem } = cluster;
  return new Promise((resolve) => {
    const ciphers = "DEFAULT@SECLEVEL=0";
    const options = { port, host: "127.0.0.1", ca: pem.authority, minVersion: version, maxVersion: version, ciphers };
    const socket = connectTls(options, () => {
      resolve(socket.getProtocol() ?? "");
      socket.destroy();
    });
    socket.on("error", (error) => resolve(error.message));
  });
}

test("TLS 1.2 and 1.3 are spoken, 1.1 is refused", async () => {
  assert.equal(await handshake("TLSv1.2"), "TLSv1.2");
  assert.equal(await handshake("TLSv1.3"), "TLSv1.3");
  assert.match(await handshake("TLSv1.1"), /protocol version/);
});

test("who gives no identity reads health, discovery and the version, and nothing else", async () => {
  const status = async (path: string): Promise<number> => (await ask(cluster, path, { anonymous: true })).status;
  for (const open of ["/healthz", "/livez", "/readyz", "/version"]) assert.equal(await status(open), 200, open);
  for (const closed of [MAPS, "/api/v1/nodes", "/metrics", "/api/v1/namespaces/kube-system/secrets"]) {
    assert.equal(await status(closed), 403, closed);
  }
  const { message } = (await ask(cluster, "/api/v1/nodes", { anonymous: true })).json();
  const why = 'User "system:anonymous" cannot list resource "nodes" in API group "" at the cluster scope';
  assert.equal(message, `nodes is forbidden: ${why}`);
  const bad = await ask(cluster, "/healthz", { anonymous: true, headers: { authorization: "Bearer wrong" } });
  assert.deepEqual([bad.status, bad.json()["reason"], bad.json()["message"]], [401, "Unauthorized", "Unauthorized"]);
});

interface Refusal {
  readonly says: string;
  readonly path: string;
  readonly how?: Ask;
  readonly code: number;
  readonly reason: string;
  readonly message: RegExp;
}
const patchOf = (type: string, body: string): Ask => ({ method: "PATCH", headers: { "content-type": type }, body });
const postOf = (body: string, type = "application/json"): Ask => ({
  method: "POST",
  headers: { "content-type": type },
  body,
});
const MAP = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}';
const refusals: readonly Refusal[] = [
  {
    says: "an object that is not there",
    path: `${MAPS}/none`,
    code: 404,
    reason: "NotFound",
    message: /^configmaps "none" not found$/,
  },
  {
    says: "a group that is not there",
    path: "/apis/nope.io/v1",
    code: 404,
    reason: "NotFound",
    message: /^the server could not find the requested resource$/,
  },
  {
    says: "a resource that is not there",
    path: "/api/v1/nopes",
    code: 404,
    reason: "NotFound",
    message: /^the server could not find the requested resource$/,
  },
  {
    says: "a verb that a resource has not",
    path: "/api/v1/nodes",
    how: { method: "PUT" },
    code: 405,
    reason: "MethodNotAllowed",
    message: /^the server does not allow this method on the requested resource$/,
  },
  {
    says: "reading what can only be created",
    path: "/api/v1/namespaces/default/bindings",
    code: 405,
    reason: "MethodNotAllowed",
    message:
      /^(the server does not allow this method on the requested resource|list is not supported on resources of kind "bindings")$/,
  },
  {
    says: "a form that nobody makes",
    path: MAPS,
    how: { headers: { accept: "text/csv" } },
    code: 406,
    reason: "NotAcceptable",
    message: /^only the following media types are accepted: application\/json, application\/yaml/,
  },
  {
    says: "a body that nobody reads",
    path: MAPS,
    how: postOf("x", "text/csv"),
    code: 415,
    reason: "UnsupportedMediaType",
    message: /^the body of the request was in an unknown format - accepted media types include: application\/json/,
  },
  {
    says: "a patch that nobody knows",
    path: `${MAPS}/kube-root-ca.crt`,
    how: patchOf("text/plain", "x"),
    code: 415,
    reason: "UnsupportedMediaType",
    message: /application\/strategic-merge-patch\+json/,
  },
  {
    says: "a body of 4 MiB",
    path: MAPS,
    how: postOf(`"${"x".repeat(4 << 20)}"`),
    code: 413,
    reason: "RequestEntityTooLarge",
    message: /limit is 3145728/,
  },
  {
    says: "no JSON",
    path: MAPS,
    how: postOf("{"),
    code: 400,
    reason: "BadRequest",
    message: /unexpected end of JSON input|unexpected EOF/,
  },
  {
    says: "an object in another namespace",
    path: MAPS,
    how: postOf(MAP.replace('"x"', '"x","namespace":"other"')),
    code: 400,
    reason: "BadRequest",
    message: /^the namespace of the provided object does not match the namespace sent on the request$/,
  },
  {
    says: "another kind than the path's",
    path: MAPS,
    how: postOf(MAP.replace("ConfigMap", "Secret")),
    code: 400,
    reason: "BadRequest",
    message: /Secret in version "v1" cannot be handled as a ConfigMap/,
  },
  {
    says: "a revision that is no number",
    path: `${MAPS}?watch=1&resourceVersion=abc`,
    code: 400,
    reason: "BadRequest",
    message: /resourceVersion|resource version/i,
  },
  {
    says: "an unknown dry run",
    path: `${MAPS}?dryRun=Some`,
    how: postOf(MAP),
    code: 422,
    reason: "Invalid",
    message: /dryRun: Unsupported value: "Some"/,
  },
];

for (const { says, path, how = {}, code, reason, message } of refusals) {
  test(`${says}: ${code} ${reason}`, async () => {
    const answer = await ask(cluster, path, how);
    const status = answer.json();
    assert.equal(answer.headers["content-type"], "application/json");
    const { kind, apiVersion, status: failure } = status;
    assert.deepEqual(
      [answer.status, kind, apiVersion, failure, status["code"], status["reason"]],
      [code, "Status", "v1", "Failure", code, reason],
      answer.text,
    );
    assert.match(status["message"] ?? "", message);
  });
}

test("a method that is refused names those that are not (WIR-05)", async () => {
  const { headers } = await ask(cluster, "/version", { method: "POST" });
  assert.match(String(headers["allow"]), /GET/);
});

test("headers beyond the limit are refused, and the server goes on", async () => {
  const headers = { "x-long": "x".repeat(2 << 20) };
  const refused = await ask(cluster, "/healthz", { headers }).then(
    ({ status }) => status,
    () => 431,
  );
  assert.equal(refused, 431);
  assert.equal((await ask(cluster, "/healthz")).text, "ok");
});

test("JSON of absurd depth is refused, not followed", async () => {
  for (const deep of [
    `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
    `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
  ]) {
    const body = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"data":${deep}}`;
    const answer = await post(MAPS, body);
    assert.deepEqual([answer.status, answer.json()["reason"]], [400, "BadRequest"]);
  }
  assert.equal((await ask(cluster, "/healthz")).text, "ok");
});

test("every answer has an audit id: the caller's, or a new one (WIR-15)", async () => {
  const [mine, other] = [await ask(cluster, MAPS, { headers: { "audit-id": "abc-1" } }), await ask(cluster, MAPS)];
  assert.equal(mine.headers["audit-id"], "abc-1");
  assert.match(String(other.headers["audit-id"]), /^[0-9a-f-]{36}$/);
});

test("YAML is read and written (WIR-11)", async () => {
  const yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  text: |\n    a\n    b\n";
  const made = await post(MAPS, yaml, { "content-type": "application/yaml", accept: "application/yaml" });
  assert.equal(made.status, 201);
  assert.equal(made.headers["content-type"], "application/yaml");
  assert.match(made.text, /^ {2}text: \|\n {4}a\n {4}b$/m);
});

test("a large answer is compressed when the caller can read it, a small one never (WIR-14)", async () => {
  for (const name of ["big-1", "big-2"]) {
    await post(MAPS, { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: "x".repeat(100_000) } });
  }
  const packed = await ask(cluster, MAPS, { headers: { "accept-encoding": "gzip" } });
  assert.equal(packed.headers["content-encoding"], "gzip");
  assert.ok(packed.body.length < 20_000);
  assert.equal((JSON.parse(gunzipSync(packed.body).toString()) as { kind: string }).kind, "ConfigMapList");
  assert.equal((await ask(cluster, MAPS)).headers["content-encoding"], undefined);
  const small = await ask(cluster, "/version", { headers: { "accept-encoding": "gzip" } });
  assert.equal(small.headers["content-encoding"], undefined);
});

test("a revision of the future is not there yet: 504 with a hint to come back (WATCH-06)", async () => {
  const answer = await ask(cluster, `${MAPS}?resourceVersion=99999999&resourceVersionMatch=NotOlderThan`);
  const { reason, details } = answer.json();
  assert.deepEqual([answer.status, reason], [504, "Timeout"]);
  assert.equal(details?.["causes"]?.[0]?.["reason"], "ResourceVersionTooLarge");
});

test("200 watches on one connection all hear one change (WIR-01)", async () => {
  const { certificate: cert, key, authority: ca } = cluster.pem;
  const session = connectHttp2(cluster.url, { ca, cert, key });
  const path = `${MAPS}?watch=1&fieldSelector=metadata.name%3Dshared`;
  const heard = Array.from({ length: 200 }, () => {
    const stream = session.request({ ":path": path });
    const opened = new Promise<void>((resolve, reject) => stream.on("response", () => resolve()).on("error", reject));
    const first = (async () => {
      let text = "";
      for await (const chunk of stream) {
        text += chunk;
        if (text.includes("\n")) break;
      }
      return text;
    })();
    return { opened, first };
  });
  await Promise.all(heard.map(({ opened }) => opened));
  await post(MAPS, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shared" } });
  for (const { first } of heard) assert.match(await first, /^\{"type":"ADDED","object":\{.*"name":"shared"/);
  session.destroy();
});

/** The first frame of a stream: four bytes with a length, then as many as they say. */
async function firstFrame(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of stream) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) break;
  }
  return bytes.subarray(4, 4 + bytes.readUInt32BE(0));
}

test("a cluster speaks protobuf: objects, lists, refusals, and watches on one connection (WIR-06, WIR-07, WIR-08)", async () => {
  const type = "application/vnd.kubernetes.protobuf";
  const about = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "proto" }, data: { text: "a" } };
  const both = { "content-type": type, accept: type };
  const body = Buffer.from(encodeProtobuf(ConfigMap.schema, about));
  const made = await ask(cluster, MAPS, { method: "POST", headers: both, body });
  assert.deepEqual([made.status, made.headers["content-type"]], [201, type]);
  const read = decodeProtobuf(ConfigMap.schema, openProtobuf(made.body));
  const json = (await ask(cluster, `${MAPS}/proto`)).json();
  assert.deepEqual(read, JSON.parse(JSON.stringify(json)));
  const list = await ask(cluster, "/api/v1/nodes", { headers: { accept: type } });
  assert.equal(openProtobuf(list.body).kind, "NodeList");
  const none = await ask(cluster, `${MAPS}/none`, { headers: { accept: type } });
  assert.deepEqual([none.status, openProtobuf(none.body).kind], [404, "Status"]);
  const { certificate: cert, key, authority: ca } = cluster.pem;
  const session = connectHttp2(cluster.url, { ca, cert, key });
  const path = `${MAPS}?watch=1&resourceVersion=0&fieldSelector=metadata.name%3Dproto`;
  const frames = await Promise.all(
    Array.from({ length: 50 }, () => firstFrame(session.request({ ":path": path, accept: `${type};stream=watch` }))),
  );
  session.destroy();
  for (const frame of frames) {
    assert.equal(frame.subarray(2, 7).toString(), "ADDED");
    const envelope = openProtobuf(frame.subarray(frame.indexOf("k8s\0")));
    assert.deepEqual(decodeProtobuf(ConfigMap.schema, envelope), read);
  }
});
