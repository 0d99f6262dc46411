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
  findNodeSource,
  nginx,
  nodeImage,
  nodeImageName,
  parts,
  pause,
  pauseName,
  redis,
  run,
  startContainerd,
  useContainerd,
  waitForEnd,
} from "@knots/host";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";

const dataDir = process.env["KNOTS_TEST_DATA"] ?? mkdtempSync(join(tmpdir(), "knots-e2e-"));
const images = join(dataDir, "images");
const recipes = [busybox, pause, nginx, redis];

async function prepare(): Promise<void> {
  await ensurePart(parts.containerd, { dataDir });
  for (const recipe of [...recipes, await nodeRecipe()]) await ensureImage(recipe, { images });
}

async function nodeRecipe() {
  return nodeImage(await findNodeSource(join(dataDir, "npm")));
}

/** kill -9, and the death itself: until then a successor would still adopt it. */
async function killed({ record }: Containerd): Promise<void> {
  assert.ok(record);
  process.kill(record.pid, "SIGKILL");
  assert.ok(await waitForEnd(record, 5_000));
}

/** Resolves when the text stands in the file. */
async function logged(path: string, text: string): Promise<void> {
  await run(["timeout", "10", "sh", "-c", 'tail -n +1 -F "$1" 2>/dev/null | grep -q -m1 -- "$2"', "sh", path, text]);
}

/** Resolves when the task's process has ended: waits on the process, not on time. */
async function untilStopped(containerd: Containerd, task: string): Promise<void> {
  const { stdout } = await containerd.ctr(["--namespace", "k8s.io", "tasks", "list"]);
  const pid = new RegExp(`^${task}\\s+(\\d+)\\s+RUNNING`, "m").exec(stdout)?.[1];
  if (pid) await run(["tail", "--pid", pid, "-f", "/dev/null"], { timeout: 10_000 });
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

    test("nginx serves its page on port 80 with its log on stdout, and quits when asked", async () => {
      const containerd = await start();
      const log = join(dataDir, "nginx.log");
      const image = "docker.io/library/nginx:1.20.2";
      await ctr(containerd, "run", "--detach", "--net-host", "--log-uri", `file://${log}`, image, "web");
      await logged(log, "start worker process");
      assert.match(await (await fetch("http://127.0.0.1/")).text(), /Welcome to nginx!/);
      await logged(log, "GET / HTTP/1.1");
      await ctr(containerd, "tasks", "kill", "--signal", "SIGQUIT", "web");
      await untilStopped(containerd, "web");
      assert.deepEqual(await containerd.stop(), { processes: [], mounts: [], groups: [] });
    });

    test("the sandbox image waits without work and ends on SIGTERM", async () => {
      const containerd = await start();
      await ctr(containerd, "run", "--detach", pauseName, "sandbox");
      assert.match(await ctr(containerd, "tasks", "list"), /sandbox\s+\d+\s+RUNNING/);
      await ctr(containerd, "tasks", "kill", "--signal", "SIGTERM", "sandbox");
      await untilStopped(containerd, "sandbox");
      await containerd.stop();
    });

    test("the build image has Node, npm, git over HTTPS, a shell and the authorities", async () => {
      const containerd = await start();
      await containerd.importImage(await ensureImage(await nodeRecipe(), { images }));
      const script = [
        "set -e",
        "node --version",
        "npm --version",
        "git --version",
        "git ls-remote https://127.0.0.1:1/x.git 2>&1 | tail -1",
        "openssl verify -CAfile /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt",
        "cd $(mktemp -d)",
        `echo '{"name":"p","scripts":{"build":"mkdir dist && echo built > dist/x && ls dist | grep x"}}' > package.json`,
        "npm install --offline --no-audit > /dev/null",
        "npm run --silent build",
      ].join("\n");
      const answer = await ctr(containerd, "run", "--rm", nodeImageName, "build", "sh", "-c", script);
      const version = String.raw`\d+\.\d+\.\d+`;
      assert.match(answer, new RegExp(`^v26${String.raw`\.\d+\.\d+`}\n${version}\ngit version ${version}\n`));
      assert.match(answer, /Failed to connect to 127\.0\.0\.1 port 1/);
      assert.match(answer, /ca-certificates\.crt: OK\nx\n$/);
      assert.deepEqual(await containerd.stop(), { processes: [], mounts: [], groups: [] });
    });

    test("a successor adopts it with its running containers, and its end removes shims, mounts, groups and sockets", async () => {
      const first = await start();
      await ctr(first, "run", "--detach", "docker.io/library/busybox:1.28", "sleeper", "sleep", "600");
      const second = await start();
      assert.deepEqual([second.adopted, second.record?.pid], [true, first.record?.pid]);
      assert.match(await ctr(second, "tasks", "list"), /sleeper\s+\d+\s+RUNNING/);
      assert.deepEqual(await second.stop(), { processes: [], mounts: [], groups: [] });
    });

    test("after kill -9 of containerd its containers run on; a stop without it still removes everything", async () => {
      const first = await start();
      await ctr(first, "run", "--detach", "docker.io/library/busybox:1.28", "sleeper-2", "sleep", "600");
      await killed(first);
      const second = await start();
      assert.equal(second.adopted, false);
      assert.match(await ctr(second, "tasks", "list"), /sleeper-2\s+\d+\s+RUNNING/);
      await killed(second);
      assert.deepEqual(await second.stop(), { processes: [], mounts: [], groups: [] });
    });

    test("a containerd that cannot start says why", async () => {
      const part = await ensurePart(parts.containerd, { dataDir });
      const broken = { ...part, programs: { ...part.programs, containerd: "/bin/false" } };
      await assert.rejects(
        startContainerd({ dataDir, part: broken }),
        /(containerd ended while starting|false failed with exit code 1)/,
      );
      await assert.rejects(
        useContainerd({ address: "/nowhere/containerd.sock", part, cluster: "1a2b3c" }),
        /no containerd answers at/,
      );
    });
  },
  { prepare, env: { KNOTS_TEST_DATA: dataDir } },
);
