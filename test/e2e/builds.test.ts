// Builds that never end or never stop talking, and builds that print secrets: each ends, says why, and harms nobody.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Build, Pod, Secret, Site } from "@knots/api";
import type { Client } from "@knots/client";
import { BUILD_LABEL, platformImages } from "@knots/delivery";
import { commandLine, ensureImage, ensurePart, listPids, parts, pause, run } from "@knots/host";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { adminClient, kts, program, until, up } from "./cluster/kts.ts";
import { pushExample } from "./cluster/push.ts";

const dataDir = process.env["KNOTS_TEST_DATA"] ?? mkdtempSync(join(tmpdir(), "knots-builds-"));
const images = join(dataDir, "images");
const data = ["--data-dir", dataDir];
const HOST = "hello.localhost";
const namespace = "default";
/** Seconds that a build may take here; a good one takes a few. */
const LIMIT = 25;
/** Bytes that the logs of one pod may take on this machine's disk, for a few seconds at most. */
const LOGS = 64 * 1024 * 1024;

async function prepare(): Promise<void> {
  for (const part of [parts.containerd, parts.haproxy, parts.registry]) await ensurePart(part, { dataDir });
  await ensureImage(pause, { images });
  for (const image of platformImages({ images })) await image.make();
}

if (!insideMachine()) after(() => rmSync(dataDir, { recursive: true, force: true }));

const page = async (): Promise<string> =>
  (await program("curl", ["-s", "-H", `Host: ${HOST}`, "http://127.0.0.1/"])).out;
const shown = async (): Promise<string> => (await kts("site", "show", "hello", ...data)).out;

/** Pushes the example with a build script of its own. */
const push = (script: string): Promise<string> =>
  pushExample({ dataDir, site: "hello" }, (work) => writeFileSync(join(work, "build.mjs"), script));

/** Bytes of all logs of pods. */
async function logBytes(): Promise<number> {
  const { stdout } = await run(["du", "--summarize", "--bytes", join(dataDir, "log", "pods")]);
  return Number(stdout.split("\t")[0]);
}

async function runningWith(word: string): Promise<readonly string[]> {
  const lines = await Promise.all((await listPids()).map(commandLine));
  return lines.map((line) => line.join(" ")).filter((line) => line.includes(word));
}

function suite(): void {
  describe("builds", () => {
    let client: Client;
    let close: () => void;
    let good = "";

    /** The newest build, once it has ended. */
    async function ended(): Promise<Build> {
      let newest: Build | undefined;
      await until("the build ends", async () => {
        const { items } = await client.list(Build, { namespace });
        newest = items.toSorted((a, b) => b.spec.number - a.spec.number)[0];
        return newest?.status?.finishedAt !== undefined;
      });
      return newest ?? assert.fail();
    }
    const buildPods = async (build: Build) =>
      (await client.list(Pod, { namespace, labelSelector: `${BUILD_LABEL}=${build.metadata.name}` })).items;

    before(async () => {
      const { code, out, err } = await up(dataDir, { api: 6443, http: 80, https: 443 });
      assert.equal(code, 0, `${out}\n${err}`);
      ({ client, close } = await adminClient(dataDir));
      await kts("site", "create", "hello", "--domain", HOST, ...data);
      await pushExample({ dataDir, site: "hello" }, (work) =>
        writeFileSync(join(work, "message.txt"), "The good one\n"),
      );
      await until("the page is there", async () => (await page()).includes("The good one"));
      good = await page();
      const site = await client.get(Site, { namespace, name: "hello" });
      const env = [
        { name: "API_TOKEN", valueFrom: { secretKeyRef: { name: "keys", key: "token" } } },
        { name: "PLAIN", value: "nothing to hide" },
      ];
      await client.create(Secret, { metadata: { name: "keys", namespace }, stringData: { token: "hunter2-hunter2" } });
      await client.update(Site, { ...site, spec: { ...site.spec, build: { timeoutSeconds: LIMIT, env } } });
    });
    after(async () => {
      close();
      const { out } = await kts("down", ...data);
      assert.match(out, /The cluster is stopped/);
      assert.doesNotMatch(out, /Left behind/);
      await rm(`${dataDir}/store`, { recursive: true, force: true });
    });

    test("a build that never ends, and does not listen, is ended at its limit", async () => {
      await push('process.on("SIGTERM", () => {}); console.log("still here"); setInterval(() => {}, 1000);\n');
      const build = await ended();
      assert.equal(build.status?.failure?.reason, "TimedOut");
      assert.match(
        await shown(),
        new RegExp(`took longer than ${LIMIT} seconds; make it faster or raise spec.build.timeoutSeconds`),
      );
      await until("its pod is gone", async () => (await buildPods(build)).length === 0);
      await until("nothing of it runs", async () => (await runningWith("build.mjs")).length === 0);
      assert.equal(await page(), good);
    });

    test("a build that prints without end fills no disk, and is ended at its limit", async () => {
      const before = await logBytes();
      await push(
        'import { spawnSync } from "node:child_process"; spawnSync("yes", ["x".repeat(200)], { stdio: "inherit" });\n',
      );
      let most = 0;
      let build: Build | undefined;
      const waiting = ended().then((found) => {
        build = found;
      });
      while (!build) most = Math.max(most, (await logBytes()) - before);
      await waiting;
      assert.equal(build.status?.failure?.reason, "TimedOut");
      assert.ok(most > 1024 * 1024 && most < LOGS, `${most} bytes of logs`);
      assert.match(await shown(), /took longer than/);
      await until("its pod is gone", async () => build !== undefined && (await buildPods(build)).length === 0);
      // The server's own log has grown by a line for every look at the page.
      await until("its logs are gone", async () => (await logBytes()) < before + 64 * 1024);
      assert.equal(await page(), good);
    });

    test("a build that writes without end is ended before it fills the disk", async () => {
      const site = await client.get(Site, { namespace, name: "hello" });
      const resources = { limits: { "ephemeral-storage": "300Mi" } };
      await client.update(Site, { ...site, spec: { ...site.spec, build: { ...site.spec.build, resources } } });
      await push(
        'import { appendFileSync } from "node:fs"; const some = Buffer.alloc(1 << 20); for (;;) appendFileSync("big", some);\n',
      );
      const build = await ended();
      assert.equal(build.status?.failure?.reason, "StorageExceeded");
      assert.match(await shown(), /wrote more than the 300Mi it may; write less or raise ephemeral-storage/);
      assert.equal(await page(), good);
    });

    test("secrets that a build prints are seen in no log and no status", async () => {
      await push(
        "const { API_TOKEN, PLAIN } = process.env; console.log(PLAIN, API_TOKEN, btoa(API_TOKEN)); process.exit(3);\n",
      );
      const build = await ended();
      assert.equal(build.status?.failure?.reason, "BuildScriptFailed");
      const logs = (await kts("site", "logs", "hello", ...data)).out;
      const said = await shown();
      for (const text of [logs, said, JSON.stringify(build)]) {
        assert.match(text, /nothing to hide \*\*\* \*\*\*/);
        assert.doesNotMatch(text, /hunter2|aHVudGVyMi1/);
      }
      assert.equal(await page(), good);
    });
  });
}

testInMachine(import.meta, suite, { prepare, env: { KNOTS_TEST_DATA: dataDir }, timeout: 400_000 });
