// The HTTPS port on the wire: both versions of HTTP, forms of answers, limits, health, watches, shutdown.
import assert from "node:assert/strict";
import { connect as connectHttp2 } from "node:http2";
import { request as httpsRequest } from "node:https";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { builtinKinds } from "@knots/api";
import { createAuthority, issueCertificate, type KeyPair } from "@knots/host";
import { platformRandom, realClock } from "@knots/std";
import type { Store } from "@knots/store";
import { openTestStore } from "../../../../testkit/etcd/test-store.ts";
import { type ApiServer, createApiServer } from "../server.ts";
import { type HttpPort, listen } from "./listen.node.ts";

let authority: KeyPair;
let admin: KeyPair;
let store: Store;
let server: ApiServer;
let port: HttpPort;

before(async () => {
  const now = realClock.now();
  authority = await createAuthority("test-ca", now);
  const serving = await issueCertificate(
    authority,
    { user: "kube-apiserver", usages: ["server"], ipAddresses: ["127.0.0.1"] },
    now,
  );
  admin = await issueCertificate(authority, { user: "admin", groups: ["system:masters"], usages: ["client"] }, now);
  store = await openTestStore(realClock);
  const parts = { clock: realClock, random: platformRandom } as const;
  server = await createApiServer({ store, ...parts, kinds: builtinKinds, tokenFile: 'secret,jane,7,"dev,ops"' });
  port = await listen({ server, ...parts, port: 0, ...serving, clientCa: authority.certificate });
});
after(async () => {
  await port.close();
  await server.close();
  await store.close();
});

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}
interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly credentials?: boolean;
}

function ask(path: string, { method = "GET", headers = {}, body, credentials = true }: Ask = {}): Promise<Reply> {
  const identity = credentials ? { cert: admin.certificate, key: admin.key } : {};
  const options = { host: "127.0.0.1", port: port.port, path, method, headers, ca: authority.certificate, ...identity };
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ ...options, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}
type Parsed = { readonly [key: string]: unknown } & {
  readonly reason: string;
  readonly message: string;
  readonly kind: string;
};
const json = ({ bytes }: Reply): Parsed => JSON.parse(bytes.toString()) as Parsed;

test("who asks: certificate, token, nobody, a wrong token (WIR-02)", async () => {
  const whoami = async (extra: Ask): Promise<Reply> =>
    ask("/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      method: "POST",
      body: "{}",
      ...extra,
      headers: { "content-type": "application/json", ...extra.headers },
    });
  const name = (reply: Reply): unknown =>
    (json(reply)["status"] as { userInfo: { username: string } }).userInfo.username;
  assert.equal(name(await whoami({})), "admin");
  const bearer = { credentials: false, headers: { authorization: "Bearer secret" } };
  assert.equal(name(await whoami(bearer)), "jane");
  assert.equal(name(await whoami({ headers: { "impersonate-user": "bob" } })), "bob");
  const refused = await whoami({ ...bearer, headers: { ...bearer.headers, "impersonate-user": "bob" } });
  assert.match(json(refused).message, /users "bob" is forbidden: User "jane" cannot impersonate resource "users"/);
  assert.equal((await whoami({ credentials: false, headers: { authorization: "Bearer wrong" } })).status, 401);
  assert.equal((await ask("/version", { credentials: false })).status, 200);
  assert.equal(
    json(await ask("/api/v1/pods", { credentials: false })).message,
    'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
  );
});

test("every failure is a Status with its reason (WIR-03, WIR-04, WIR-05, WIR-13)", async () => {
  const rows: [string, Ask, number, string][] = [
    ["/apis/nope.io/v1", {}, 404, "NotFound"],
    ["/api/v1/nopes", {}, 404, "NotFound"],
    ["/nope", {}, 404, "NotFound"],
    ["/version", { method: "POST" }, 405, "MethodNotAllowed"],
    ["/api/v1/namespaces", { method: "PUT" }, 405, "MethodNotAllowed"],
    ["/api/v1/namespaces", { method: "PATCH" }, 405, "MethodNotAllowed"],
    ["/api/v1/namespaces/default", { method: "POST" }, 405, "MethodNotAllowed"],
    ["/api/v1/namespaces/default/pods/x", {}, 404, "NotFound"],
    [
      "/api/v1/namespaces/default/configmaps",
      { method: "POST", body: "{", headers: { "content-type": "application/json" } },
      400,
      "BadRequest",
    ],
    [
      "/api/v1/namespaces/default/configmaps",
      { method: "POST", body: "x", headers: { "content-type": "text/plain" } },
      415,
      "UnsupportedMediaType",
    ],
    ["/api/v1/pods", { headers: { accept: "image/png" } }, 406, "NotAcceptable"],
    ["/api/v1/pods?labelSelector=a%3D%3D%3D", {}, 400, "BadRequest"],
    ["/api/v1/pods?fieldSelector=spec.nope%3Dx", {}, 400, "BadRequest"],
    ["/api/v1/pods?resourceVersionMatch=Exact", {}, 422, "Invalid"],
    ["/api/v1/pods?watch=1&resourceVersionMatch=NotOlderThan", {}, 422, "Invalid"],
  ];
  for (const [path, request, status, reason] of rows) {
    const reply = await ask(path, request);
    assert.equal(reply.status, status, `${path}: ${reply.bytes.toString()}`);
    assert.equal(json(reply).kind, "Status");
    assert.equal(json(reply).reason, reason, path);
    assert.ok(reply.headers["audit-id"]);
  }
});

test("a body beyond the limit is refused, and whoever sends it hears so", async () => {
  const body = Buffer.alloc(4 * 1024 * 1024, 0x20);
  const headers = { "content-type": "application/json" };
  const reply = await ask("/api/v1/namespaces/default/configmaps", { method: "POST", body, headers });
  assert.equal(reply.status, 413);
});

test("a scale is shown as one, and a deprecated kind is told to be", async () => {
  const headers = { "content-type": "application/json" };
  const spec = { selector: { matchLabels: { a: "b" } }, template: {} };
  const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "main", image: "x" }] } };
  const body = JSON.stringify({ metadata: { name: "web" }, spec: { ...spec, template, replicas: 2 } });
  const deployments = "/apis/apps/v1/namespaces/default/deployments";
  assert.equal((await ask(deployments, { method: "POST", body, headers })).status, 201);
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
  const table = json(await ask(`${deployments}/web/scale`, { headers: { accept } }));
  const names = (table["columnDefinitions"] as { name: string }[]).map(({ name }) => name);
  assert.deepEqual(names, ["Name", "Desired", "Available", "Age"]);
  const list = await ask("/api/v1/namespaces/default/endpoints");
  const text = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";
  assert.equal(list.headers["warning"], `299 - "${text}"`);
});

test("YAML goes in and out; unknown fields come back as warnings (WIR-11, WIR-16)", async () => {
  const yaml = "metadata: { name: y }\ndata: { a: b }\nnonsense: true\n";
  const headers = { "content-type": "application/yaml", accept: "application/yaml" };
  const made = await ask("/api/v1/namespaces/default/configmaps", { method: "POST", body: yaml, headers });
  assert.equal(made.status, 201);
  assert.match(made.bytes.toString(), /^kind: ConfigMap$/m);
  assert.equal(made.headers["warning"], '299 - "unknown field \\"nonsense\\""');
  const twice = '{"metadata":{"name":"z","name":"z"}}';
  const strict = await ask("/api/v1/namespaces/default/configmaps?fieldValidation=Strict", {
    method: "POST",
    body: twice,
    headers: { "content-type": "application/json" },
  });
  assert.match(json(strict).message, /strict decoding error: duplicate field "metadata.name"/);
});

test("tables, metadata alone, and discovery in one document (DSC-01)", async () => {
  const table = await ask("/api/v1/namespaces", {
    headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" },
  });
  assert.equal(json(table).kind, "Table");
  const partial = { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" };
  assert.equal(json(await ask("/api/v1/namespaces", { headers: partial })).kind, "PartialObjectMetadataList");
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
  const discovery = await ask("/apis", { headers: { accept } });
  assert.equal(
    discovery.headers["content-type"],
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
  );
  const etag = discovery.headers["etag"] as string;
  assert.equal((await ask("/apis", { headers: { accept, "if-none-match": etag } })).status, 304);
});

test("health has details on request and single checks", async () => {
  assert.equal((await ask("/livez")).bytes.toString(), "ok");
  assert.match(
    (await ask("/readyz?verbose")).bytes.toString(),
    /^\[\+\]ping ok\n\[\+\]shutdown ok\nreadyz check passed\n$/,
  );
  assert.equal((await ask("/healthz/ping")).bytes.toString(), "ok");
  assert.equal((await ask("/healthz/nope")).status, 404);
});

test("big answers are compressed for those who take it (WIR-14)", async () => {
  const data = { blob: "x".repeat(300_000) };
  await ask("/api/v1/namespaces/default/configmaps", {
    method: "POST",
    body: JSON.stringify({ metadata: { name: "big" }, data }),
    headers: { "content-type": "application/json" },
  });
  const plain = await ask("/api/v1/namespaces/default/configmaps/big");
  const packed = await ask("/api/v1/namespaces/default/configmaps/big", { headers: { "accept-encoding": "gzip" } });
  assert.equal(packed.headers["content-encoding"], "gzip");
  assert.deepEqual(gunzipSync(packed.bytes), plain.bytes);
});

test("a watch over WebSocket sends one text message per event (WATCH-23, LIB-09)", async () => {
  const { default: WebSocket } = await import("ws");
  const options = { ca: authority.certificate, cert: admin.certificate, key: admin.key };
  const path = "/api/v1/namespaces?watch=true&resourceVersion=0&fieldSelector=metadata.name%3Dkube-system";
  const socket = new WebSocket(`wss://127.0.0.1:${port.port}${path}`, options);
  const text = await new Promise<string>((resolve, reject) => {
    socket.on("error", reject);
    socket.once("message", (data: Buffer) => resolve(data.toString()));
  });
  const event = JSON.parse(text) as { type: string; object: { metadata: { name: string } } };
  assert.deepEqual([event.type, event.object.metadata.name], ["ADDED", "kube-system"]);
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.close();
  await closed;
});

test("an upgrade is refused like any request", async () => {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  };
  const path = "/api/v1/namespaces/default/pods/x/exec?command=id";
  const reply = await ask(path, { headers, credentials: false });
  assert.match(json(reply).message, /User "system:anonymous" cannot create resource "pods\/exec"/);
  assert.equal((await ask(path, { headers })).status, 404);
});

/** The first line of an answer, in however many pieces it comes. */
function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
  });
}

test("many watches share one HTTP/2 connection, and closing ends them (WIR-01)", async () => {
  const session = connectHttp2(`https://127.0.0.1:${port.port}`, {
    ca: authority.certificate,
    cert: admin.certificate,
    key: admin.key,
  });
  const ended: Promise<void>[] = [];
  const heard: Promise<string>[] = [];
  for (let count = 0; count < 200; count++) {
    const stream = session.request({
      ":path": "/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=0&fieldSelector=metadata.name%3Dlate",
    });
    ended.push(new Promise((resolve) => stream.on("close", () => resolve())));
    heard.push(firstLine(stream));
    await new Promise((resolve) => stream.once("response", resolve));
  }
  await ask("/api/v1/namespaces/default/configmaps", {
    method: "POST",
    body: '{"metadata":{"name":"late"}}',
    headers: { "content-type": "application/json" },
  });
  for (const line of await Promise.all(heard)) {
    const event = JSON.parse(line) as { type: string; object: { kind: string; metadata: { name: string } } };
    assert.deepEqual([event.type, event.object.kind, event.object.metadata.name], ["ADDED", "ConfigMap", "late"]);
  }
  const closed = new Promise<void>((resolve) => session.on("close", () => resolve()));
  await port.close();
  await Promise.all([...ended, closed]);
});
