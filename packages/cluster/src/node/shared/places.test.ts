// What is put into folders of others: written down, put once, and taken away as far as it is still ours.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { missingPrograms, place, readSharedRecord, unplace } from "./places.node.ts";

async function folders(t: TestContext) {
  const at = await mkdtemp(join(tmpdir(), "knots-places-"));
  t.after(() => rm(at, { recursive: true }));
  const [dataDir, theirs] = [join(at, "ours"), join(at, "theirs")];
  for (const folder of [dataDir, theirs]) await mkdir(folder);
  return { dataDir, theirs };
}

async function takeAway(dataDir: string): Promise<void> {
  const record = await readSharedRecord(dataDir);
  assert.ok(record);
  await unplace(dataDir, record);
}

test("files, links and folders come and go, and what was there stays", async (t) => {
  const { dataDir, theirs } = await folders(t);
  await writeFile(join(theirs, "loopback"), "theirs");
  const wanted = [
    { path: join(theirs, "bridge"), target: join(dataDir, "parts/bridge") },
    { path: join(theirs, "loopback"), target: join(dataDir, "parts/loopback") },
    { path: join(theirs, "deep/er/10-knots.conflist"), text: "{}" },
  ];
  await place(dataDir, "/run/c.sock", wanted);
  await place(dataDir, "/run/c.sock", wanted);
  assert.equal(await readlink(join(theirs, "bridge")), join(dataDir, "parts/bridge"));
  assert.equal(await readFile(join(theirs, "loopback"), "utf8"), "theirs");
  assert.equal((await readSharedRecord(dataDir))?.socket, "/run/c.sock");
  await takeAway(dataDir);
  assert.deepEqual(await readdir(theirs), ["loopback"]);
});

test("what somebody changed since then is no longer ours", async (t) => {
  const { dataDir, theirs } = await folders(t);
  const bridge = join(theirs, "bridge");
  await place(dataDir, "/run/c.sock", [
    { path: bridge, target: join(dataDir, "parts/bridge") },
    { path: join(theirs, "networks/10-knots.conflist"), text: "{}" },
  ]);
  await rm(bridge);
  await symlink("/opt/other/bridge", bridge);
  await writeFile(join(theirs, "networks/20-other.conflist"), "{}");
  await takeAway(dataDir);
  assert.equal(await readlink(bridge), "/opt/other/bridge");
  assert.deepEqual(await readdir(join(theirs, "networks")), ["20-other.conflist"]);
});

test("a plugin is missing only where no folder has it", async (t) => {
  const { dataDir, theirs } = await folders(t);
  await writeFile(join(theirs, "bridge"), "");
  await writeFile(join(dataDir, "loopback"), "");
  assert.deepEqual(await missingPrograms([theirs, dataDir], ["bridge", "host-local", "loopback"]), ["host-local"]);
});
