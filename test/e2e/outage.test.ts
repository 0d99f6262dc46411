// What one machine survives: a node that starts while there is no API server, and a start over parts that are left.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { access, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Service } from "@knots/api";
import type { Client } from "@knots/client";
import { platformImages } from "@knots/delivery";
import { answers, ensureImage, ensurePart, nginx, parts, pause, startContainerd, startDetached } from "@knots/host";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { adminClient, KTS, kts, pidOf, program, until, up } from "./cluster/kts.ts";
import { createSite, podsOf, roll, rolledOut } from "./cluster/workload.ts";

const dataDir = process.env["KNOTS_TEST_DATA"] ?? mkdtempSync(join(tmpdir(), "knots-outage-"));
const images = join(dataDir, "images");
const ports = { api: 6443, http: 80, https: 443 };

async function prepare(): Promise<void> {
  for (const part of [parts.containerd, parts.haproxy, parts.registry]) await ensurePart(part, { dataDir });
  for (const image of platformImages({ images })) await image.make();
  for (const recipe of [nginx, pause]) await ensureImage(recipe, { images });
}

if (!insideMachine()) after(() => rmSync(dataDir, { recursive: true, force: true }));

const log = (part: string): string => join(dataDir, "log", `${part}.log`);
const welcomes = async (...args: readonly string[]): Promise<boolean> =>
  (await program("curl", ["-s", "--max-time", "5", ...args])).out.includes("Welcome to nginx");
const siteAnswers = (): Promise<boolean> => welcomes("-H", "Host: hello.localhost", "http://127.0.0.1/");

/** Kills processes of the cluster at once, as a power cut of each would. */
async function kill9(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const pid = await pidOf(dataDir, name);
    process.kill(pid, "SIGKILL");
    await until(`${name} is gone`, () =>
      access(`/proc/${pid}`).then(
        () => false,
        () => true,
      ),
    );
  }
}

function suite(): void {
  describe("outages", () => {
    let client: Client;
    let close: () => void;
    let clusterIp = "";

    before(async () => {
      const { code, out, err } = await up(dataDir, ports);
      assert.equal(code, 0, `${out}\n${err}`);
      const containerd = await startContainerd({ dataDir, part: await ensurePart(parts.containerd, { dataDir }) });
      await containerd.importImage(await ensureImage(nginx, { images }));
      ({ client, close } = await adminClient(dataDir));
      await createSite(client, "web", { host: "hello.localhost", replicas: 2 });
      await rolledOut(client, "web");
      clusterIp = (await client.get(Service, { namespace: "default", name: "web" })).spec.clusterIP ?? "";
      await until("the site answers", siteAnswers);
    });
    after(async () => {
      close();
      const { out } = await kts("down", "--data-dir", dataDir);
      assert.match(out, /The cluster is stopped/);
      assert.doesNotMatch(out, /Left behind/);
      await rm(`${dataDir}/store`, { recursive: true, force: true });
    });

    test("a node that starts without an API server serves what it served last, and is ready when the API is back", async () => {
      const pods = await podsOf(client, "web");
      close();
      await kill9("supervisor", "control-plane", "node", "haproxy");
      assert.equal(await siteAnswers(), false, "nobody listens");
      const argv = [process.execPath, KTS, "node", "--data-dir", dataDir];
      await startDetached({ argv, record: join(dataDir, "run", "node.json"), log: log("node") });
      await until("the site answers from what was known last", siteAnswers, 20_000);
      assert.ok(await welcomes(`http://${clusterIp}/`), "the service answers at its address");
      await until("the node says what it waits for", async () =>
        /the node is up/.test((await readFile(log("node"), "utf8")).split("the node is ready").at(-1) ?? ""),
      );
      assert.equal(await answers(join(dataDir, "run", "node.sock")), false, "it does not call itself ready");
      const node = await pidOf(dataDir, "node");

      const { code, out, err } = await up(dataDir, ports);
      assert.equal(code, 0, `${out}\n${err}`);
      assert.equal(await pidOf(dataDir, "node"), node, "the same node process became ready");
      ({ client, close } = await adminClient(dataDir));
      assert.deepEqual(await podsOf(client, "web"), pods, "the same containers run");
      await roll(client, "web", 1);
      await until("the site answers from new pods", siteAnswers);
    });
  });
}

testInMachine(import.meta, suite, { prepare, env: { KNOTS_TEST_DATA: dataDir }, timeout: 300_000 });
