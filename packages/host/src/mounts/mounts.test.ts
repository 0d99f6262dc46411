// Mount tables as text, and real mounts undone in order.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { run } from "../process/run.node.ts";
import { mountsBelow, parseMountinfo } from "./mountinfo.ts";
import { listMounts, unmountBelow, unmountInside } from "./unmount.node.ts";

test("a line with optional fields and escaped blanks is read", () => {
  const [mount] = parseMountinfo(
    "36 35 98:0 /a\\040b /mnt/x\\134y rw,noatime shared:1 master:2 - cgroup cgroup rw,cpu,cpuacct\n",
  );
  assert.deepEqual(mount, {
    id: 36,
    parent: 35,
    root: "/a b",
    point: "/mnt/x\\y",
    options: ["rw", "noatime"],
    superOptions: ["rw", "cpu", "cpuacct"],
    type: "cgroup",
    source: "cgroup",
  });
});

test("below means path components, the last mounted first", () => {
  const lines = ["/a", "/ab", "/a/b", "/a/b/c"].map((point, id) => `${id} 0 0:1 / ${point} rw - tmpfs t rw`);
  assert.deepEqual(
    mountsBelow(parseMountinfo(lines.join("\n")), "/a").map(({ point }) => point),
    ["/a/b/c", "/a/b", "/a"],
  );
});

const needsRoot = { skip: process.getuid?.() !== 0 };

async function mounted(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "knots mounts-"));
  t.after(async () => {
    await unmountBelow(root);
    await rm(root, { recursive: true });
  });
  for (const path of [root, join(root, "in side"), join(root, "in side/deep")]) {
    await mkdir(path, { recursive: true });
    await run(["mount", "-t", "tmpfs", "-o", "size=64k", "knots-test", path]);
  }
  return root;
}

test("nested mounts are undone from the inside", needsRoot, async (t) => {
  const root = await mounted(t);
  const report = await unmountBelow(root);
  assert.deepEqual(report, { unmounted: [join(root, "in side/deep"), join(root, "in side"), root], detached: [] });
  assert.deepEqual(mountsBelow(await listMounts(), root), []);
});

test("what is mounted at the folder itself stays where only its inside is asked for", needsRoot, async (t) => {
  const root = await mounted(t);
  const { unmounted } = await unmountInside(root);
  assert.deepEqual(unmounted, [join(root, "in side/deep"), join(root, "in side")]);
  assert.deepEqual(
    mountsBelow(await listMounts(), root).map(({ point }) => point),
    [root],
  );
});

test("a busy mount is detached and reported", needsRoot, async (t) => {
  const root = await mounted(t);
  const file = await open(join(root, "in side/deep/open"), "w");
  const report = await unmountBelow(root);
  assert.deepEqual(report.detached, [join(root, "in side/deep")]);
  assert.deepEqual(mountsBelow(await listMounts(), root), []);
  await file.close();
});
