// What requests may look like and how they are refused: formats, sizes, times, odd paths, methods, and pages of other origins.
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { connect as connectHttp2, constants } from "node:http2";
import { request } from "node:https";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { PROTOBUF_TYPE } from "@knots/machinery";
import { createVirtualClock } from "@knots/std";
import { load } from "js-yaml";
import { type Ask, type Reply, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";
import type { AdmissionPlugin } from "../admission/admission.ts";
import { allowedOrigins } from "./origins.ts";

const stuck = Promise.withResolvers<void>();
/** Keeps the creation of what is called `slow` waiting until the end of the tests. */
const slow: AdmissionPlugin = {
  name: "Slow",
  validate: ({ name }) => (name === "slow" ? stuck.promise : undefined),
};

let api: ServedApi;
before(async () => {
  api = await serveApi({
    server: { admission: [slow], disableAdmission: ["ServiceAccount"] },
    port: { corsAllowedOrigins: ["^https://(.+\\.)?example\\.com(:|$)", "//localhost:\\d+$"] },
  });
});
after(async () => {
  stuck.resolve();
  await api.close();
});

const MAPS = "/api/v1/namespaces/default/configmaps";
const map = (name: string, data: object = {}): string => JSON.stringify({ metadata: { name }, data });
const post = (body: string | Uint8Array, type = "application/json", more: Ask = {}): Promise<Reply> =>
  api.ask(MAPS, { method: "POST", body, ...more, headers: { "content-type": type, ...more.headers } });
const get = (path: string, accept: string): Promise<Reply> => api.ask(path, { headers: { accept } });

/** Code, reason and message of a refusal, which has to be a Status in JSON. */
function refusal(reply: Reply): readonly [number, string, string] {
  assert.equal(reply.headers["content-type"], "application/json", reply.text);
  const { kind, apiVersion, status, reason, message, code } = reply.json();
  assert.deepEqual([kind, apiVersion, status, code], ["Status", "v1", "Failure", reply.status]);
  return [reply.status, reason, message];
}

const ACCEPTED = `application/json, application/yaml, ${PROTOBUF_TYPE}`;
const UNKNOWN = "the body of the request was in an unknown format - accepted media types include:";

test("a body of an unknown format is a 415 that lists the known ones (WIR-10, WIR-13)", async () => {
  for (const type of ["text/plain", "application/cbor", "application/merge-patch+json", "nonsense"]) {
    const refused = await post(map("x"), type);
    assert.deepEqual(refusal(refused), [415, "UnsupportedMediaType", `${UNKNOWN} ${ACCEPTED}`], type);
  }
  const patches = [
    "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
  ];
  for (const type of ["text/plain", "application/json", "application/apply-patch+cbor"]) {
    const refused = await api.ask(`${MAPS}/x`, { method: "PATCH", body: "{}", headers: { "content-type": type } });
    assert.deepEqual(refusal(refused), [415, "UnsupportedMediaType", `${UNKNOWN} ${patches.join(", ")}`], type);
  }
  const deletion = { method: "DELETE", body: "x", headers: { "content-type": "application/cbor" } };
  assert.equal(refusal(await api.ask(`${MAPS}/x`, deletion))[0], 415);
});

test("a format that nobody writes is a 406 that lists the others (WIR-10, WIR-12)", async () => {
  const offered = `only the following media types are accepted: ${ACCEPTED}`;
  for (const accept of ["application/cbor", "image/png", "text/html;q=0.9, image/*", "application/json;q=0"]) {
    assert.deepEqual(refusal(await get(MAPS, accept)), [406, "NotAcceptable", offered], accept);
  }
  const seq = await get(`${MAPS}?watch=1`, "application/cbor-seq");
  const streams = `application/json;stream=watch, ${PROTOBUF_TYPE};stream=watch`;
  assert.deepEqual(refusal(seq), [406, "NotAcceptable", `only the following media types are accepted: ${streams}`]);
  const both = await get(MAPS, "application/cbor,application/json");
  assert.deepEqual([both.status, both.headers["content-type"]], [200, "application/json"]);
  assert.equal(
    (await post(map("unmade"), "application/json", { headers: { accept: "application/cbor" } })).status,
    406,
  );
  assert.equal((await api.ask(`${MAPS}/unmade`)).status, 404, "what cannot be answered is not done");
});

test("YAML goes in and out: objects, lists, patches, failures, tables, discovery (WIR-11)", async () => {
  const yaml = (reply: Reply): Record<string, unknown> => {
    assert.equal(reply.headers["content-type"], "application/yaml", reply.text);
    return load(reply.text) as Record<string, unknown>;
  };
  const headers = { accept: "application/yaml" };
  const text =
    "# a comment\nmetadata:\n  name: yaml\n  labels: {when: '2026-01-01'}\ndata:\n  a: |\n    two\n    lines\n";
  const made = yaml(await post(text, "application/yaml; charset=utf-8", { headers }));
  const json = (await api.ask(`${MAPS}/yaml`)).json();
  assert.deepEqual(made, json);
  assert.deepEqual(json.data, { a: "two\nlines\n" });
  const list = yaml(await get(MAPS, "application/yaml"));
  assert.deepEqual(list, (await api.ask(MAPS)).json());
  const patch = { "content-type": "application/apply-patch+yaml", ...headers };
  const body = "apiVersion: v1\nkind: ConfigMap\ndata: {b: c}\n";
  const applied = await api.ask(`${MAPS}/yaml?fieldManager=me`, { method: "PATCH", body, headers: patch });
  assert.deepEqual((yaml(applied)["data"] as Record<string, string>)["b"], "c");
  const failed = await get(`${MAPS}/none`, "application/yaml");
  assert.deepEqual([failed.status, yaml(failed)["kind"], yaml(failed)["reason"]], [404, "Status", "NotFound"]);
  const table = yaml(await get(MAPS, "application/yaml;as=Table;g=meta.k8s.io;v=v1"));
  assert.equal(table["kind"], "Table");
  assert.equal(yaml(await get("/apis/apps/v1", "application/yaml"))["kind"], "APIResourceList");
  const options = {
    method: "DELETE",
    body: "kind: DeleteOptions\npreconditions: {uid: no}\n",
    headers: { "content-type": "application/yaml" },
  };
  assert.equal((await api.ask(`${MAPS}/yaml`, options)).status, 409);
  const dates = await post("metadata: {name: dates, annotations: {at: 2026-01-01}}", "application/yaml");
  assert.equal(
    dates.json().metadata.annotations.at,
    "2026-01-01",
    "what looks like a date is the text that it is written as",
  );
  for (const bad of ["a: [", "a: b: c", "- 1\n- 2\n", "text"]) {
    assert.equal(refusal(await post(bad, "application/yaml"))[0], 400, bad);
  }
});

test("answers from 128 KiB on are compressed for those who take it, in every format (WIR-14)", async () => {
  const big = { text: "0123456789".repeat(14_000) };
  assert.equal((await post(map("big", big))).status, 201);
  const path = `${MAPS}/big`;
  for (const accept of ["application/json", "application/yaml", PROTOBUF_TYPE]) {
    const plain = await get(path, accept);
    assert.equal(plain.headers["content-encoding"], undefined);
    for (const wish of ["gzip", "deflate, gzip;q=0.5"]) {
      const packed = await api.ask(path, { headers: { accept, "accept-encoding": wish } });
      assert.deepEqual([packed.headers["content-encoding"], packed.headers["vary"]], ["gzip", "Accept-Encoding"]);
      assert.deepEqual(gunzipSync(packed.bytes), plain.bytes);
      assert.ok(packed.bytes.length < plain.bytes.length / 10);
    }
  }
  const small = await api.ask(`${MAPS}/none`, { headers: { "accept-encoding": "gzip" } });
  assert.equal(small.headers["content-encoding"], undefined);
  const never = await api.ask(path, { headers: { "accept-encoding": "gzip;q=0, identity" } });
  assert.equal(never.headers["content-encoding"], undefined);
});

test("a body of more than 3 MiB is a 413, one of 3 MiB is read (WIR-21)", async () => {
  const limit = 3 * 1024 * 1024;
  const over = await post(Buffer.alloc(limit + 1, 0x20));
  assert.deepEqual(refusal(over), [413, "RequestEntityTooLarge", `Request entity is too large: limit is ${limit}`]);
  const exact = map("exact").padEnd(limit);
  assert.equal((await post(exact)).status, 201);
  const huge = refusal(await post(map("huge", { text: "x".repeat(1024 * 1024 + 1) })));
  assert.deepEqual(huge.slice(0, 2), [422, "Invalid"], "data of a ConfigMap ends at 1 MiB");
});

test("a request that takes longer than its client or the server wants is a 504 (WIR-20)", async () => {
  const late = (query: string): Promise<Reply> =>
    api.ask(`${MAPS}?${query}`, { method: "POST", body: map("slow"), headers: { "content-type": "application/json" } });
  const why = /request did not complete within requested timeout - context deadline exceeded$/;
  for (const timeout of ["100ms", "0.1s", "0h0m0.1s"]) {
    const [code, reason, message] = refusal(await late(`timeout=${timeout}`));
    assert.deepEqual([code, reason], [504, "Timeout"], timeout);
    assert.match(message, why);
  }
  assert.equal((await api.ask(`${MAPS}/slow`)).status, 404, "nothing was made");
  const impatient = await serveApi({ server: { admission: [slow] }, port: { limits: { timeout: 100 } } });
  try {
    for (const query of ["", "?timeout=1h", "?timeout=0s"]) {
      const how = { method: "POST", body: map("slow"), headers: { "content-type": "application/json" } };
      assert.equal((await impatient.ask(MAPS + query, how)).status, 504, query);
    }
  } finally {
    await impatient.close();
  }
});

test("an answer that its client does not read is broken off in the end (WIR-20)", async () => {
  const clock = createVirtualClock();
  const served = await serveApi({ port: { clock } });
  try {
    for (let count = 0; count < 24; count++) {
      const body = map(`m-${count}`, { text: "x".repeat(1_000_000) });
      const made = await served.ask(MAPS, { method: "POST", body, headers: { "content-type": "application/json" } });
      assert.equal(made.status, 201);
    }
    const { pem, port } = served;
    const call = request({ host: "127.0.0.1", port: port.port, path: MAPS, ...pem, agent: false });
    call.end();
    const response = await new Promise<IncomingMessage>((resolve) => call.once("response", resolve));
    await clock.advance(60_000);
    assert.equal(response.errored, null, "what has begun goes on for as long again");
    await clock.advance(60_000);
    await assert.rejects(async () => {
      for await (const _piece of response);
    }, /aborted/);
    const session = connectHttp2(`https://127.0.0.1:${port.port}`, pem);
    const stream = session.request({ ":path": MAPS });
    await new Promise((resolve) => stream.once("response", resolve));
    const closed = new Promise((resolve) => stream.once("close", resolve));
    for (let round = 0; round < 2; round++) await clock.advance(60_000);
    stream.resume();
    await closed;
    assert.equal(stream.rstCode, constants.NGHTTP2_CANCEL);
    session.destroy();
  } finally {
    await served.close();
  }
});

test("a timeout that is no duration is a 400, but for a watch, which has none (WIR-20)", async () => {
  const rows = [
    ["nope", 'time: invalid duration "nope"'],
    ["5", 'time: missing unit in duration "5"'],
    ["5s6", 'time: missing unit in duration "5s6"'],
    ["-1s", "timeout can not be a negative value"],
  ] as const;
  for (const [timeout, why] of rows) {
    const [code, reason, message] = refusal(await api.ask(`${MAPS}?timeout=${timeout}`));
    assert.deepEqual([code, reason], [400, "BadRequest"]);
    assert.equal(message, `invalid timeout specified in the request URL - ${why}`);
  }
  for (const timeout of ["1s", "1m30s", "1.5h", "0", "%2B3us", "2%C2%B5s"]) {
    assert.notEqual((await api.ask(`${MAPS}?timeout=${timeout}`)).status, 400, timeout);
  }
  assert.equal((await api.ask(`${MAPS}?watch=yes&timeout=nope&timeoutSeconds=1`)).status, 200);
});

test("odd paths and selectors are read as they are written (WIR-23)", async () => {
  await post(JSON.stringify({ metadata: { name: "odd", labels: { "example.com/a": "b" } } }));
  for (const path of [
    `${MAPS}/odd/`,
    `/${MAPS}/odd`,
    `${MAPS}/%6fdd`,
    MAPS.replaceAll("/", "%2F").replace("%2F", "/") + "/odd",
  ]) {
    assert.equal((await api.ask(path)).status, 200, path);
  }
  assert.equal(refusal(await api.ask(`${MAPS}/a.b%3Ac`))[2], 'configmaps "a.b:c" not found');
  assert.equal(refusal(await api.ask(`${MAPS}/a:b`))[2], 'configmaps "a:b" not found');
  const made = await api.ask("/apis/rbac.authorization.k8s.io/v1/clusterroles", {
    method: "POST",
    body: JSON.stringify({ metadata: { name: "system:odd.one" }, rules: [] }),
    headers: { "content-type": "application/json" },
  });
  assert.equal(made.status, 201);
  for (const name of ["system:odd.one", "system%3Aodd.one", "system%3aodd%2Eone"]) {
    const found = await api.ask(`/apis/rbac.authorization.k8s.io/v1/clusterroles/${name}`);
    assert.equal(found.json().metadata?.name, "system:odd.one");
  }
  const count = async (query: string): Promise<number> => (await api.ask(`${MAPS}?${query}`)).json().items.length;
  assert.equal(await count("labelSelector=example.com%2Fa%3Db"), 1);
  assert.equal(await count("labelSelector=example.com/a%20in%20(b,c)"), 1);
  assert.equal(await count("labelSelector=example.com%2Fa+in+%28b%2Cc%29"), 1);
  assert.equal(await count("fieldSelector=metadata.name%3Dodd"), 1);
  assert.equal(refusal(await api.ask(`${MAPS}/%zz`))[0], 400);
});

test("HEAD is GET without a body (WIR-23)", async () => {
  for (const path of [MAPS, `${MAPS}/odd`, "/version", "/healthz", "/apis", "/openapi/v3"]) {
    const [head, whole] = [await api.ask(path, { method: "HEAD" }), await api.ask(path)];
    assert.deepEqual([head.status, head.bytes.length], [whole.status, 0], path);
    assert.equal(head.headers["content-length"], whole.headers["content-length"], path);
  }
  assert.equal((await api.ask(`${MAPS}/none`, { method: "HEAD" })).status, 404);
});

test("a method that a path has not is a 405 that names those that it has (WIR-05)", async () => {
  const rows = [
    ["POST", "/version", "GET, HEAD"],
    ["DELETE", "/apis/apps/v1", "GET, HEAD"],
    ["PUT", MAPS, "POST, DELETE, GET, HEAD"],
    ["PATCH", "/api/v1/namespaces", "POST, GET, HEAD"],
    ["DELETE", "/api/v1/namespaces", "POST, GET, HEAD"],
    ["POST", `${MAPS}/odd`, "DELETE, GET, HEAD, PATCH, PUT"],
    ["OPTIONS", `${MAPS}/odd`, "DELETE, GET, HEAD, PATCH, PUT"],
    ["GET", "/apis/authorization.k8s.io/v1/subjectaccessreviews", "POST"],
    ["GET", "/api/v1/namespaces/default/pods/x/eviction", "POST"],
    ["DELETE", "/apis/apps/v1/namespaces/default/deployments/x/scale", "GET, HEAD, PUT, PATCH"],
  ] as const;
  for (const [method, path, allow] of rows) {
    const reply = await api.ask(path, { method, ...(method === "GET" ? {} : { body: "" }) });
    assert.deepEqual(refusal(reply).slice(0, 2), [405, "MethodNotAllowed"], `${method} ${path}`);
    assert.equal(reply.headers["allow"], allow, `${method} ${path}`);
  }
});

test("groups, versions, resources and subresources that are not there are a 404 Status (WIR-04)", async () => {
  const why = "the server could not find the requested resource";
  const paths = [
    "/apis/nope.io",
    "/apis/nope.io/v1",
    "/apis/nope.io/v1/things",
    "/apis/nope.io/v1/namespaces/default/things/one",
    "/apis/apps/v2",
    "/apis/apps/v2/deployments",
    "/apis/apps/v1/things",
    "/api/v2",
    "/api/v2/pods",
    "/api/v1/things",
    "/api/v1/things?watch=1",
    `${MAPS}/odd/nope`,
    `${MAPS}/odd/nope/more`,
    "/nope",
  ];
  for (const path of paths) {
    assert.deepEqual(refusal(await api.ask(path)), [404, "NotFound", why], path);
  }
});

test("a request is named: by its client or by the server, in every answer (WIR-15)", async () => {
  for (const path of [MAPS, `${MAPS}/none`, "/healthz", "/nope", `${MAPS}?watch=1&timeoutSeconds=1`]) {
    const named = await api.ask(path, { headers: { "audit-id": "my-own-name" } });
    assert.equal(named.headers["audit-id"], "my-own-name", path);
    assert.match(
      String((await api.ask(path)).headers["audit-id"]),
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      path,
    );
  }
});

test("a refused upgrade is named too (WIR-15)", async () => {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "audit-id": "my-own-name",
  };
  const reply = await api.ask("/apis/nope.io/v1/things?watch=1", { headers });
  assert.deepEqual([refusal(reply)[0], reply.headers["audit-id"]], [404, "my-own-name"]);
});

test("pages of allowed origins may call, others may not (WIR-24)", async () => {
  const from = (origin: string, how: Ask = {}): Promise<Reply> => api.ask(MAPS, { ...how, headers: { origin } });
  for (const origin of ["https://example.com", "https://a.example.com:8443", "http://localhost:3000"]) {
    const reply = await from(origin);
    assert.equal(reply.headers["access-control-allow-origin"], origin);
    assert.equal(reply.headers["access-control-allow-credentials"], "true");
    const before = await from(origin, { method: "OPTIONS" });
    assert.deepEqual([before.status, before.bytes.length], [204, 0]);
    assert.equal(before.headers["access-control-allow-methods"], "POST, GET, OPTIONS, PUT, DELETE, PATCH");
    assert.match(String(before.headers["access-control-allow-headers"]), /Content-Type.*Authorization/);
  }
  for (const origin of ["https://example.com.evil.net", "http://example.com", "https://evilexample.com", "null"]) {
    const reply = await from(origin);
    assert.deepEqual([reply.status, reply.headers["access-control-allow-origin"]], [200, undefined], origin);
    assert.equal((await from(origin, { method: "OPTIONS" })).status, 405, origin);
  }
  const failed = await api.ask(`${MAPS}/none`, { headers: { origin: "https://example.com" } });
  assert.deepEqual([failed.status, failed.headers["access-control-allow-origin"]], [404, "https://example.com"]);
});

test("an expression for origins has to be one, and to be tied to a host's ends (WIR-24)", () => {
  for (const good of ["//example\\.com(:|$)", "^https://example\\.com$", "//example\\.com:"]) {
    assert.equal(allowedOrigins([good]).length, 1);
  }
  for (const [bad, why] of [
    ["example.com", /does not say where the host starts/],
    ["https://example.com", /ends/],
    ["^https://example", /ends/],
    ["", /does not say where/],
    ["^(//$", /is no regular expression/],
  ] as const) {
    assert.throws(() => allowedOrigins([bad]), why);
  }
});
