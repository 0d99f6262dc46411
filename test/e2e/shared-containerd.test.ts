// `kts up --containerd`: a cluster lives in a containerd that somebody else runs, harms nothing in it and leaves nothing behind.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { chmod, cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Node, Pod, Service } from "@knots/api";
import type { Client } from "@knots/client";
import { platformImages, TOOLS_IMAGE } from "@knots/delivery";
import { busybox, ensureImage, ensurePart, nginx, parts, pause } from "@knots/host";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { adminClient, kts, pidOf, program, type Result, until, up } from "./cluster/kts.ts";
import { createSite, podsOf, roll, rolledOut } from "./cluster/workload.ts";
import { type Foreign, startForeign } from "./shared/foreign.ts";

const TOP = new URL("../..", import.meta.url).pathname;
/** Prepared outside; inside, each cluster gets a copy, because a purge removes everything. */
const prepared = process.env["KNOTS_TEST_DATA"] ?? mkdtempSync(join(tmpdir(), "knots-shared-"));
const home = join(prepared, "theirs");
const dataDir = join(prepared, "ours");
const images = join(prepared, "images");
const ports = { api: 6443, http: 80, https: 443 };

async function prepare(): Promise<void> {
  await chmod(prepared, 0o711);
  await ensurePart(parts.containerd, { dataDir: home });
  for (const part of [parts.containerd, parts.haproxy, parts.registry]) await ensurePart(part, { dataDir });
  for (const image of platformImages({ images: join(dataDir, "images") })) await image.make();
  await ensureImage(pause, { images: join(dataDir, "images") });
  for (const recipe of [busybox, nginx]) await ensureImage(recipe, { images });
}

if (!insideMachine()) after(() => rmSync(prepared, { recursive: true, force: true }));

const start = (socket: string): Promise<Result> => up(dataDir, ports, "--containerd", socket);

/** What a containerd has, as far as others can see: names of images, containers, networks and plugins. */
async function contents({ ctr, networks, plugins }: Foreign) {
  const list = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await ctr([...args, "list", "--quiet"])).stdout
      .split("\n")
      .filter((line) => line !== "")
      .toSorted();
  return {
    images: await list("--namespace", "k8s.io", "images"),
    containers: await list("--namespace", "k8s.io", "containers"),
    others: await list("containers"),
    networks: await readdir(networks),
    plugins: await readdir(plugins),
  };
}

/** Starting is refused with these words, and nothing runs. */
async function refused(socket: string, english: RegExp): Promise<void> {
  const { code, err } = await start(socket);
  assert.equal(code, 1, err);
  assert.match(err, english);
  assert.doesNotMatch(err, /Starting control-plane/);
  assert.match((await kts("status", "--data-dir", dataDir)).out, /is stopped/);
}

function refusals(): void {
  describe("a containerd that cannot be used is refused with the fix", () => {
    const odd = join(prepared, "odd");
    const startOdd = async (settings: { readonly disabled?: string; readonly systemdGroups?: boolean }) => {
      await mkdir(odd, { recursive: true });
      await cp(join(home, "parts"), join(odd, "parts"), { recursive: true });
      return startForeign({ home: odd, ...settings });
    };
    after(() => rm(odd, { recursive: true, force: true }));

    test("no socket, nobody behind it, or no path at all", async () => {
      await refused("/nowhere/containerd.sock", /^kts: There is no socket at \/nowhere\/containerd\.sock\. Start/m);
      await writeFile(join(prepared, "file.sock"), "");
      await refused(join(prepared, "file.sock"), /^kts: Nobody answers at .*file\.sock\. Start/m);
      await refused("containerd.sock", /^kts: --containerd takes the absolute path of a unix socket/m);
      const chinese = await kts("--lang", "zh", "up", "--data-dir", dataDir, "--containerd", "/nowhere/x.sock");
      assert.match(chinese.err, /^kts: \/nowhere\/x\.sock 处没有套接字。/m);
    });

    test("CRI is switched off", async () => {
      const foreign = await startOdd({ disabled: "io.containerd.grpc.v1.cri" });
      await refused(foreign.socket, /does not speak CRI v1\. Take "cri" out of disabled_plugins .* and restart it/);
      await foreign.end();
    });

    test("systemd makes its control groups", async () => {
      const foreign = await startOdd({ systemdGroups: true });
      await refused(`unix://${foreign.socket}`, /Set SystemdCgroup = false for its runc and restart it/);
      await foreign.end();
    });

    test("a network that comes before ours, and pods of another kubelet", async () => {
      const foreign = await startOdd({});
      await writeFile(join(foreign.networks, "05-other.conflist"), "{}");
      await refused(foreign.socket, /would get the network of \S+05-other\.conflist, .* Move that file away/);
      await rm(join(foreign.networks, "05-other.conflist"));
      const image = await ensureImage(pause, { images: join(dataDir, "images") });
      await foreign.importImage(image);
      await foreign.ctr(["--namespace", "k8s.io", "images", "tag", image.names[0] ?? "", "registry.k8s.io/pause:3.6"]);
      await until(
        "their image is known to CRI",
        async () => !!(await foreign.runtime.image("registry.k8s.io/pause:3.6")),
      );
      const identity = { name: "web", namespace: "theirs", uid: "u1" };
      await foreign.runtime.runSandbox({
        metadata: { ...identity, attempt: 0 },
        labels: Object.fromEntries(Object.entries(identity).map(([key, value]) => [`io.kubernetes.pod.${key}`, value])),
        linux: { securityContext: { namespaceOptions: { network: 2 } } },
      });
      await refused(foreign.socket, /has pods of another cluster, such as theirs\/web, .* Remove those pods/);
      await foreign.end();
    });
  });
}

function living(): void {
  describe("a cluster in a containerd of others", () => {
    let foreign: Foreign;
    let client: Client;
    let close: () => void;
    let first: Awaited<ReturnType<typeof contents>>;
    let sandbox: string;
    const running = async (namespace: string): Promise<string> =>
      (await foreign.ctr(["--namespace", namespace, "tasks", "list"])).stdout;
    const stillRun = async (): Promise<void> => {
      assert.match(await running("default"), /^elsewhere +\d+ +RUNNING/m);
      assert.match(await running("k8s.io"), /^plain +\d+ +RUNNING/m);
      assert.match(await running("k8s.io"), new RegExp(`^${sandbox} +\\d+ +RUNNING`, "m"));
    };

    before(async () => {
      foreign = await startForeign({ home });
      const image = await ensureImage(busybox, { images });
      for (const each of [image, await ensureImage(nginx, { images })]) await foreign.importImage(each);
      await foreign.importImage(image, "default");
      const sleeping = ["docker.io/library/busybox:1.28", "elsewhere", "sleep", "3600"];
      await foreign.ctr(["run", "--detach", "--net-host", ...sleeping]);
      await until(
        "their image is known to CRI",
        async () => (await foreign.runtime.image("nginx:1.20.2")) !== undefined,
      );
      first = await contents(foreign);
    });
    after(async () => {
      await kts("down", "--purge", "--data-dir", dataDir);
      await foreign.end();
    });

    test("up joins it: a Deployment gets ready and is read over its Service and its Ingress", async () => {
      const { code, out, err } = await start(`unix://${foreign.socket}`);
      assert.equal(code, 0, `${out}\n${err}`);
      assert.match(err, /✓ Joining the containerd at \S+containerd\.sock/);
      assert.doesNotMatch(err, /Starting containerd/);
      assert.match((await kts("status", "--data-dir", dataDir)).out, /containerd +\S+ \(not started by us\)/);
      ({ client, close } = await adminClient(dataDir));
      await createSite(client, "web", { host: "web.localhost", replicas: 2 });
      await rolledOut(client, "web");
      const { spec } = await client.get(Service, { namespace: "default", name: "web" });
      const command = ["sh", "-c", `wget -qO- http://web && wget -qO- http://${spec.clusterIP}`];
      await client.create(Pod, {
        metadata: { name: "asks", namespace: "default" },
        spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox:1.28", command }] },
      });
      await until("the asking pod ends well", async () => {
        const { status } = await client.get(Pod, { namespace: "default", name: "asks" });
        assert.notEqual(status?.phase, "Failed", JSON.stringify(status?.containerStatuses));
        return status?.phase === "Succeeded";
      });
      await until("the site answers", async () =>
        (await program("curl", ["-sf", "-H", "Host: web.localhost", "http://127.0.0.1/"])).out.includes("nginx"),
      );
    });

    test("others go on using it: containers of theirs come and stay", async () => {
      const sleeping = ["docker.io/library/busybox:1.28", "plain", "sleep", "3600"];
      await foreign.ctr(["--namespace", "k8s.io", "run", "--detach", "--net-host", ...sleeping]);
      sandbox = await foreign.runtime.runSandbox({
        metadata: { name: "theirs", namespace: "theirs", uid: "theirs", attempt: 0 },
        linux: { securityContext: { namespaceOptions: { network: 2 } } },
      });
    });

    test("a site is built, pushed to our registry, pulled from there and served", async () => {
      const { code, out, err } = await program(process.execPath, [
        join(TOP, "tools", "demo.ts"),
        "--data-dir",
        dataDir,
      ]);
      assert.equal(code, 0, `${out}\n${err}`);
      assert.match(out, /seen after [\d.]+ s; \d+ requests, 0 failed/);
    });

    test("kill -9 of the node process: its successor adopts our pods, leaves theirs alone and brings what was pruned", async () => {
      const before = await podsOf(client, "web");
      await foreign.ctr(["--namespace", "k8s.io", "images", "delete", TOOLS_IMAGE]);
      const killed = await pidOf(dataDir, "node");
      process.kill(killed, "SIGKILL");
      await until("the node is back", async () => (await pidOf(dataDir, "node")) !== killed);
      await until("the image is back", async () => (await contents(foreign)).images.includes(TOOLS_IMAGE));
      await rolledOut(client, "web");
      assert.deepEqual(await podsOf(client, "web"), before);
      await roll(client, "web", 1);
    });

    test("nobody starts it again for its owner; when it is back, pods are as they were", async () => {
      const before = await podsOf(client, "web");
      await foreign.kill();
      await until("the node says so", async () => {
        const [node] = (await client.list(Node)).items;
        return node?.status?.conditions?.find(({ type }) => type === "Ready")?.status !== "True";
      });
      await foreign.start();
      await until("the node is ready again", async () => {
        const [node] = (await client.list(Node)).items;
        return node?.status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
      });
      assert.deepEqual(await podsOf(client, "web"), before);
      await stillRun();
    });

    test("down keeps images and removes pods and the network; purge removes all that is ours, and nothing else", async () => {
      close();
      const { out } = await kts("down", "--data-dir", dataDir);
      assert.match(out, /The cluster is stopped/);
      assert.doesNotMatch(out, /Left behind/);
      const stopped = await contents(foreign);
      assert.deepEqual(stopped.networks, first.networks);
      assert.deepEqual(stopped.plugins, first.plugins);
      assert.deepEqual(stopped.containers, ["plain", sandbox].toSorted());
      assert.ok(stopped.images.some((name) => name.startsWith("registry.knots.internal/")));
      const purged = await kts("down", "--purge", "--data-dir", dataDir);
      assert.match(purged.out, /The cluster and its data are gone/);
      assert.doesNotMatch(purged.out, /Left behind/);
      assert.equal(existsSync(dataDir), false);
      const last = await contents(foreign);
      assert.deepEqual(last, { ...first, containers: ["plain", sandbox].toSorted() });
      await stillRun();
    });
  });
}

testInMachine(
  import.meta,
  () => {
    refusals();
    living();
  },
  { prepare, env: { KNOTS_TEST_DATA: prepared }, timeout: 600_000 },
);
