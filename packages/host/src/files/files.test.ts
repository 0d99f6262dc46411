// Atomic files and the one-owner socket.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { run } from "../process/run.node.ts";
import { readJsonFile, readTextFile, writeFileAtomic } from "./atomic.node.ts";
import { AlreadyOwnedError, acquireOwnership, checkSocketPath } from "./owner.node.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "knots-files-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test("a file is replaced as a whole, with private permissions and no leftovers", async (t) => {
  const at = await folder(t);
  const path = join(at, "deep/file.json");
  await writeFileAtomic(path, "1");
  await writeFileAtomic(path, "[2]");
  assert.deepEqual(await readJsonFile(path), [2]);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(join(at, "deep")), ["file.json"]);
});

test("a failed replacement keeps the old file and removes the new one", async (t) => {
  const at = await folder(t);
  await writeFileAtomic(join(at, "taken/inside"), "x");
  await assert.rejects(writeFileAtomic(join(at, "taken"), "y"), /EISDIR|ENOTEMPTY|EEXIST/);
  assert.deepEqual(await readdir(at), ["taken"]);
});

test("missing files read as undefined, broken JSON names its file", async (t) => {
  const at = await folder(t);
  assert.equal(await readTextFile(join(at, "none")), undefined);
  await writeFileAtomic(join(at, "bad.json"), "{");
  await assert.rejects(readJsonFile(join(at, "bad.json")), /bad\.json is not valid JSON/);
  assert.equal(await readFile(join(at, "bad.json"), "utf8"), "{");
});

test("a data directory has one owner at a time, and a dead owner's socket is taken over", async (t) => {
  const socket = join(await folder(t), "owner.sock");
  const first = await acquireOwnership(socket);
  await assert.rejects(acquireOwnership(socket), AlreadyOwnedError);
  await first.release();
  const script = `import { acquireOwnership } from ${JSON.stringify(join(import.meta.dirname, "owner.node.ts"))};
    await acquireOwnership(${JSON.stringify(socket)}); process.kill(process.pid, "SIGKILL");`;
  await assert.rejects(run([process.execPath, "--input-type=module", "-e", script]), /SIGKILL/);
  await using _second = await acquireOwnership(socket);
});

test("a socket path that Linux would cut is refused by name", () => {
  assert.throws(() => checkSocketPath(`/${"x".repeat(107)}`), /has 108 bytes.*shorter --data-dir/);
  checkSocketPath(`/${"x".repeat(106)}`);
});
