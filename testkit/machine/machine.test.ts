// The machine itself: what is private in it, what ends it, and that nothing is left outside.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { commandLine, listPids, run } from "@knots/host";
import { groupTrees, removeStaleGroups } from "./groups.node.ts";
import { runInMachine } from "./machine.node.ts";
import { difference, snapshot } from "./snapshot.node.ts";

const needsRoot = { skip: process.getuid?.() !== 0 };

async function machineGroups(): Promise<string[]> {
  const names: string[] = [];
  for (const { point } of await groupTrees()) names.push(...(await readdir(point)));
  return names.filter((name) => name.startsWith("knots-machine-"));
}

test(
  "inside there is only loopback and an uplink, only its own processes, an empty /run and the group's root",
  needsRoot,
  async () => {
    const script = `cat /proc/net/dev | cut -d: -f1 -s | sort | xargs; ls /run; grep -E '^[1-9].*:/.+$' /proc/self/cgroup
    ls -d /proc/[0-9]* | wc -l; ls /sys/class/net | xargs; touch /run/x /var/lib/knots-machine-test; ip route`;
    const { code, output } = await runInMachine(["sh", "-c", script]);
    assert.equal(code, 0, output);
    assert.match(output, /^lo uplink0 wire0\n/m);
    assert.match(output, /^lock\nmachine\nmount\nnetns\n/m);
    assert.doesNotMatch(output, /^\d+:.*:\//m);
    assert.ok(Number(/^\d+$/m.exec(output)?.[0]) < 12, output);
    assert.match(output, /default via 192\.0\.2\.1/);
    assert.equal(existsSync("/run/x") || existsSync("/var/lib/knots-machine-test"), false);
  },
);

test("the exit code of the command is the machine's", needsRoot, async () => {
  assert.equal((await runInMachine(["sh", "-c", "exit 9"])).code, 9);
  assert.equal((await runInMachine(["no-such-program"])).code, 127);
});

test("daemons left inside die with the machine, and its groups go too", needsRoot, async () => {
  const mark = `86398.${process.pid}`;
  const script = `mkdir /sys/fs/cgroup/*/inner 2>/dev/null; setsid -f sleep ${mark}; ip netns add left; ip link add br9 type bridge; echo ok`;
  const { code, output } = await runInMachine(["sh", "-c", script]);
  assert.deepEqual([code, output], [0, "ok\n"]);
  await assertGone(mark);
});

test("a time limit ends everything inside", needsRoot, async () => {
  const mark = `86397.${process.pid}`;
  const result = await runInMachine(["sh", "-c", `setsid -f sleep ${mark}; sleep ${mark}`], { timeout: 1_500 });
  assert.notEqual(result.code, 0);
  await assertGone(mark);
});

test("kill -9 of the process that asked for the machine ends it and removes its groups", needsRoot, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "knots-machine-"));
  t.after(() => rm(folder, { recursive: true }));
  const mark = `86396.${process.pid}`;
  const ready = join(folder, "ready");
  await run(["mkfifo", ready]);
  const script = `import { runInMachine } from ${JSON.stringify(join(import.meta.dirname, "machine.node.ts"))};
    await runInMachine(["sh", "-c", "echo up > ${ready}; setsid -f sleep ${mark}; sleep ${mark}"]);`;
  const asker = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
  await Promise.race([readFile(ready), once(asker, "exit").then(() => assert.fail("the machine did not start"))]);
  const keeper = await keeperOf(asker.pid ?? 0);
  asker.kill("SIGKILL");
  await once(asker, "exit");
  await run(["tail", "--pid", String(keeper), "-f", "/dev/null"]);
  await assertGone(mark);
});

test("groups of a keeper that was killed itself are removed by the next one", needsRoot, async () => {
  const stale = "knots-machine-1-1";
  for (const { point } of await groupTrees()) await run(["mkdir", "-p", join(point, stale, "deep")]);
  await removeStaleGroups();
  assert.ok(!(await machineGroups()).includes(stale));
});

test("the leak check names what came and what went", needsRoot, async () => {
  const module = JSON.stringify(join(import.meta.dirname, "snapshot.node.ts"));
  const host = JSON.stringify(join(import.meta.dirname, "../../packages/host/src/index.ts"));
  const script = `import { difference, snapshot } from ${module}; import { run } from ${host};
    const first = await snapshot();
    await run(["ip", "link", "add", "br9", "type", "bridge"]);
    await run(["mount", "-t", "tmpfs", "left", "/mnt"]);
    await run(["ip", "netns", "add", "left"]);
    await run(["ip", "address", "delete", "192.0.2.10/24", "dev", "uplink0"]);
    await run(["sh", "-c", "setsid -f sleep 600 >/dev/null 2>&1"]);
    console.log(difference(first, await snapshot()).join("\\n"));`;
  const { output } = await runInMachine([process.execPath, "--input-type=module", "-e", script]);
  for (const line of [
    "+ link br9",
    "+ mount /mnt (tmpfs)",
    "+ network namespace left",
    "sleep 600",
    "- address uplink0 inet 192.0.2.10/24",
  ]) {
    assert.ok(output.includes(line), `${line} is missing in\n${output}`);
  }
});

for (const [says, script, expected] of [
  [
    "a test that leaves nothing passes",
    'await run(["ip", "netns", "add", "a"]); await run(["ip", "netns", "delete", "a"]);',
    0,
  ],
  ["what a test leaves behind makes its run fail", 'await run(["ip", "link", "add", "br9", "type", "bridge"]);', 1],
] as const)
  test(says, needsRoot, async () => {
    const at = (path: string) => JSON.stringify(join(import.meta.dirname, path));
    const text = `import { testInMachine } from ${at("tests.node.ts")}; import { test } from "node:test";
      import { run } from ${at("../../packages/host/src/index.ts")};
      testInMachine(import.meta, () => void test("leaves", async () => { ${script} }));`;
    const { code, output } = await runInMachine([process.execPath, "--input-type=module", "-e", text]);
    assert.equal(code, expected, output);
  });

test("two looks at the same state differ in nothing", async () => {
  const now = await snapshot();
  assert.deepEqual(difference(now, now), []);
});

async function assertGone(mark: string): Promise<void> {
  const lines = await Promise.all((await listPids()).map(commandLine));
  assert.deepEqual(
    lines.filter((line) => line.includes(mark)),
    [],
  );
  const own = (await machineGroups()).filter((name) => name.includes(`-${process.pid}-`));
  assert.deepEqual(own, []);
}

async function keeperOf(parent: number): Promise<number> {
  const text = await readFile(`/proc/${parent}/task/${parent}/children`, "utf8");
  return Number(text.trim().split(" ")[0]);
}
