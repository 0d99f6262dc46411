// containerd for real, in a machine of its own: started, adopted, used, killed, stopped, and nothing is left of it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  busybox,
  type Containerd,
  ensureImage,
  ensurePart,
  nginx,
  parts,
  pause,
  pauseName,
  redis,
  startContainerd,
  useContainerd,
} from "@knots/host";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";

const dataDir = process.env["KNOTS_TEST_DATA"] ?? mkdtempSync(join(tmpdir(), "knots-e2e-"));
const images = join(dataDir, "images");
const recipes = [busybox, pause, nginx, redis];

async function prepare(): Promise<void> {
  await ensurePart(parts.containerd, { dataDir });
  for (const recipe of recipes) await ensureImage(recipe, { images });
}

async function start(): Promise<Containerd> {
  return await startContainerd({ dataDir, part: await ensurePart(parts.containerd, { dataDir }) });
}

if (!insideMachine()) after(() => rmSync(dataDir, { recursive: true, force: true }));

testInMachine(
  import.meta,
  () => {
    const ctr = async (containerd: Containerd, ...args: string[]) =>
      (await containerd.ctr(["--namespace", "k8s.io", ...args])).stdout;

    test("images made here are imported under every name, and their programs run", async () => {
      const containerd = await start();
      for (const recipe of recipes) await containerd.importImage(await ensureImage(recipe, { images }));
      const names = await ctr(containerd, "images", "list", "--quiet");
      for (const name of ["docker.io/library/busybox:1.28", "docker.io/library/nginx:1.20.2", pauseName]) {
        assert.ok(names.split("\n").includes(name), `${name} is missing in\n${names}`);
      }
      assert.match(await ctr(containerd, "plugins", "list"), /io\.containerd\.grpc\.v1\s+cri\s+\S+\s+ok/);
      const oneShot = ["run", "--rm", "--net-host"];
      const hello = [
        "docker.io/library/busybox:1.28",
        "hello",
        "sh",
        "-c",
        "echo hello from $(id -u) with $(ls /bin | wc -l)",
      ];
      assert.match(await ctr(containerd, ...oneShot, ...hello), /^hello from 0 with [234]\d\d$/m);
      const version = ["docker.io/library/nginx:1.20.2", "web", "sh", "-c", "nginx -t 2>&1 && nginx -v 2>&1"];
      assert.match(await ctr(containerd, ...oneShot, ...version), /test is successful[\s\S]*nginx\/1\.22/);
      assert.match(
        await ctr(containerd, ...oneShot, "docker.io/library/redis:alpine", "db", "redis-server", "--version"),
        /v=7\.0/,
      );
      assert.deepEqual(await containerd.stop(), { processes: [], mounts: [], groups: [] });
    });

    test("a successor adopts it with its running containers, and its end removes shims, mounts, groups and sockets", async () => {
      const first = await start();
      await ctr(first, "run", "--detach", "docker.io/library/busybox:1.28", "sleeper", "sleep", "600");
      const second = await start();
      assert.deepEqual([second.adopted, second.record?.pid], [true, first.record?.pid]);
      assert.match(await ctr(second, "tasks", "list"), /sleeper\s+\d+\s+RUNNING/);
      const foreign = await useContainerd({ address: `unix://${first.address}` });
      await foreign.stop();
      assert.match(await ctr(second, "tasks", "list"), /RUNNING/);
      assert.deepEqual(await second.stop(), { processes: [], mounts: [], groups: [] });
    });

    test("after kill -9 of containerd its containers run on; a stop without it still removes everything", async () => {
      const first = await start();
      await ctr(first, "run", "--detach", "docker.io/library/busybox:1.28", "sleeper-2", "sleep", "600");
      process.kill(first.record?.pid ?? 0, "SIGKILL");
      const second = await start();
      assert.equal(second.adopted, false);
      assert.match(await ctr(second, "tasks", "list"), /sleeper-2\s+\d+\s+RUNNING/);
      process.kill(second.record?.pid ?? 0, "SIGKILL");
      assert.deepEqual(await second.stop(), { processes: [], mounts: [], groups: [] });
    });

    test("a containerd that cannot start says why", async () => {
      const part = await ensurePart(parts.containerd, { dataDir });
      const broken = { ...part, programs: { ...part.programs, containerd: "/bin/false" } };
      await assert.rejects(startContainerd({ dataDir, part: broken }), /containerd (ended at once|failed)/);
      await assert.rejects(useContainerd({ address: "/nowhere/containerd.sock" }), /no containerd answers at/);
    });
  },
  { prepare, env: { KNOTS_TEST_DATA: dataDir } },
);
