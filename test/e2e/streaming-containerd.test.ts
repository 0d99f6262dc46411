// Streams into real containers: stock kubectls by both protocols through API server and kubelet to containerd.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Containerd } from "@knots/host";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { findKubectls } from "./clients/kubectls.ts";
import { run } from "./clients/run.ts";
import { connectRuntime, prepare, startParts, startPod } from "./streaming/containerd.ts";
import { startStage } from "./streaming/stage.ts";

const kept = process.env["KNOTS_TEST_DATA"];
const dataDir = kept ?? mkdtempSync(join(tmpdir(), "knots-e2e-"));
if (!insideMachine() && kept === undefined) after(() => rmSync(dataDir, { recursive: true, force: true }));

const websockets = (value: string) => ({
  KUBECTL_REMOTE_COMMAND_WEBSOCKETS: value,
  KUBECTL_PORT_FORWARD_WEBSOCKETS: value,
});
/** The oldest and the newest speak differently on their own; the newest is asked for the older protocol too. */
async function clients() {
  const found = await findKubectls();
  const [oldest, newest] = [found[0], found.at(-1)];
  return oldest && newest
    ? [
        { name: oldest.name, path: oldest.path, env: {} },
        { name: newest.name, path: newest.path, env: {} },
        { name: `${newest.name} by SPDY`, path: newest.path, env: websockets("false") },
      ]
    : [];
}
const kubectls = await clients();

testInMachine(
  import.meta,
  () => {
    let containerd: Containerd;
    let stage: Awaited<ReturnType<typeof startStage>>;
    let connection: ReturnType<typeof connectRuntime>;
    before(async () => {
      containerd = await startParts(dataDir);
      connection = connectRuntime(containerd);
      stage = await startStage(async (pod) => {
        await startPod(connection.runtime, pod, join(dataDir, "log/pods"));
        return connection.runtime;
      });
    });
    after(async () => {
      await stage.close();
      connection.close();
      await containerd.stop();
    });

    for (const { name, path, env } of kubectls) {
      const ask = (args: readonly string[], input = "") =>
        run(path, [...stage.credentials, ...args], { input, env, limitSeconds: 20 });
      const exec = (script: string, input?: string) =>
        ask(["exec", "-i", "web", "-c", "side", "--", "sh", "-c", script], input);

      test(`${name}: output, errors and exit code`, async () => {
        const { code, out, err } = await exec("echo out; echo err >&2; exit 7");
        assert.deepEqual([code, out, err], [7, "out\n", "err\ncommand terminated with exit code 7\n"]);
      });
      test(`${name}: a megabyte of input and its end`, async () => {
        const { code, out } = await exec("wc -c", "x".repeat(1_000_000));
        assert.deepEqual([code, out.trim()], [0, "1000000"]);
      });
      test(`${name}: 32 MiB of output`, async () => {
        const { code, out } = await exec("head -c 33554432 /dev/zero | tr '\\0' x");
        assert.deepEqual([code, out.length], [0, 33_554_432]);
      });
      test(`${name}: a command that is not there`, async () => {
        const { code, err } = await ask(["exec", "web", "-c", "side", "--", "none-such"]);
        assert.ok(code !== 0);
        assert.match(err, /executable file not found/);
      });
      test(`${name}: a terminal has the size of the client's window`, async () => {
        const wait = "while [ \"$(stty size)\" != '40 100' ]; do :; done; stty size; tty";
        const words = [path, ...stage.credentials, "exec", "-it", "web", "-c", "side", "--", "sh", "-c", wait];
        const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
        const command = ["-qec", `stty rows 40 cols 100; ${quoted}`, "/dev/null"];
        const { out } = await run("script", command, { env, limitSeconds: 20 });
        assert.match(out, /40 100\s+\/dev\/pts\/\d+/);
      });
      test(`${name}: attach hears what the container says to its input`, async () => {
        const child = spawn(path, [...stage.credentials, "attach", "-i", "web", "-c", "app"], {
          env: { ...process.env, ...env },
          stdio: ["pipe", "pipe", "ignore"],
        });
        child.stdin.write(`${name}\n`);
        let text = "";
        for await (const part of child.stdout.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
          text += part.toString();
          if (text.includes(`heard ${name}\n`)) break;
        }
        child.kill();
        await new Promise((resolve) => child.once("exit", resolve));
      });
      test(`${name}: logs, with what attach has said`, async () => {
        const { out } = await ask(["logs", "web", "-c", "app"]);
        assert.match(out, new RegExp(`^begin\n[\\s\\S]*heard ${name}\n`));
      });
      test(`${name}: cp both ways keeps every byte`, async () => {
        const [from, to] = [join(dataDir, "from.bin"), join(dataDir, "to.bin")];
        writeFileSync(from, randomBytes(5_000_000));
        const copied = await ask(["cp", from, "web:/tmp/copy.bin", "-c", "side"]);
        assert.equal(copied.code, 0, copied.err);
        const back = await ask(["cp", "web:/tmp/copy.bin", to, "-c", "side"]);
        assert.equal(back.code, 0, back.err);
        assert.ok(readFileSync(from).equals(readFileSync(to)));
      });
      test(`${name}: port-forward, many requests at once`, async () => {
        const child = spawn(path, [...stage.credentials, "port-forward", "pod/web", ":8080"], {
          env: { ...process.env, ...env },
          stdio: ["ignore", "pipe", "ignore"],
        });
        const told = String((await child.stdout[Symbol.asyncIterator]().next()).value);
        const port = Number(/127\.0\.0\.1:(\d+) -> 8080/.exec(told)?.[1]);
        const texts = await Promise.all(
          Array.from({ length: 20 }, async () => (await fetch(`http://127.0.0.1:${port}/`)).text()),
        );
        assert.deepEqual(new Set(texts), new Set(["hello\n"]));
        child.kill();
        await new Promise((resolve) => child.once("exit", resolve));
      });
    }

    test("a runtime that is killed ends the streams, and the client is told", async () => {
      // Over SPDY a kubectl takes a broken connection for an orderly end; over WebSocket a status is missing.
      const client = kubectls.find(({ env, name }) => Object.keys(env).length === 0 && name !== kubectls[0]?.name);
      if (!client) return;
      const child = spawn(
        client.path,
        [...stage.credentials, "exec", "web", "-c", "side", "--", "sh", "-c", "echo up; sleep 60"],
        {
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      await new Promise((resolve) => child.stdout.once("data", resolve));
      const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
      process.kill(containerd.record?.pid ?? 0, "SIGKILL");
      const code = await ended;
      // What is stopped afterwards must know what is left.
      containerd = await startParts(dataDir);
      assert.notEqual(code, 0);
      assert.equal(stage.server.streams, 0);
    });
  },
  { prepare: () => prepare(dataDir), env: { KNOTS_TEST_DATA: dataDir }, timeout: 300_000, rows: " (KCTL-08)" },
);
