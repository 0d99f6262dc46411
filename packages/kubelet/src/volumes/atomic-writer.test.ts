// The atomic writer: layout, modes, what changes, and a reader that never sees half an update.
import assert from "node:assert/strict";
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Worker } from "node:worker_threads";
import { writePayload } from "./atomic-writer.node.ts";
import { type Payload, textBytes } from "./payload.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const root = { skip: process.getuid?.() === 0 ? false : "needs root" };

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "knots-volume-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

const files = (texts: Readonly<Record<string, string>>, mode = 0o644): Payload =>
  new Map(Object.entries(texts).map(([path, text]) => [path, { bytes: textBytes(text), mode }]));

test("the layout is upstream's, and what is gone is removed", root, async (t) => {
  const path = await folder(t);
  assert.equal(await writePayload(path, files({ a: "1", "b/c": "2" }), { now: NOW }), true);
  const first = await readlink(join(path, "..data"));
  assert.match(first, /^\.\.2026_01_01_12_00_00\.\w{6}$/);
  assert.equal(await readlink(join(path, "a")), "..data/a");
  assert.equal(await readFile(join(path, "b/c"), "utf8"), "2");
  assert.equal(await writePayload(path, files({ a: "1", "b/c": "2" }), { now: NOW }), false, "nothing to change");
  assert.equal(await readlink(join(path, "..data")), first);
  assert.equal(await writePayload(path, files({ a: "3" }), { now: NOW }), true);
  assert.deepEqual((await readdir(path)).sort(), [await readlink(join(path, "..data")), "..data", "a"].sort());
});

test("modes and owners are as asked; a group may read", root, async (t) => {
  const path = await folder(t);
  const payload: Payload = new Map([
    ["plain", { bytes: textBytes("x"), mode: 0o444 }],
    ["own/deep", { bytes: textBytes("x"), mode: 0o600, uid: 1234 }],
  ]);
  await writePayload(path, payload, { now: NOW });
  assert.equal((await stat(join(path, "plain"))).mode & 0o7777, 0o444);
  const own = await stat(join(path, "own/deep"));
  assert.deepEqual([own.mode & 0o777, own.uid, own.gid], [0o600, 1234, 0]);
  assert.equal(await writePayload(path, payload, { now: NOW, group: 2000 }), true);
  const grouped = await stat(join(path, "own/deep"));
  assert.deepEqual([grouped.mode & 0o777, grouped.uid, grouped.gid], [0o640, 1234, 2000]);
  assert.equal((await stat(join(path, "own"))).mode & 0o7777, 0o2775);
});

test("what a crash left behind is cleared away", root, async (t) => {
  const path = await folder(t);
  await mkdir(join(path, "..2020_01_01_00_00_00.dead"));
  await writeFile(join(path, "..2020_01_01_00_00_00.dead/a"), "half");
  await symlink("..2020_01_01_00_00_00.dead", join(path, "..data_tmp"));
  await writePayload(path, files({ a: "1" }), { now: NOW });
  assert.equal(await readFile(join(path, "a"), "utf8"), "1");
  assert.equal((await readdir(path)).length, 3);
  assert.ok((await lstat(join(path, "..data"))).isSymbolicLink());
});

for (const bad of ["", "/a", "a/../b", "..", "..data/x"]) {
  test(`the path ${JSON.stringify(bad)} is refused`, root, async (t) => {
    await assert.rejects(writePayload(await folder(t), files({ [bad]: "x" }), { now: NOW }), { name: "VolumeError" });
  });
}

// The reader opens the version once, as programs do that care, and reads both files below it.
const reader = `
  const { readFileSync, realpathSync } = require("node:fs");
  const { parentPort, workerData } = require("node:worker_threads");
  let [reads, torn, stop] = [0, 0, false];
  const once = () => {
    try {
      const version = realpathSync(workerData + "/..data");
      const [a, b] = ["a", "b"].map((name) => readFileSync(version + "/" + name, "utf8"));
      reads++;
      if (a !== b || a.length !== 20000) torn++;
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  };
  parentPort.on("message", () => parentPort.close(parentPort.postMessage({ reads, torn })));
  const loop = () => { for (let i = 0; i < 50; i++) once(); setImmediate(loop).unref(); };
  loop();
  parentPort.postMessage("ready");
`;

test("a reader sees the old version or the new one, never half of one", root, async (t) => {
  const path = await folder(t);
  const version = (n: number): Payload => {
    const text = String(n).padEnd(20_000, ".");
    return files({ a: text, b: text });
  };
  await writePayload(path, version(0), { now: NOW });
  const worker = new Worker(reader, { eval: true, workerData: path });
  await new Promise((resolve) => worker.once("message", resolve));
  for (let n = 1; n <= 150; n++) await writePayload(path, version(n), { now: NOW });
  const seen = await new Promise<{ reads: number; torn: number }>((resolve) => {
    worker.once("message", resolve);
    worker.postMessage("stop");
  });
  await worker.terminate();
  assert.ok(seen.reads > 50, `only ${seen.reads} reads`);
  assert.equal(seen.torn, 0);
});
