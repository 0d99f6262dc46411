// Streams as people use them: every stock kubectl and the official client for Node, through API server and kubelet to a pretended runtime.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { connect } from "node:net";
import { type Duplex, PassThrough } from "node:stream";
import { after, before, test } from "node:test";
import { Exec, KubeConfig, type V1Status } from "@kubernetes/client-node";
import { findKubectls } from "./clients/kubectls.ts";
import { run } from "./clients/run.ts";
import { startFakeStage } from "./streaming/fake.ts";

type Stage = Awaited<ReturnType<typeof startFakeStage>>;
let stage: Stage;
before(async () => {
  stage = await startFakeStage();
});
after(() => stage.close());

const line = (second: number, text: string): string => `2026-01-01T12:00:0${second}Z stdout F ${text}\n`;

/** What makes a kubectl speak the one protocol or the other; older ones know no switch. */
const MODES = { "its own choice": {}, WebSocket: on("true"), SPDY: on("false") } as const;
function on(value: string) {
  return { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: value, KUBECTL_PORT_FORWARD_WEBSOCKETS: value };
}

interface Ask {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const kubectls = await findKubectls();
for (const { name, path, minor } of kubectls) {
  const ask = (args: readonly string[], { input = "", env = {} }: Ask = {}) =>
    run(path, [...stage.credentials, ...args], { input, env, limitSeconds: 20 });
  const modes = minor >= 29 ? Object.entries(MODES) : [["its own choice", {}] as const];

  test(`${name}: logs (KCTL-08)`, async () => {
    await writeFile(stage.log, line(1, "one") + line(2, "two"));
    assert.deepEqual(await ask(["logs", "web", "-c", "app"]), { code: 0, out: "one\ntwo\n", err: "" });
    assert.equal(
      (await ask(["logs", "web", "-c", "side", "--tail", "1", "--timestamps"])).out,
      "2026-01-01T12:00:02Z two\n",
    );
    assert.match((await ask(["logs", "web", "-c", "none"])).err, /container none is not valid for pod web/);
    const previous = await ask(["logs", "web", "-c", "app", "--previous"]);
    assert.match(previous.err, /previous terminated container "app" in pod "web" not found/);
  });

  test(`${name}: logs -f (KCTL-08)`, async () => {
    await writeFile(stage.log, line(1, "one"));
    const child = spawn(path, [...stage.credentials, "logs", "-f", "web", "-c", "app"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const parts = child.stdout[Symbol.asyncIterator]();
    assert.equal(String((await parts.next()).value), "one\n");
    await appendFile(stage.log, line(2, "two"));
    assert.equal(String((await parts.next()).value), "two\n");
    child.kill();
    await new Promise((resolve) => child.once("exit", resolve));
  });

  for (const [mode, env] of modes) {
    test(`${name} by ${mode}: exec gives output, errors and the exit code (KCTL-08)`, async () => {
      const seen = await ask(["exec", "web", "-c", "app", "--", "exit7"], { env });
      assert.deepEqual([seen.code, seen.out], [7, "out\n"]);
      assert.match(seen.err, /^err\ncommand terminated with exit code 7\n$/);
    });
    test(`${name} by ${mode}: input reaches the program, and its end too`, async () => {
      const input = "x".repeat(1_000_000);
      const { code, out } = await ask(["exec", "-i", "web", "-c", "app", "--", "count"], { input, env });
      assert.deepEqual([code, out], [0, "1000000"]);
    });
    test(`${name} by ${mode}: much output arrives whole`, async () => {
      const { code, out } = await ask(["exec", "web", "-c", "app", "--", "flood"], { env });
      assert.deepEqual([code, out.length], [0, 32 * 1024 * 1024]);
    });
    test(`${name} by ${mode}: attach (KCTL-08)`, async () => {
      const { out } = await ask(["attach", "-i", "web", "-c", "app"], { input: "hello", env });
      assert.match(out, /hello/);
    });
    test(`${name} by ${mode}: a refusal is told`, async () => {
      const { code, err } = await ask(["exec", "web", "-c", "none", "--", "ls"], { env });
      assert.equal(code, 1);
      assert.match(
        err,
        /container none is not valid for pod web|container not found \("none"\)|BadRequest|Bad Request/i,
      );
    });
    test(`${name} by ${mode}: port-forward carries many connections (KCTL-08)`, async () => {
      const child = spawn(path, [...stage.credentials, "port-forward", "pod/web", ":8080", "--address", "127.0.0.1"], {
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const told = String((await child.stdout[Symbol.asyncIterator]().next()).value);
      const port = Number(/127\.0\.0\.1:(\d+) -> 8080/.exec(told)?.[1]);
      const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => shout(port, `hi ${n}`)));
      assert.deepEqual(
        answers,
        Array.from({ length: 30 }, (_, n) => `8080:HI ${n}`),
      );
      child.kill();
      await new Promise((resolve) => child.once("exit", resolve));
    });
  }
}
test("there are stock kubectls", { skip: kubectls.length > 0 ? false : "no kubectl on this machine" }, () => {
  assert.ok(kubectls.length > 0);
});

async function shout(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end(text);
  return Buffer.concat(await socket.toArray()).toString();
}

function configuration(): KubeConfig {
  const config = new KubeConfig();
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const { url, authority, admin } = stage;
  config.loadFromClusterAndUser(
    { name: "stage", server: url, caData: base64(authority.certificate), skipTLSVerify: false },
    { name: "admin", certData: base64(admin.certificate), keyData: base64(admin.key) },
  );
  return config;
}

const readAll = async (stream: PassThrough): Promise<string> => Buffer.concat(await stream.toArray()).toString();

test("the official client for Node: exec with input and exit code (LIB-07)", async () => {
  const exec = new Exec(configuration());
  const [stdout, stdin] = [new PassThrough(), new PassThrough()];
  const ended = new Promise<V1Status>((resolve, reject) => {
    exec.exec("default", "web", "app", ["count"], stdout, new PassThrough(), stdin, false, resolve).catch(reject);
  });
  stdin.end("12345");
  const status = await ended;
  assert.equal(status.status, "Success");
  assert.equal(await readAll(stdout), "5");
  const failing = new Promise<V1Status>((resolve, reject) => {
    exec
      .exec("default", "web", "app", ["exit7"], new PassThrough(), new PassThrough(), null, false, resolve)
      .catch(reject);
  });
  assert.equal((await failing).reason, "NonZeroExitCode");
});

test("logs over WebSocket, as browsers ask for them", async () => {
  await writeFile(stage.log, line(1, "one"));
  const { url, authority, admin } = stage;
  const handshake = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-protocol": "binary.k8s.io",
  };
  const identity = { ca: authority.certificate, cert: admin.certificate, key: admin.key };
  const path = "/api/v1/namespaces/default/pods/web/log?container=app";
  const asked = request(`${url}${path}`, { ...identity, headers: handshake, agent: false }).end();
  const [answer, socket, head] = (await once(asked, "upgrade")) as [IncomingMessage, Duplex, Buffer];
  assert.equal(answer.headers["sec-websocket-protocol"], "binary.k8s.io");
  // One whole binary message of four bytes, then the orderly close with code 1000; a client would answer that.
  const expected = Buffer.concat([Buffer.of(0x82, 4), Buffer.from("one\n"), Buffer.of(0x88, 2, 0x03, 0xe8)]);
  let seen = head;
  while (seen.length < expected.length) seen = Buffer.concat([seen, ...((await once(socket, "data")) as [Buffer])]);
  assert.deepEqual(seen, expected);
  socket.destroy();
});

test("after all clients have left nothing is open", async () => {
  await stage.fake.idle();
  assert.equal(stage.fake.connections, 0);
});
