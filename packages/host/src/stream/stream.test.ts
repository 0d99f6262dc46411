// Clients of every kind against the pretended runtime, through the bridge: commands, port forwarding, logs, refusals, deaths.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { type Clock, createVirtualClock, realClock } from "@knots/std";
import { createWebSocketStream, WebSocket } from "ws";
import { kubeletLocation, type PodStream } from "./kubelet-location.ts";
import { passRequest } from "./proxy-request.node.ts";
import type { ClientUpgrade } from "./proxy-upgrade.node.ts";
import { serveCommand, servePortForward } from "./serve-command.node.ts";
import { createSpdyConnection } from "./spdy/connection.node.ts";
import { type FakeRuntime, startFakeRuntime } from "./testing/fake-runtime.node.ts";
import { openUpgrade } from "./upgrade.node.ts";
import { serveByteMessages } from "./websocket/bytes.node.ts";
import { TUNNEL_PROTOCOL } from "./websocket/protocols.ts";
import type { CommandStreams } from "./websocket/remote-command.node.ts";

async function startServer(t: TestContext, upgrade: (client: ClientUpgrade) => Promise<void>) {
  const server: Server = createServer();
  const served: Promise<void>[] = [];
  server.on("upgrade", (request, socket, head) => void served.push(upgrade({ request, socket, head })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(async () => {
    await Promise.all(served);
    await new Promise((resolve) => server.close(resolve));
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, served };
}

async function startRuntime(t: TestContext): Promise<FakeRuntime> {
  const runtime = await startFakeRuntime();
  t.after(() => runtime.close());
  return runtime;
}

type Wanted = Partial<CommandStreams>;

/** A bridge to one program of the pretended runtime. */
async function startBridge(
  t: TestContext,
  program: string,
  wanted: Wanted = { stdout: true },
  clock: Clock = realClock,
) {
  const runtime = await startRuntime(t);
  const streams = { stdin: false, stdout: false, stderr: false, tty: false, ...wanted };
  const names = [
    ...Object.entries(streams)
      .filter(([name, on]) => on && name !== "tty")
      .map(([name]) => name),
    ...(streams.tty ? ["resize"] : []),
  ];
  const target = { url: new URL(runtime.exec(program, names)) };
  const server = await startServer(t, (client) => serveCommand(client, streams, { target, clock }));
  return { runtime, ...server };
}

/** A client that keeps everything it is sent, by channel. */
async function client(address: string, protocols: readonly string[]) {
  const ws = new WebSocket(`ws://${address}/`, [...protocols]);
  const seen = new Map<number, Buffer[]>();
  let wake = (): void => {};
  ws.on("message", (raw: Buffer, binary) => {
    const channel = binary ? (raw[0] ?? -1) : Number(raw.subarray(0, 1).toString());
    const data = binary ? raw.subarray(1) : Buffer.from(raw.subarray(1).toString(), "base64");
    seen.set(channel, [...(seen.get(channel) ?? []), data]);
    wake();
  });
  const closed = new Promise<number>((resolve) => ws.once("close", resolve));
  await new Promise((resolve, reject) => ws.once("open", resolve).once("error", reject));
  const text = (channel: number): string => Buffer.concat(seen.get(channel) ?? []).toString();
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      const more = Promise.withResolvers<void>();
      wake = more.resolve;
      await more.promise;
    }
  };
  return { ws, text, closed, until, seen };
}

interface RawWebSocket {
  _isServer: boolean;
  setSocket(socket: Duplex, head: Buffer, options: object): void;
}

/** A client of the tunnel, whose protocol's name the library would not send. */
async function tunnelClient(address: string): Promise<WebSocket> {
  const key = { "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version": "13" };
  const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-protocol": TUNNEL_PROTOCOL, ...key };
  const target = { url: new URL(`http://${address}/`) };
  const upgraded = await openUpgrade({ target, method: "GET", headers, clock: realClock });
  if (!upgraded.switched) throw new Error(`Unexpected server response: ${upgraded.answer.statusCode}`);
  assert.equal(upgraded.answer.headers["sec-websocket-protocol"], TUNNEL_PROTOCOL);
  const ws = new WebSocket(null as unknown as string, undefined, {});
  const raw = ws as unknown as RawWebSocket;
  raw._isServer = false;
  raw.setSocket(upgraded.socket, upgraded.head, { maxPayload: 0 });
  return ws;
}

const message = (channel: number, data: string | Uint8Array = ""): Buffer =>
  Buffer.concat([Buffer.of(channel), Buffer.from(data)]);

const all = { stdin: true, stdout: true, stderr: true };

for (const protocol of ["v5.channel.k8s.io", "v4.channel.k8s.io"]) {
  test(`${protocol}: output, errors and the exit code come on their channels`, async (t) => {
    const { address, runtime } = await startBridge(t, "exit7", { stdout: true, stderr: true });
    const { ws, text, closed } = await client(address, [protocol]);
    assert.equal(await closed, 1000);
    assert.equal(ws.protocol, protocol);
    assert.deepEqual([text(1), text(2)], ["out\n", "err\n"]);
    const { reason, details } = JSON.parse(text(3)) as { reason: string; details: unknown };
    assert.deepEqual([reason, details], ["NonZeroExitCode", { causes: [{ reason: "ExitCode", message: "7" }] }]);
    await runtime.idle();
  });
}

test("v5: closing channel 0 ends the input, so that cat ends", async (t) => {
  const { address } = await startBridge(t, "cat", all);
  const { ws, text, closed } = await client(address, ["v5.channel.k8s.io"]);
  ws.send(message(0, "hello "));
  ws.send(message(0, "world"));
  ws.send(message(255, Buffer.of(0)));
  await closed;
  assert.equal(text(1), "hello world");
  assert.match(text(3), /"Success"/);
});

test("base64 text carries the same", async (t) => {
  const { address } = await startBridge(t, "cat", all);
  const { ws, text, until } = await client(address, ["v4.base64.channel.k8s.io"]);
  ws.send(`0${Buffer.from("hällo").toString("base64")}`);
  await until(() => text(1) === "hällo");
  ws.close();
});

test("the oldest protocol tells a failure as a sentence, and success by silence", async (t) => {
  const failing = await startBridge(t, "exit7");
  const first = await client(failing.address, ["channel.k8s.io"]);
  await first.closed;
  assert.equal(first.text(3), "command terminated with non-zero exit code: exit status 7");
  const { address } = await startBridge(t, "count", { stdin: true, stdout: true });
  const second = await client(address, []);
  second.ws.close();
  await second.closed;
  assert.equal(second.text(3), "");
});

test("the best of several protocols is chosen; unknown ones are refused", async (t) => {
  const { address } = await startBridge(t, "exit7");
  const { ws, closed } = await client(address, ["channel.k8s.io", "v5.channel.k8s.io", "v9.channel.k8s.io"]);
  assert.equal(ws.protocol, "v5.channel.k8s.io");
  await closed;
  await assert.rejects(client(address, ["v9.channel.k8s.io"]), { message: "Unexpected server response: 400" });
});

test("sizes of the window reach a terminal", async (t) => {
  const { address } = await startBridge(t, "size", { stdout: true, stdin: true, tty: true }).catch(() => assert.fail());
  const { ws, text, closed } = await client(address, ["v5.channel.k8s.io"]);
  ws.send(message(4, '{"Width":80,"Height":24}'));
  await closed;
  assert.equal(text(1), '{"Width":80,"Height":24}');
});

test("32 MiB of output arrive whole at a slow reader", async (t) => {
  const { address } = await startBridge(t, "flood");
  const { ws, seen, until, closed } = await client(address, ["v5.channel.k8s.io"]);
  await until(() => (seen.get(1)?.length ?? 0) > 3);
  ws.pause();
  await new Promise((resolve) => setImmediate(resolve));
  ws.resume();
  await closed;
  const size = seen.get(1)?.reduce((sum, { length }) => sum + length, 0);
  assert.equal(size, 32 * 1024 * 1024);
});

test("8 MiB of input arrive whole at the program", async (t) => {
  const { address } = await startBridge(t, "count", { stdin: true, stdout: true });
  const { ws, text, closed } = await client(address, ["v5.channel.k8s.io"]);
  for (let i = 0; i < 256; i++) ws.send(message(0, new Uint8Array(32 * 1024).fill(97)));
  ws.send(message(255, Buffer.of(0)));
  await closed;
  assert.equal(text(1), String(8 * 1024 * 1024));
});

test("a client that dies ends the command's connection", async (t) => {
  const { address, runtime, served } = await startBridge(t, "sleep");
  const { ws, text, until } = await client(address, ["v5.channel.k8s.io"]);
  await until(() => text(1) === "asleep");
  ws.terminate();
  await runtime.idle();
  await Promise.all(served);
});

test("a runtime that dies is told to the client as a failure", async (t) => {
  const { address, runtime } = await startBridge(t, "sleep");
  const { text, until, closed } = await client(address, ["v5.channel.k8s.io"]);
  await until(() => text(1) === "asleep");
  runtime.kill();
  await closed;
  const { status, reason } = JSON.parse(text(3)) as { status: string; reason: string };
  assert.deepEqual([status, reason], ["Failure", "InternalError"]);
});

test("a client that is silent is cut off; one that answers pings is not", async (t) => {
  const clock = createVirtualClock();
  const { address, runtime } = await startBridge(t, "sleep", { stdout: true }, clock);
  const { ws, text, until } = await client(address, ["v5.channel.k8s.io"]);
  await until(() => text(1) === "asleep");
  const pinged = (): Promise<unknown> => new Promise((resolve) => ws.once("ping", resolve));
  for (let i = 0; i < 3; i++) {
    const ping = pinged();
    await clock.advance(30_000);
    await ping;
    // Our own ping comes back after the answer to theirs.
    const back = new Promise((resolve) => ws.once("pong", resolve));
    ws.ping();
    await back;
  }
  assert.equal(runtime.connections, 1);
  ws.pause();
  await clock.advance(30_000);
  await clock.advance(30_000);
  await runtime.idle();
  ws.terminate();
});

test("SPDY clients pass through, with their repeated fields", async (t) => {
  const { address, runtime } = await startBridge(t, "exit7", { stdout: true, stderr: true });
  const headers = {
    connection: "Upgrade",
    upgrade: "SPDY/3.1",
    "x-stream-protocol-version": ["v5.channel.k8s.io", "v4.channel.k8s.io"],
    authorization: "Bearer secret",
  };
  const upgraded = await openUpgrade({
    target: { url: new URL(`http://${address}/`) },
    method: "POST",
    headers,
    clock: realClock,
  });
  assert.ok(upgraded.switched);
  assert.equal(upgraded.answer.headers["x-stream-protocol-version"], "v4.channel.k8s.io");
  const connection = createSpdyConnection(upgraded.socket, upgraded.head);
  const streams = [];
  for (const streamtype of ["error", "stdout", "stderr"]) streams.push(await connection.open({ streamtype }));
  const texts = await Promise.all(streams.map(async (stream) => Buffer.concat(await stream.toArray()).toString()));
  assert.match(texts[0] ?? "", /NonZeroExitCode/);
  assert.deepEqual(texts.slice(1), ["out\n", "err\n"]);
  await connection.closed;
  await runtime.idle();
});

test("a refusal is passed on and ends the connection: nothing can be sent behind it", async (t) => {
  const runtime = await startRuntime(t);
  const target = { url: new URL(`${runtime.url}/refuse`) };
  const { address } = await startServer(t, (upgrade) =>
    serveCommand(upgrade, { stdin: false, stdout: true, stderr: false, tty: false }, { target, clock: realClock }),
  );
  const [host = "", port] = address.split(":");
  const socket = connect(Number(port), host);
  const ask = "POST /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";
  socket.write(ask + "GET /secret HTTP/1.1\r\nHost: a\r\n\r\n");
  const answer = Buffer.concat(await socket.toArray()).toString();
  assert.match(answer, /^HTTP\/1.1 404 Not Found\r\n[\s\S]*Connection: close\r\n\r\nunknown token\n$/);
  await assert.rejects(client(address, ["v5.channel.k8s.io"]), { message: "Unexpected server response: 404" });
});

test("a target that nobody listens at is told as 502", async (t) => {
  const runtime = await startFakeRuntime();
  await runtime.close();
  const target = { url: new URL(runtime.url) };
  const { address } = await startServer(t, (upgrade) =>
    serveCommand(upgrade, { stdin: false, stdout: true, stderr: false, tty: false }, { target, clock: realClock }),
  );
  await assert.rejects(client(address, ["v5.channel.k8s.io"]), { message: "Unexpected server response: 502" });
});

test("a target that accepts and stays silent is given up in time", async (t) => {
  const silent = createServer(() => {});
  silent.on("upgrade", (_request, socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  t.after(() => void silent.close());
  const clock = createVirtualClock();
  const asked = new Promise((resolve) => silent.once("upgrade", resolve));
  const target = { url: new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`) };
  const { address } = await startServer(t, (upgrade) => servePortForward(upgrade, { target, clock }));
  const refused = assert.rejects(tunnelClient(address), {
    message: "Unexpected server response: 502",
  });
  await asked;
  await clock.advance(30_000);
  await refused;
});

test("a client that says goodbye after the server has left does not linger: no time has to pass", async (t) => {
  const backend = createServer();
  backend.on("upgrade", (_request, socket) => {
    socket.on("error", () => {});
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nbye");
    socket.resume();
  });
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  t.after(() => void backend.close());
  const target = { url: new URL(`http://127.0.0.1:${(backend.address() as AddressInfo).port}`) };
  const clock = createVirtualClock();
  const { address, served } = await startServer(t, (upgrade) => servePortForward(upgrade, { target, clock }));
  const [host = "", port] = address.split(":");
  for (let round = 0; round < 20; round++) {
    const socket = connect({ port: Number(port), host, allowHalfOpen: true });
    socket.write("POST /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n");
    socket.resume();
    await new Promise((resolve) => socket.once("end", resolve));
    // By now the server's connection is closed on our side as well.
    await new Promise((resolve) => setImmediate(resolve));
    socket.end("goodbye");
    await new Promise((resolve) => socket.once("close", resolve));
  }
  await Promise.all(served);
  assert.equal(served.length, 20);
});

test("port forwarding inside WebSocket messages: SPDY frames come out at the runtime", async (t) => {
  const runtime = await startRuntime(t);
  const target = { url: new URL(runtime.portForward) };
  const { address } = await startServer(t, (upgrade) => servePortForward(upgrade, { target, clock: realClock }));
  const ws = await tunnelClient(address);
  const connection = createSpdyConnection(createWebSocketStream(ws), new Uint8Array());
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const data = await connection.open({ streamtype: "data", port: String(8000 + n), requestid: String(n) });
      data.end(`hi ${n}`);
      return Buffer.concat(await data.toArray()).toString();
    }),
  );
  assert.deepEqual(
    answers,
    Array.from({ length: 20 }, (_, n) => `${8000 + n}:HI ${n}`),
  );
  ws.close();
  await runtime.idle();
});

test("a log over a WebSocket: binary, base64, and a client that leaves ends the source", async (t) => {
  let ended = 0;
  async function* log(): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.from("one\n");
      yield Buffer.from("two\n");
    } finally {
      ended++;
    }
  }
  const { address } = await startServer(t, (upgrade) => serveByteMessages(upgrade, log(), { clock: realClock }));
  for (const [protocols, expected] of [
    [["binary.k8s.io"], ["one\n", "two\n"]],
    [[], ["one\n", "two\n"]],
    [["base64.binary.k8s.io"], ["b25lCg==", "dHdvCg=="]],
  ] as const) {
    const ws = new WebSocket(`ws://${address}/`, [...protocols]);
    const seen: string[] = [];
    ws.on("message", (raw: Buffer) => void seen.push(raw.toString()));
    await new Promise((resolve) => ws.once("close", resolve));
    assert.deepEqual(seen, expected);
  }
  assert.equal(ended, 3);
});

test("plain requests: head and bytes come as they are, leaving ends the request", async (t) => {
  const gone = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    response.writeHead(201, {
      "content-type": "text/plain",
      "x-path": request.url,
      connection: "x-private",
      "x-private": "1",
    });
    response.write("first ");
    request.pipe(response, { end: false });
    response.once("close", () => gone.resolve());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const stop = new AbortController();
  const target = { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/log?follow=1`) };
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("second");
  }
  const answer = await passRequest({ target, method: "POST", body: body(), clock: realClock, signal: stop.signal });
  assert.deepEqual(
    [answer.status, answer.headers["x-path"], answer.headers["x-private"]],
    [201, "/log?follow=1", undefined],
  );
  let text = "";
  for await (const part of answer.body) {
    text += Buffer.from(part).toString();
    if (text === "first second") stop.abort();
  }
  assert.equal(text, "first second");
  await gone.promise;
});

const locations: readonly (readonly [kind: PodStream, query: string, expected: string])[] = [
  [
    "exec",
    "command=ls&command=-l&stdin=true&stdout=true&tty=1",
    "/exec/team/web-0/app?input=1&output=1&error=1&tty=1&command=ls&command=-l",
  ],
  ["exec", "command=a%20b&stderr=false", "/exec/team/web-0/app?output=1&command=a+b"],
  ["attach", "stdin=1", "/attach/team/web-0/app?input=1&output=1&error=1"],
  ["portforward", "ports=80&ports=81&x=1", "/portForward/team/web-0?ports=80&ports=81"],
  [
    "log",
    "follow=true&tailLines=5&container=x&stream=Stdout",
    "/containerLogs/team/web-0/app?follow=true&tailLines=5&stream=Stdout",
  ],
];
for (const [kind, query, expected] of locations) {
  test(`${kind}?${query} at the kubelet`, () => {
    const pod = { namespace: "team", name: "web-0", container: "app" };
    const url = kubeletLocation("https://10.0.0.1:10250", kind, pod, new URLSearchParams(query));
    assert.equal(url.href, `https://10.0.0.1:10250${expected}`);
  });
}
