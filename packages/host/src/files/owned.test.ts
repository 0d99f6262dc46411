// Folders handed to an unprivileged user: what is given, what is left, and whether the way there is open.
import assert from "node:assert/strict";
import { chmod, chown, link, lstat, mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { closedFolderAbove, ownedFolder, passableFolder, readableTree } from "./owned.node.ts";

const needsRoot = { skip: process.getuid?.() !== 0 };
const owner = { uid: 60_643, gid: 60_643 };

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "knots-owned-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
const ownerOf = async (path: string): Promise<number> => (await lstat(path)).uid;

test("the uppermost closed folder on the way is named, and none when the way is open", async (t) => {
  const at = await folder(t);
  await mkdir(join(at, "inner/data"), { recursive: true });
  assert.equal(await closedFolderAbove(join(at, "inner/data")), at);
  await chmod(at, 0o711);
  assert.equal(await closedFolderAbove(join(at, "inner/data")), undefined);
  await chmod(join(at, "inner"), 0o700);
  assert.equal(await closedFolderAbove(join(at, "inner/data")), join(at, "inner"));
});

test("a private folder becomes passable and nothing more; a wider one stays as it is", async (t) => {
  const at = await folder(t);
  await passableFolder(at);
  assert.equal(await modeOf(at), 0o711);
  await chmod(at, 0o755);
  await passableFolder(at);
  assert.equal(await modeOf(at), 0o755);
});

test("what root made is given with all that is in it, but not what links lead to", needsRoot, async (t) => {
  const at = await folder(t);
  const store = join(at, "store");
  await mkdir(join(store, "deep"), { recursive: true });
  for (const path of [join(store, "deep/file"), join(at, "roots")]) await writeFile(path, "x");
  await symlink(join(at, "roots"), join(store, "link"));
  await ownedFolder(store, owner);
  for (const path of [store, join(store, "deep"), join(store, "deep/file"), join(store, "link")])
    assert.equal(await ownerOf(path), owner.uid, path);
  assert.equal(await ownerOf(join(at, "roots")), 0);
});

test(
  "a folder that was given before gets root's new files, but none that has a second name, and nothing deeper",
  needsRoot,
  async (t) => {
    const at = await folder(t);
    const store = join(at, "store");
    await ownedFolder(store, owner);
    assert.equal(await modeOf(store), 0o700);
    await mkdir(join(store, "planted"));
    for (const path of [join(store, "new"), join(store, "planted/file"), join(at, "roots")]) await writeFile(path, "x");
    await link(join(at, "roots"), join(store, "second-name"));
    await writeFile(join(store, "others"), "x");
    await chown(join(store, "others"), 12_345, 12_345);
    await ownedFolder(store, owner);
    assert.equal(await ownerOf(join(store, "new")), owner.uid);
    for (const path of [join(store, "planted/file"), join(at, "roots")]) assert.equal(await ownerOf(path), 0, path);
    assert.equal(await ownerOf(join(store, "others")), 12_345);
  },
);

test("a folder of another user is given whole", needsRoot, async (t) => {
  const store = join(await folder(t), "store");
  await ownedFolder(store, { uid: 12_345, gid: 12_345 });
  await mkdir(join(store, "deep"));
  await writeFile(join(store, "deep/file"), "x");
  await ownedFolder(store, owner);
  for (const path of [store, join(store, "deep"), join(store, "deep/file")])
    assert.equal(await ownerOf(path), owner.uid, path);
});

test("a tree becomes readable for everybody and writable for nobody else", async (t) => {
  const at = await folder(t);
  await mkdir(join(at, "blobs"), { mode: 0o700 });
  await writeFile(join(at, "blobs/one"), "x", { mode: 0o600 });
  await readableTree(at);
  assert.deepEqual(
    await Promise.all([at, join(at, "blobs"), join(at, "blobs/one")].map(modeOf)),
    [0o755, 0o755, 0o644],
  );
});
