// The `kts` command as people use it, with simulated nodes: start, look, survive, stop, and clear words when something is wrong.
import assert from "node:assert/strict";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ConfigMap, Node } from "@knots/api";
import { createClient } from "@knots/client";
import { commandLine, connectionOf, createHttpsTransport, listPids, readKubeconfig } from "@knots/host";
import { freePort, ktsWith, type Result } from "../../testkit/kts.ts";

let folder: string;
let port: number;

const kts: ReturnType<typeof ktsWith> = (args, env) => ktsWith(folder)(args, env);
const data = (): string => join(folder, "data");
const up = (...more: readonly string[]): Promise<Result> =>
  kts([
    "up",
    "--detach",
    "--runtime",
    "simulated",
    "--nodes",
    "2",
    "--data-dir",
    data(),
    "--api-port",
    String(port),
    ...more,
  ]);
const pidOf = async (part: string): Promise<number> =>
  (JSON.parse(await readFile(join(data(), "run", `${part}.json`), "utf8")) as { pid: number }).pid;

async function withClient<T>(work: (client: ReturnType<typeof createClient>) => Promise<T>): Promise<T> {
  const path = join(data(), "kubeconfig");
  const config = await readKubeconfig(path);
  assert.ok(config);
  const transport = createHttpsTransport(await connectionOf(config, path));
  try {
    return await work(createClient(transport));
  } finally {
    transport.close();
  }
}

/** Waits until the API answers; the supervisor brings it back. */
async function answering(): Promise<void> {
  for (;;) {
    try {
      await withClient((client) => client.list(Node));
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "knots-cli-"));
  port = await freePort();
});
after(async () => {
  await kts(["down", "--purge", "--data-dir", data()]);
  await rm(folder, { recursive: true, force: true });
});

test("up shows its steps, ends with what to do next, and the cluster answers", async () => {
  const { code, out, err } = await up();
  assert.equal(code, 0, err);
  assert.match(err, /✓ Starting control-plane .*\n✓ Waiting for nodes — 2 of 2 ready/s);
  assert.match(
    out,
    /The cluster is ready\.\n {2}API server +https:\/\/127\.0\.0\.1:\d+\n {2}kubeconfig +\S+\n {2}Try +kubectl .*\n {2}Stop with +kts down/,
  );
  assert.equal(await withClient(async (client) => (await client.list(Node)).items.length), 2);
});

test("a second up on the same data directory is refused and harms nothing", async () => {
  const { code, err } = await up();
  assert.equal(code, 1);
  assert.match(err, /^kts: A cluster runs already on .*Stop it with: kts down/m);
  assert.equal(await withClient(async (client) => (await client.list(Node)).items.length), 2);
});

test("a taken port is named with its owner and the flag that changes it", async () => {
  const other = join(folder, "other");
  const { code, err } = await kts([
    "up",
    "--detach",
    "--runtime",
    "simulated",
    "--data-dir",
    other,
    "--api-port",
    String(port),
  ]);
  assert.equal(code, 1);
  assert.match(
    err,
    new RegExp(
      `^kts: Port ${port} on 127\\.0\\.0\\.1 is in use by node \\(pid ${await pidOf("control-plane")}\\)\\. .*--api-port`,
      "m",
    ),
  );
  await assert.rejects(access(join(other, "store")), "nothing is half done");
});

test("status, logs and kubeconfig tell what runs", async () => {
  const { out } = await kts(["status", "--data-dir", data()]);
  assert.match(
    out,
    /^PART +STATE +PID +UP +LOG\nsupervisor +running +\d+ +\S+ +\S+supervisor\.log\ncontrol-plane +running/,
  );
  assert.match(
    (await kts(["logs", "control-plane", "--data-dir", data()])).out,
    /"message":"the control plane is ready"/,
  );
  assert.match(
    (await kts(["logs", "nothing", "--data-dir", data()])).err,
    /no part named nothing\. Parts with a log: supervisor, control-plane/,
  );
  assert.match((await kts(["kubeconfig", "--data-dir", data()])).out, /kind: Config/);
  assert.match((await kts(["kubeconfig", "--merge", "--data-dir", data()])).out, /current context is knots/);
  assert.match(await readFile(join(folder, ".kube", "config"), "utf8"), /current-context: knots/);
});

test("kill -9 of the control plane loses nothing acknowledged, and the supervisor brings it back", async () => {
  await withClient((client) =>
    client.create(ConfigMap, { metadata: { name: "kept", namespace: "default" }, data: { a: "1" } }),
  );
  const killed = await pidOf("control-plane");
  process.kill(killed, "SIGKILL");
  await answering();
  assert.notEqual(await pidOf("control-plane"), killed);
  assert.deepEqual(
    await withClient(async (client) => (await client.get(ConfigMap, { namespace: "default", name: "kept" })).data),
    { a: "1" },
  );
});

test("down keeps the data, up finds it again, and purge leaves nothing", async () => {
  assert.match((await kts(["down", "--data-dir", data()])).out, /The cluster is stopped; its data is kept/);
  assert.match((await kts(["status", "--data-dir", data()])).out, /is stopped\. Start it with: kts up/);
  assert.equal((await up()).code, 0);
  assert.equal(
    await withClient(
      async (client) => (await client.get(ConfigMap, { namespace: "default", name: "kept" })).metadata.name,
    ),
    "kept",
  );
  assert.match((await kts(["down", "--purge", "--data-dir", data()])).out, /The cluster and its data are gone/);
  await assert.rejects(access(data()));
  const left = (await Promise.all((await listPids()).map(commandLine))).filter((argv) => argv.includes(data()));
  assert.deepEqual(left, []);
});

test("mistakes get one line in the user's language", async () => {
  const rows: readonly (readonly [readonly string[], string, RegExp])[] = [
    [
      ["up", "--runtime", "docker"],
      "C.UTF-8",
      /^kts: There is no runtime named docker\. Use containerd or simulated\.$/m,
    ],
    [["up", "--runtime", "docker"], "zh_CN.UTF-8", /^kts: 没有名为 docker 的运行时。/m],
    [
      ["up", "--api-port", "99999"],
      "C.UTF-8",
      /^kts: --api-port takes a whole number between 1 and 65535, not 99999\.$/m,
    ],
    [
      ["apiserver", "--service-cluster-ip-range", "x", "--data-dir", join(folder, "x"), "--secure-port", "1"],
      "C.UTF-8",
      /^kts: --service-cluster-ip-range takes an IPv4 network/m,
    ],
    [
      ["kubeconfig", "--data-dir", join(folder, "none")],
      "C.UTF-8",
      /^kts: No cluster runs on .* Start it with: kts up$/m,
    ],
  ];
  for (const [args, locale, expected] of rows) {
    const { code, err } = await kts(args, { LC_ALL: locale });
    assert.equal(code, 1, args.join(" "));
    assert.match(err, expected);
  }
});
