// The kubelet's server over real TLS: who may ask, what is found, logs, commands through the pretended runtime, and its end.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Pod } from "@knots/api";
import type { InformerHandler } from "@knots/client";
import { createAuthority, issueCertificate, type KeyPair, startFakeRuntime } from "@knots/host";
import { realClock, silentLogger } from "@knots/std";
import { WebSocket } from "ws";
import { aPod } from "../../../../testkit/objects.ts";
import type { Instance, RuntimePod } from "../runtime/runtime.ts";
import type { AccessOptions } from "./access.node.ts";
import { routeOf } from "./routes.ts";
import { startKubeletServer } from "./server.node.ts";

const now = realClock.now();
const authority = await createAuthority("test-ca", now);
const serving = await issueCertificate(
  authority,
  { user: "system:node:a", usages: ["server"], ipAddresses: ["127.0.0.1"] },
  now,
);
const apiServer = await issueCertificate(authority, { user: "kube-apiserver-kubelet-client", usages: ["client"] }, now);
const somebody = await issueCertificate(authority, { user: "jane", usages: ["client"] }, now);
const foreign = await issueCertificate(
  await createAuthority("other-ca", now),
  { user: "kube-apiserver-kubelet-client", usages: ["client"] },
  now,
);

const line = (second: number, text: string): string => `2026-01-01T12:00:0${second}Z stdout F ${text}\n`;
const instance = (name: string, restartCount: number, change: Partial<Instance>): Instance => ({
  id: `${name}-${restartCount}`,
  name,
  sandboxId: "sandbox",
  restartCount,
  hash: "",
  phase: "running",
  createdAt: restartCount,
  image: "x",
  imageId: "x",
  ...change,
});

async function start(t: TestContext, access: Partial<AccessOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "knots-server-"));
  const runtime = await startFakeRuntime();
  await writeFile(join(folder, "0.log"), line(1, "before"));
  await writeFile(join(folder, "1.log"), line(2, "one") + line(3, "two"));
  const containers = ["app", "starting", "once"].map((name) => ({ name, image: "x" }));
  const pod = aPod("web", { spec: { containers, nodeName: "a" } });
  let current: Pod = pod;
  const handlers = new Set<InformerHandler<Pod>>();
  const state: RuntimePod = {
    uid: "web-uid",
    sandboxes: [{ id: "sandbox", podUid: "web-uid", attempt: 0, ready: true, createdAt: 0, ips: [] }],
    instances: [
      instance("app", 1, { logPath: join(folder, "1.log") }),
      instance("app", 0, { logPath: join(folder, "0.log"), phase: "exited" }),
      instance("once", 0, { logPath: join(folder, "0.log"), phase: "exited" }),
    ],
  };
  const asked: string[] = [];
  const server = await startKubeletServer({
    host: "127.0.0.1",
    port: 0,
    ...serving,
    clientCa: authority.certificate,
    access: { trustedUsers: ["kube-apiserver-kubelet-client"], ...access },
    pods: {
      get: (namespace, name) => (namespace === "default" && name === "web" ? current : undefined),
      list: () => [current],
      subscribe(handler) {
        handlers.add(handler);
        handler.added?.(current);
        return () => handlers.delete(handler);
      },
    },
    runtime: {
      pod: () => Promise.resolve(state),
      execUrl(id, command, streams) {
        asked.push(`${id} ${command.join(" ")}`);
        const names = Object.entries(streams).flatMap(([name, on]) => (on ? [name === "tty" ? "resize" : name] : []));
        return Promise.resolve(runtime.exec(command[0] ?? "", names));
      },
      attachUrl: (_id, streams) => Promise.resolve(runtime.exec("exit7", streams.stdout ? ["stdout"] : [])),
      portForwardUrl: () => Promise.resolve(runtime.portForward),
    },
    clock: realClock,
    log: silentLogger,
  });
  t.after(async () => {
    await server.close();
    await runtime.close();
    await rm(folder, { recursive: true });
  });
  const update = (next: Pod): void => {
    const previous = current;
    current = next;
    for (const handler of handlers) handler.updated?.(next, previous);
  };
  return { server, runtime, pod, update, handlers, asked, folder };
}

interface Ask {
  readonly method?: string;
  readonly identity?: KeyPair;
  readonly token?: string;
}

function open(
  port: number,
  path: string,
  { method = "GET", identity, token }: Ask = { identity: apiServer },
): Promise<IncomingMessage> {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const credentials = identity ? { cert: identity.certificate, key: identity.key } : {};
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      path,
      method,
      headers,
      ca: authority.certificate,
      agent: false as const,
    };
    httpsRequest({ ...options, ...credentials }, resolve)
      .on("error", reject)
      .end();
  });
}

async function ask(port: number, path: string, how?: Ask): Promise<string> {
  const answer = await open(port, path, how);
  return `${answer.statusCode} ${Buffer.concat(await answer.toArray()).toString()}`;
}

function socketTo(port: number, path: string): WebSocket {
  const options = { ca: authority.certificate, cert: apiServer.certificate, key: apiServer.key };
  return new WebSocket(`wss://127.0.0.1:${port}${path}`, ["v5.channel.k8s.io"], options);
}

const routes: readonly (readonly [path: string, expected: string])[] = [
  ["/healthz", '{"kind":"healthz"}'],
  ["/pods/", '{"kind":"pods"}'],
  ["/exec/ns/pod/app", '{"kind":"exec","pod":{"namespace":"ns","name":"pod"},"container":"app"}'],
  ["/exec/ns/pod/uid/app", '{"kind":"exec","pod":{"namespace":"ns","name":"pod","uid":"uid"},"container":"app"}'],
  ["/portForward/ns/pod", '{"kind":"portForward","pod":{"namespace":"ns","name":"pod"}}'],
  ["/containerLogs/ns/pod/a%20b", '{"kind":"containerLogs","pod":{"namespace":"ns","name":"pod"},"container":"a b"}'],
  ["/containerLogs/ns/pod/uid/app", "undefined"],
  ["/exec/ns/pod", "undefined"],
  ["/exec/ns//app", "undefined"],
  ["/exec/ns/%E0%A4%A/app", "undefined"],
  ["/run/ns/pod/app", "undefined"],
];
for (const [path, expected] of routes)
  test(`${path} means ${expected}`, () => assert.equal(String(JSON.stringify(routeOf(path))), expected));

test("who may ask: the API server, whom the callbacks accept, and nobody else", async (t) => {
  const { server } = await start(t, {
    authenticate: (token) => Promise.resolve(token === "good" ? { name: "prometheus", groups: [] } : undefined),
    authorize: ({ name }, { verb, subresource }) =>
      Promise.resolve(name === "prometheus" && verb === "get" && subresource === "healthz"),
  });
  const rows: readonly (readonly [who: Ask, path: string, expected: RegExp])[] = [
    [{ identity: apiServer }, "/healthz", /^200 ok$/],
    [{}, "/healthz", /^401 Unauthorized$/],
    [{ identity: foreign }, "/healthz", /^401 Unauthorized$/],
    [
      { identity: somebody },
      "/healthz",
      /^403 Forbidden \(user=jane, verb=get, resource=nodes, subresource\(s\)=\[healthz\]\)$/,
    ],
    [{ token: "good" }, "/healthz", /^200 ok$/],
    [{ token: "good" }, "/pods", /^403 .*proxy/],
    [{ token: "bad" }, "/healthz", /^401/],
    [{}, "/exec/default/web/app?command=cat&output=1", /^401/],
  ];
  for (const [who, path, expected] of rows) assert.match(await ask(server.port, path, who), expected);
  const refused = new WebSocket(`wss://127.0.0.1:${server.port}/exec/default/web/app?command=cat&output=1`, {
    ca: authority.certificate,
  });
  const [error] = await new Promise<[Error]>((resolve) => refused.once("error", (cause) => resolve([cause])));
  assert.equal(error.message, "Unexpected server response: 401");
});

test("answers and refusals, in upstream's words", async (t) => {
  const { server } = await start(t);
  const rows: readonly (readonly [path: string, expected: string | RegExp])[] = [
    ["/pods", /^200 {"kind":"PodList","apiVersion":"v1","metadata":{},"items":\[{.*"name":"web"/],
    ["/containerLogs/default/web/app", "200 one\ntwo\n"],
    ["/containerLogs/default/web/app?tailLines=1&timestamps=true", "200 2026-01-01T12:00:03Z two\n"],
    ["/containerLogs/default/web/app?previous=true", "200 before\n"],
    ["/containerLogs/default/web/once", "200 before\n"],
    ["/containerLogs/default/web/once?follow=true", "200 before\n"],
    [
      "/containerLogs/default/web/once?previous=true",
      '400 previous terminated container "once" in pod "web" not found',
    ],
    [
      "/containerLogs/default/web/starting",
      '400 container "starting" in pod "web" is waiting to start: ContainerCreating',
    ],
    ["/containerLogs/default/web/none", '404 container "none" not found in pod "web_default"\n'],
    ["/containerLogs/default/none/app", "404 pod does not exist\n"],
    ["/containerLogs/default/web/app?tailLines=x", '422 Unable to parse tailLines: invalid value "x"'],
    ["/exec/default/web/app?command=ls", "400 you must specify at least 1 of stdin, stdout, stderr"],
    ["/exec/default/web/app?command=ls&output=1", "400 Upgrade request required"],
    ["/stats/summary", "404 404 page not found\n"],
    ["/nothing", "404 404 page not found\n"],
  ];
  for (const [path, expected] of rows) {
    const answer = await ask(server.port, path);
    if (typeof expected === "string") assert.equal(answer, expected, path);
    else assert.match(answer, expected, path);
  }
  assert.match(await ask(server.port, "/pods", { identity: apiServer, method: "DELETE" }), /^405 /);
});

test("a log that is followed ends when the kubelet reports the end of the container", async (t) => {
  const { server, pod, update, handlers } = await start(t);
  const answer = await open(server.port, "/containerLogs/default/web/app?follow=true");
  const parts = answer[Symbol.asyncIterator]();
  assert.equal(String((await parts.next()).value), "one\ntwo\n");
  const status = (id: string) => ({
    containerStatuses: [
      {
        name: "app",
        image: "x",
        imageID: "",
        ready: false,
        restartCount: 1,
        state: { terminated: { exitCode: 0, containerID: `containerd://${id}` } },
      },
    ],
  });
  update({ ...pod, status: status("app-0") });
  assert.equal(handlers.size, 1, "another run's end is not meant");
  update({ ...pod, status: status("app-1") });
  assert.equal((await parts.next()).done, true);
  assert.deepEqual([handlers.size, server.streams], [0, 0]);
});

test("a client that leaves a followed log leaves nothing behind", async (t) => {
  const { server, handlers } = await start(t);
  const answer = await open(server.port, "/containerLogs/default/web/app?follow=true");
  await new Promise((resolve) => answer.once("data", resolve));
  const left = new Promise<void>((resolve) => {
    const has = handlers.delete.bind(handlers);
    handlers.delete = (handler) => {
      resolve();
      return has(handler);
    };
  });
  answer.destroy();
  await left;
  assert.equal(handlers.size, 0);
});

async function command(ws: WebSocket): Promise<readonly string[]> {
  const texts = ["", "", "", ""];
  ws.on("message", (raw: Buffer) => {
    texts[raw[0] ?? 0] += raw.subarray(1).toString();
  });
  await new Promise((resolve, reject) => ws.once("close", resolve).once("error", reject));
  return texts;
}

test("exec runs in the container's present run; attach takes the terminal from the declaration", async (t) => {
  const { server, runtime, asked } = await start(t);
  const [, out, err, status] = await command(
    socketTo(server.port, "/exec/default/web/app?command=exit7&command=-x&output=1&error=1"),
  );
  assert.deepEqual([out, err], ["out\n", "err\n"]);
  assert.match(status ?? "", /NonZeroExitCode/);
  assert.deepEqual(asked, ["app-1 exit7 -x"]);
  const [, attached] = await command(socketTo(server.port, "/attach/default/web/app?output=1&tty=1"));
  assert.equal(attached, "out\n");
  await runtime.idle();
});

test("a container that does not run is told before any stream", async (t) => {
  const { server } = await start(t);
  for (const [path, status] of [
    ["/exec/default/web/once?command=ls&output=1", 500],
    ["/exec/default/none/app?command=ls&output=1", 404],
    ["/exec/default/web/app?command=ls", 400],
    ["/exec/default/web/app?output=1", 400],
    ["/portForward/default/none", 404],
    ["/healthz", 400],
  ] as const)
    await assert.rejects(command(socketTo(server.port, path)), { message: `Unexpected server response: ${status}` });
});

test("closing the server ends streams on both sides", async (t) => {
  const { server, runtime } = await start(t);
  const ws = socketTo(server.port, "/exec/default/web/app?command=sleep&output=1");
  await new Promise((resolve) =>
    ws.on("message", (raw: Buffer) => raw.subarray(1).toString() === "asleep" && resolve(0)),
  );
  assert.equal(server.streams, 1);
  const closed = new Promise((resolve) => ws.once("close", resolve));
  await server.close();
  await closed;
  await runtime.idle();
});
