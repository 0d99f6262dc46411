// The control plane without root: who its processes are, what is theirs on disk, what they may not read, and how older data gets there.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, readlink, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ConfigMap } from "@knots/api";
import { platformImages } from "@knots/delivery";
import { ensureImage, ensurePart, parts, pause, run } from "@knots/host";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { adminClient, kts, pidOf, program, type Result, until } from "./cluster/kts.ts";

const TOP = new URL("../..", import.meta.url).pathname;
const USER = 60_643;
const prepared = process.env["KNOTS_TEST_DATA"] ?? mkdtempSync(join(tmpdir(), "knots-user-"));
const real = join(prepared, "real");

async function prepare(): Promise<void> {
  await chmod(prepared, 0o711);
  for (const part of [parts.containerd, parts.haproxy, parts.registry]) await ensurePart(part, { dataDir: real });
  const images = join(real, "images");
  await ensureImage(pause, { images });
  for (const image of platformImages({ images })) await image.make();
}

if (!insideMachine()) after(() => rmSync(prepared, { recursive: true, force: true }));

/** Fields of /proc/<pid>/status, and of every thread. */
async function rightsOf(pid: number): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const text = await readFile(`/proc/${pid}/task/${thread}/status`, "utf8");
    for (const [line] of text.matchAll(/^(Uid|Gid|Groups|CapPrm|CapEff|CapAmb|NoNewPrivs):.*$/gm))
      found.add(line.replaceAll(/\s+/g, " ").trim());
  }
  return found;
}

const WITHOUT_ROOT = new Set([
  `Uid: ${USER} ${USER} ${USER} ${USER}`,
  `Gid: ${USER} ${USER} ${USER} ${USER}`,
  "Groups:",
  "NoNewPrivs: 1",
  ...["CapPrm", "CapEff", "CapAmb"].map((name) => `${name}: 0000000000000000`),
]);

/** Rings of the kernel that were made by root would go on acting as root if a kernel thread of theirs did the work. */
async function pollingRings(pid: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of await readdir(`/proc/${pid}/fd`)) {
    if (!(await readlink(`/proc/${pid}/fd/${file}`).catch(() => "")).includes("io_uring")) continue;
    const info = await readFile(`/proc/${pid}/fdinfo/${file}`, "utf8");
    if (!/^SqThread:\s*-1$/m.test(info)) found.push(info);
  }
  return found;
}

/** Owner and permission bits, such as `0 711`. */
async function accessOf(path: string): Promise<string> {
  const { uid, mode } = await stat(path);
  return `${uid} ${(mode & 0o777).toString(8)}`;
}

/** Owners of everything below. */
async function ownersIn(folder: string): Promise<ReadonlySet<number>> {
  const entries = await readdir(folder, { recursive: true });
  return new Set(await Promise.all(entries.map(async (entry) => (await stat(join(folder, entry))).uid)));
}

function simulated(): void {
  describe("with simulated nodes", () => {
    const dataDir = join(prepared, "simulated");
    const up = (...more: readonly string[]): Promise<Result> =>
      kts("up", "--detach", "--runtime", "simulated", "--nodes", "1", "--data-dir", dataDir, ...more);
    const down = (...more: readonly string[]): Promise<Result> => kts("down", "--data-dir", dataDir, ...more);
    after(() => down("--purge"));

    test("behind a closed folder root stays root with a warning, and a user that was asked for is refused", async () => {
      const closed = join(prepared, "closed");
      await mkdir(closed, { mode: 0o700 });
      const place = ["--data-dir", join(closed, "data")];
      const start = ["up", "--detach", "--runtime", "simulated", ...place];
      const refused = await kts(...start, "--run-as", "12345");
      assert.equal(refused.code, 1);
      assert.match(
        refused.err,
        /^kts: The control plane runs as user 12345, who may not enter \S+closed on the way to /m,
      );
      assert.match((await kts("--lang", "zh", ...start, "--run-as", "12345")).err, /^kts: 控制平面以用户 12345 运行/m);
      const { code, out, err } = await kts(...start);
      assert.equal(code, 0, err);
      assert.match(out, /^Warning: the control plane keeps the rights of root, .* Run chmod o\+x \S+closed or /m);
      assert.ok((await rightsOf(await pidOf(join(closed, "data"), "control-plane"))).has("Uid: 0 0 0 0"));
      await kts("down", "--purge", ...place);
      await rm(closed, { recursive: true });
    });

    test("data that root wrote (0700, as before) is taken over with all that is in it", async () => {
      assert.equal((await up("--run-as", "0")).code, 0);
      assert.ok((await rightsOf(await pidOf(dataDir, "control-plane"))).has("Uid: 0 0 0 0"));
      const first = await adminClient(dataDir);
      await first.client.create(ConfigMap, { metadata: { name: "kept", namespace: "default" }, data: { a: "1" } });
      first.close();
      await down();
      await chmod(dataDir, 0o700);
      await mkdir(join(dataDir, "git", "team", "site.git"), { recursive: true, mode: 0o700 });
      await writeFile(join(dataDir, "git", "team", "site.git", "HEAD"), "ref: refs/heads/main\n");
      const { code, err } = await up();
      assert.equal(code, 0, err);
      assert.deepEqual(await rightsOf(await pidOf(dataDir, "control-plane")), WITHOUT_ROOT);
      const second = await adminClient(dataDir);
      const { data } = await second.client.get(ConfigMap, { namespace: "default", name: "kept" });
      second.close();
      assert.deepEqual(data, { a: "1" });
      assert.equal(await accessOf(dataDir), "0 711");
      assert.deepEqual(await ownersIn(join(dataDir, "git")), new Set([USER]));
      assert.deepEqual(await ownersIn(join(dataDir, "store")), new Set([USER]));
      await down();
    });

    test("a port that only root may listen on is bound before root is given up, after kill -9 too", async () => {
      const { code, err } = await up("--api-port", "443");
      assert.equal(code, 0, err);
      const killed = await pidOf(dataDir, "control-plane");
      assert.deepEqual(await rightsOf(killed), WITHOUT_ROOT);
      process.kill(killed, "SIGKILL");
      await until("it is back", async () => (await pidOf(dataDir, "control-plane")) !== killed);
      await until("it answers", async () => {
        const { client, close } = await adminClient(dataDir);
        try {
          return (await client.list(ConfigMap, { namespace: "default" })).items.length > 0;
        } finally {
          close();
        }
      });
      assert.deepEqual(await rightsOf(await pidOf(dataDir, "control-plane")), WITHOUT_ROOT);
      await down();
    });

    test("the user may be another one at each start, root among them; a number that is none is refused", async () => {
      for (const user of [12_345, 0, USER]) {
        const { code, err } = await up("--run-as", String(user));
        assert.equal(code, 0, err);
        const rights = await rightsOf(await pidOf(dataDir, "control-plane"));
        assert.ok(rights.has(`Uid: ${user} ${user} ${user} ${user}`), String(user));
        await mkdir(join(dataDir, "git", `of-${user}`, "deep"), { recursive: true });
        await down();
      }
      await up();
      assert.deepEqual(await ownersIn(join(dataDir, "git")), new Set([0, USER]), "the last one was made by the test");
      assert.equal((await stat(join(dataDir, "git", "of-0", "deep"))).uid, USER);
      await down("--purge");
      assert.match(
        (await up("--run-as", "me")).err,
        /^kts: --run-as takes a whole number between 0 and \d+, not me\.$/m,
      );
    });
  });
}

function whole(): void {
  describe("with real containers, from a program folder that only root may enter", () => {
    const closed = "/run/closed";
    const top = join(closed, "knots");
    const data = ["--data-dir", real];
    const own = (...args: readonly string[]): Promise<Result> => program(join(top, "bin", "kts"), args);

    before(async () => {
      await mkdir(top, { recursive: true });
      await chmod(closed, 0o700);
      await run(["mount", "--bind", TOP, top]);
      const { code, out, err } = await own("up", "--detach", ...data);
      assert.equal(code, 0, `${out}\n${err}`);
    });
    after(async () => {
      const { out } = await own("down", ...data);
      assert.doesNotMatch(out, /Left behind/);
      await run(["umount", top]);
      await rmdir(top);
      await rmdir(closed);
      await rm(join(real, "store"), { recursive: true, force: true });
    });

    test("control plane and registry have no rights of root; containers and the node keep theirs", async () => {
      const controlPlane = await pidOf(real, "control-plane");
      assert.deepEqual(await rightsOf(controlPlane), WITHOUT_ROOT);
      assert.deepEqual(await pollingRings(controlPlane), []);
      const { pid } = JSON.parse(await readFile(join(real, "registry", "process.json"), "utf8")) as { pid: number };
      assert.deepEqual(await rightsOf(pid), WITHOUT_ROOT);
      for (const part of ["node", "containerd"])
        assert.ok((await rightsOf(await pidOf(real, part))).has("Uid: 0 0 0 0"), part);
      assert.match((await own("status", ...data)).out, /^registry +running/m);
      assert.match((await own("logs", "registry", ...data)).out, /listening on/);
    });

    test("it owns what it writes, holds the keys that it needs and no other", async () => {
      const rows: readonly (readonly [string, string])[] = [
        [".", "0 711"],
        ["store", `${USER} 700`],
        ["git", `${USER} 700`],
        ["registry", `${USER} 700`],
        ["pki", "0 711"],
        ["pki/ca.crt", "0 644"],
        ["pki/ca.key", "0 600"],
        ["pki/admin.key", "0 600"],
        ["pki/node.key", "0 600"],
        ["pki/sa.key", `${USER} 600`],
        ["pki/encryption.yaml", `${USER} 600`],
        ["pki/apiserver.key", `${USER} 600`],
        ["pki/apiserver-kubelet-client.key", `${USER} 600`],
        ["pki/registry-tokens", `${USER} 700`],
        ["kubeconfig", "0 600"],
        ["run", "0 700"],
        ["log", "0 700"],
      ];
      for (const [path, expected] of rows) assert.equal(await accessOf(join(real, path)), expected, path);
      for (const folder of ["store", "registry"])
        assert.deepEqual(await ownersIn(join(real, folder)), new Set([USER]), folder);
      const keys = (await readdir(join(real, "pki"))).filter((name) => name.endsWith(".key"));
      const asUser = ["setpriv", "--reuid", String(USER), "--regid", String(USER), "--clear-groups"];
      const readable: string[] = [];
      for (const key of keys) {
        const { code } = await program("setpriv", [...asUser.slice(1), "cat", join(real, "pki", key)]);
        if (code === 0) readable.push(key);
      }
      assert.deepEqual(readable.toSorted(), [
        "apiserver-kubelet-client.key",
        "apiserver.key",
        "git.key",
        "registry.key",
        "sa.key",
      ]);
    });

    test("a site goes from a push to its page, and again after kill -9", async () => {
      const demo = (): Promise<Result> => program(process.execPath, [join(top, "tools", "demo.ts"), ...data]);
      const first = await demo();
      assert.equal(first.code, 0, `${first.out}\n${first.err}`);
      assert.match(first.out, /seen after [\d.]+ s; \d+ requests, 0 failed/);
      assert.deepEqual(await ownersIn(join(real, "git")), new Set([USER]));
      const killed = await pidOf(real, "control-plane");
      process.kill(killed, "SIGKILL");
      await until("it is back", async () => (await pidOf(real, "control-plane")) !== killed);
      await until("it answers", async () => (await own("site", "list", ...data)).out.includes("hello"));
      const second = await demo();
      assert.equal(second.code, 0, `${second.out}\n${second.err}`);
      assert.deepEqual(await rightsOf(await pidOf(real, "control-plane")), WITHOUT_ROOT);
    });
  });
}

testInMachine(
  import.meta,
  () => {
    simulated();
    whole();
  },
  { prepare, env: { KNOTS_TEST_DATA: prepared }, timeout: 400_000 },
);
