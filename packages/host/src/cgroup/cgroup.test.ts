// Plans for both versions of control groups side by side, detection, and a real group with a process in it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parseMountinfo } from "../mounts/mountinfo.ts";
import { ensureGroup, findHierarchy, processesIn, removeGroup } from "./apply.node.ts";
import { type CgroupHierarchy, detectHierarchy, treeRoots } from "./hierarchy.ts";
import type { CgroupLimits } from "./limits.ts";
import { planGroup } from "./plan.ts";

const v1: CgroupHierarchy = { version: 1, trees: { cpu: "/c", cpuacct: "/c", memory: "/m", pids: "/p" } };
const v2: CgroupHierarchy = { version: 2, root: "/u" };

/** A plan as lines: `+ path` makes, `path = value` writes. */
function lines(hierarchy: CgroupHierarchy, limits: CgroupLimits): string[] {
  return planGroup(hierarchy, "pods/a", limits).map((step) =>
    step.step === "make" ? `+ ${step.path}` : `${step.path} = ${step.value}`,
  );
}

const made1 = ["+ /c/pods", "+ /c/pods/a", "+ /m/pods", "+ /m/pods/a", "+ /p/pods", "+ /p/pods/a"];
const made2 = [
  "/u/cgroup.subtree_control = +cpu +memory +pids",
  "+ /u/pods",
  "/u/pods/cgroup.subtree_control = +cpu +memory +pids",
  "+ /u/pods/a",
];

const rows: readonly [string, CgroupLimits, readonly string[], readonly string[]][] = [
  ["no limit makes the group only", {}, [], []],
  ["one CPU's worth of shares", { cpuShares: 1024 }, ["/c/pods/a/cpu.shares = 1024"], ["/u/pods/a/cpu.weight = 39"]],
  ["the least weight", { cpuShares: 2 }, ["/c/pods/a/cpu.shares = 2"], ["/u/pods/a/cpu.weight = 1"]],
  [
    "half a CPU at most",
    { cpuQuota: { quota: 50_000, period: 100_000 } },
    ["/c/pods/a/cpu.cfs_period_us = 100000", "/c/pods/a/cpu.cfs_quota_us = 50000"],
    ["/u/pods/a/cpu.max = 50000 100000"],
  ],
  [
    "limits are taken away",
    { cpuQuota: { quota: "max", period: 100_000 }, memoryBytes: "max", pids: "max" },
    [
      "/c/pods/a/cpu.cfs_period_us = 100000",
      "/c/pods/a/cpu.cfs_quota_us = -1",
      "/m/pods/a/memory.limit_in_bytes = -1",
      "/p/pods/a/pids.max = max",
    ],
    ["/u/pods/a/cpu.max = max 100000", "/u/pods/a/memory.max = max", "/u/pods/a/pids.max = max"],
  ],
  [
    "memory and pids",
    { memoryBytes: 1 << 20, pids: 9 },
    ["/m/pods/a/memory.limit_in_bytes = 1048576", "/p/pods/a/pids.max = 9"],
    ["/u/pods/a/memory.max = 1048576", "/u/pods/a/pids.max = 9"],
  ],
];
for (const [name, limits, first, second] of rows) {
  test(`plans: ${name}`, () => {
    assert.deepEqual(lines(v1, limits), [...made1, ...first]);
    assert.deepEqual(lines(v2, limits), [...made2, ...second]);
  });
}

test("a path that leads out of the tree is refused", () => {
  for (const group of ["", "..", "a/../..", "a//b"]) assert.throws(() => planGroup(v2, group, {}), /not a path/);
});

test("a hybrid machine counts as version 1, a unified one as version 2, none as none", () => {
  const memory = "1 0 0:1 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
  const cpu = "2 0 0:2 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct";
  const unified = "3 0 0:3 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw";
  assert.deepEqual(detectHierarchy(parseMountinfo([unified, memory, cpu].join("\n"))), {
    version: 1,
    trees: {
      memory: "/sys/fs/cgroup/memory",
      cpu: "/sys/fs/cgroup/cpu,cpuacct",
      cpuacct: "/sys/fs/cgroup/cpu,cpuacct",
      unified: "/sys/fs/cgroup/unified",
    },
  });
  assert.deepEqual(detectHierarchy(parseMountinfo(unified)), { version: 2, root: "/sys/fs/cgroup/unified" });
  assert.equal(detectHierarchy([]), undefined);
});

const needsRoot = { skip: process.getuid?.() !== 0 };

test("a real group takes its limits and is removed with the process and the groups in it", needsRoot, async (t) => {
  const hierarchy = await findHierarchy();
  const group = `knots-test-${process.pid}`;
  t.after(() => removeGroup(hierarchy, group));
  await ensureGroup(hierarchy, `${group}/inner`, { memoryBytes: 64 << 20, pids: 20, cpuShares: 512 });
  const root = hierarchy.version === 1 ? (hierarchy.trees["pids"] ?? "") : hierarchy.root;
  assert.equal(await readFile(join(root, group, "inner/pids.max"), "utf8"), "20\n");
  const child = spawn("sleep", ["600"]);
  const ended = once(child, "exit");
  await writeFile(join(root, group, "inner/cgroup.procs"), String(child.pid));
  assert.deepEqual(await processesIn(hierarchy, group), [child.pid]);
  await removeGroup(hierarchy, group);
  assert.deepEqual(await ended, [null, "SIGKILL"]);
  await assert.rejects(readFile(join(root, group, "cgroup.procs")), /ENOENT/);
  assert.ok(treeRoots(hierarchy).length > 0);
});
