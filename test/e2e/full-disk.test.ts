// A full disk under a running cluster: writes are refused with the reason, everything else goes on, and it ends by itself.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { cp, mkdir, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ConfigMap, Node, Pod } from "@knots/api";
import type { Client } from "@knots/client";
import { platformImages } from "@knots/delivery";
import { ensureImage, ensurePart, hasCode, nginx, parts, pause, run, startContainerd } from "@knots/host";
import { ApiError, conditionOf } from "@knots/machinery";
import { realClock, sleep } from "@knots/std";
import { startLoad } from "../../testkit/load.ts";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { adminClient, kts, pidOf, until, up } from "./cluster/kts.ts";
import { createSite, podsOf, roll, rolledOut } from "./cluster/workload.ts";

const prepared = process.env["KNOTS_TEST_DATA"] ?? mkdtempSync(join(tmpdir(), "knots-full-"));
const ports = { api: 6443, http: 80, https: 443 };
/** The data directory: a file system in memory with room for a cluster and little more. */
const dataDir = "/run/small";
const SIZE = "1500m";
/** Longer than a node may be silent before it counts as lost: no heartbeat is written meanwhile. */
const FULL_FOR = 65_000;
const PARTS = ["control-plane", "node", "containerd", "haproxy"];

async function prepare(): Promise<void> {
  const images = join(prepared, "images");
  for (const part of [parts.containerd, parts.haproxy, parts.registry]) await ensurePart(part, { dataDir: prepared });
  for (const image of platformImages({ images })) await image.make();
  for (const recipe of [nginx, pause]) await ensureImage(recipe, { images });
}

if (!insideMachine()) after(() => rmSync(prepared, { recursive: true, force: true }));

/** Writes until hardly a byte fits: others may free some meanwhile. */
async function fill(path: string): Promise<void> {
  const { bavail, bsize } = statfsSync(dataDir);
  await run(["fallocate", "--length", String(Math.max(1, bavail * bsize)), path]).catch(() => {});
  await using file = await open(path, "a");
  for (const size of [1 << 20, 1 << 12, 1])
    for (let count = 0; count < 4096; count++) {
      try {
        await file.appendFile(Buffer.alloc(size));
      } catch (error) {
        if (!hasCode(error, "ENOSPC")) throw error;
        break;
      }
    }
}

const configMap = (name: string) => ({ metadata: { name, namespace: "default" }, data: { a: "b" } });

function suite(): void {
  describe("a full disk", () => {
    let client: Client;
    let close: () => void;
    const ballast = join(dataDir, "ballast");

    before(async () => {
      await mkdir(dataDir);
      await run(["mount", "-t", "tmpfs", "-o", `size=${SIZE},mode=700`, "small", dataDir]);
      for (const folder of ["parts", "images"])
        await cp(join(prepared, folder), join(dataDir, folder), { recursive: true, verbatimSymlinks: true });
      const { code, out, err } = await up(dataDir, ports);
      assert.equal(code, 0, `${out}\n${err}`);
      const containerd = await startContainerd({ dataDir, part: await ensurePart(parts.containerd, { dataDir }) });
      await containerd.importImage(await ensureImage(nginx, { images: join(dataDir, "images") }));
      ({ client, close } = await adminClient(dataDir));
      await createSite(client, "web", { host: "hello.localhost", replicas: 2 });
      await rolledOut(client, "web");
    });
    after(async () => {
      close();
      const { out } = await kts("down", "--data-dir", dataDir);
      assert.match(out, /The cluster is stopped/);
      assert.doesNotMatch(out, /Left behind/);
      await run(["umount", dataDir]);
      await rm(dataDir, { recursive: true });
    });

    test("writes are refused and say why; reads, pods and sites go on; with space again everything is as before", async (t) => {
      const pods = await podsOf(client, "web");
      const pids = await Promise.all(PARTS.map((part) => pidOf(dataDir, part)));
      const load = startLoad({ host: "hello.localhost", port: ports.http, perSecond: 50 });
      t.after(() => load.stop());
      await fill(ballast);
      const fullSince = realClock.monotonic();
      let refusal: ApiError | undefined;
      await until("a write is refused", async () => {
        await fill(ballast);
        refusal = await client.create(ConfigMap, configMap(`w${Math.random()}`)).then(
          () => undefined,
          (error: unknown) => (error instanceof ApiError ? error : assert.fail(String(error))),
        );
        return refusal !== undefined;
      });
      const { code, reason, message } = refusal?.status ?? assert.fail();
      assert.deepEqual([code, reason], [500, "InternalError"]);
      assert.match(message ?? "", /takes no writes \(.*no space left.*\): free space on its disk/);

      assert.equal((await client.list(Pod, { namespace: "default" })).items.length, 2);
      const status = (await kts("status", "--data-dir", dataDir)).out;
      assert.match(status, /^The store takes no writes: .*no space left.* Free space on the disk of \/run\/small/m);
      for (const part of PARTS) assert.match(status, new RegExp(`^${part} +running`, "m"));
      process.kill(pids[0] ?? 0, "SIGKILL");
      await until("a control plane that starts on a full disk answers reads", async () => {
        return (await client.list(Pod, { namespace: "default" })).items.length === 2;
      });
      await sleep(realClock, FULL_FOR - (realClock.monotonic() - fullSince));
      await assert.rejects(client.create(ConfigMap, configMap("still")), ApiError);

      await rm(ballast);
      await until("writes are taken again", async () => {
        await client.create(ConfigMap, configMap("again"));
        return true;
      });
      assert.doesNotMatch((await kts("status", "--data-dir", dataDir)).out, /takes no writes/);
      await until("the node is heard of", async () => {
        const [node] = (await client.list(Node)).items;
        return conditionOf(node?.status?.conditions, "Ready")?.status === "True";
      });
      assert.deepEqual(await podsOf(client, "web"), pods, "the same containers, never restarted");
      const others = PARTS.slice(1).map((part) => pidOf(dataDir, part));
      assert.deepEqual(await Promise.all(others), pids.slice(1), "the same processes");
      await roll(client, "web", 1);
      const { sent, failures } = await load.stop();
      assert.ok(sent > 1000, `only ${sent} requests`);
      assert.deepEqual(failures, []);
    });
  });
}

testInMachine(import.meta, suite, { prepare, env: { KNOTS_TEST_DATA: prepared }, timeout: 400_000 });
