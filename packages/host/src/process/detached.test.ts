// Daemons: they outlive their starter, are adopted by identity, stopped with patience and leave no record.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { writeFileAtomic } from "../files/atomic.node.ts";
import { adoptDetached, ensureDetached, readRecord, startDetached, stopDetached } from "./detached.node.ts";
import { identify, isAlive, parseProcessStat, readProcessStat } from "./identity.node.ts";
import { capLog, keepLogCapped, openLog } from "./log.node.ts";
import { run } from "./run.node.ts";

const needsRoot = { skip: process.getuid?.() !== 0 };

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "knots-process-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

async function daemon(t: TestContext, script: string) {
  const at = await mkdtemp(join(tmpdir(), "knots-process-"));
  const options = { argv: ["sh", "-c", script], record: join(at, "d.json"), log: join(at, "log/d.log") };
  t.after(async () => {
    await stopDetached(options, { grace: 0 });
    await rm(at, { recursive: true });
  });
  return options;
}

/** Resolves when the text stands in the file: a watch, so that no time is guessed. */
async function logged(path: string, text: string): Promise<void> {
  await run(["timeout", "10", "sh", "-c", 'tail -n +1 -F "$1" 2>/dev/null | grep -q -m1 -- "$2"', "sh", path, text]);
}

test("a daemon leads a session of its own, writes its log and stops when asked", async (t) => {
  const options = await daemon(t, "echo up; echo err >&2; exec sleep 600");
  const record = await startDetached(options);
  assert.equal((await readProcessStat(record.pid))?.session, record.pid);
  await logged(options.log, "err");
  assert.equal(await readFile(options.log, "utf8"), "up\nerr\n");
  assert.deepEqual(await readRecord(options.record), record);
  assert.equal(await stopDetached(options), "stopped");
  assert.equal(await isAlive(record), false);
  await assert.rejects(stat(options.record), /ENOENT/);
  assert.equal(await stopDetached(options), "absent");
});

test("a record of an unprivileged user is believed about that user's processes only", needsRoot, async (t) => {
  const options = await daemon(t, "exec sleep 600");
  const { pid } = await startDetached({ ...options, record: join(await folder(t), "other.json") });
  const identity = await identify(pid);
  t.after(() => process.kill(pid, "SIGKILL"));
  const owner = { uid: 60_643, gid: 60_643 };
  const text = JSON.stringify({ ...identity, argv: ["sleep"], log: options.log });
  await writeFileAtomic(options.record, text, { owner });
  assert.equal(await adoptDetached(options), undefined);
  assert.equal(await stopDetached(options), "absent");
  assert.ok(identity && (await isAlive(identity)));
});

test("a daemon that ignores SIGTERM is killed after its grace", async (t) => {
  const options = await daemon(t, "trap '' TERM; echo deaf; while :; do sleep 600; done");
  await startDetached(options);
  await logged(options.log, "deaf");
  assert.equal(await stopDetached(options, { grace: 50 }), "killed");
});

test("a daemon outlives the process that started it and is adopted, also when the record was never written", async (t) => {
  const options = await daemon(t, "exec sleep 600");
  const starter = `import { startDetached } from ${JSON.stringify(join(import.meta.dirname, "detached.node.ts"))};
    await startDetached(${JSON.stringify(options)}); process.kill(process.pid, "SIGKILL");`;
  await assert.rejects(run([process.execPath, "--input-type=module", "-e", starter]), /SIGKILL/);
  const { record, adopted } = await ensureDetached(options);
  assert.equal(adopted, true);
  await rm(options.record);
  const found = await adoptDetached(options);
  assert.equal(found?.pid, record.pid);
  assert.deepEqual(await readRecord(options.record), found);
});

test(
  "on a full disk a daemon starts without a record, is found and adopted, and recorded once there is space",
  needsRoot,
  async (t) => {
    const at = await mkdtemp(join(tmpdir(), "knots-process-"));
    await run(["mount", "-t", "tmpfs", "-o", "size=64k", "knots-test", at]);
    const options = { argv: ["sleep", "600"], record: join(at, "d.json"), log: join(at, "d.log") };
    const ballast = join(at, "ballast");
    t.after(async () => {
      await stopDetached(options, { grace: 0 });
      await run(["umount", at]);
      await rm(at, { recursive: true });
    });
    await assert.rejects(writeFile(ballast, Buffer.alloc(128 * 1024)), /ENOSPC/);
    const { pid } = await startDetached(options);
    assert.equal(await readRecord(options.record), undefined);
    assert.equal((await adoptDetached(options))?.pid, pid);
    await rm(ballast);
    assert.equal((await adoptDetached(options))?.pid, pid);
    assert.equal((await readRecord(options.record))?.pid, pid);
  },
);

test("another process under a recorded pid is neither adopted nor stopped", async (t) => {
  const options = await daemon(t, "exec sleep 600");
  const self = await identify(process.pid);
  assert.ok(self);
  await writeFileAtomic(options.record, JSON.stringify({ ...self, startTime: "1", argv: ["x"], log: options.log }));
  assert.equal(await adoptDetached(options), undefined);
  assert.equal(await stopDetached(options), "absent");
  assert.equal(await isAlive({ ...self, bootId: "earlier" }), false);
  assert.equal(await isAlive(self), true);
});

test("a program that cannot start names its reason and leaves no record", async (t) => {
  const options = { ...(await daemon(t, "")), argv: ["/nowhere/containerd"] };
  await assert.rejects(startDetached(options), /containerd is not installed/);
  await assert.rejects(stat(options.record), /ENOENT/);
});

test("a daemon that ends before it can be recorded says with which code", async (t) => {
  const options = { ...(await daemon(t, "")), argv: ["/bin/false"] };
  for (let round = 0; round < 20; round++) {
    const outcome = await startDetached(options).catch((error: unknown) => String(error));
    // Whether it is seen alive for a moment is up to the kernel; what is said of its death is not.
    if (typeof outcome === "string") assert.match(outcome, /false failed with exit code 1$/);
  }
});

test("a command name with spaces and parentheses does not shift the fields of stat", () => {
  const line = `42 (a) b (c) S 7 42 41 ${Array.from({ length: 15 }, (_, i) => i).join(" ")} 987654 x`;
  assert.deepEqual(parseProcessStat(line), {
    command: "a) b (c",
    state: "S",
    parent: 7,
    session: 41,
    startTime: "987654",
  });
});

test("a log that outgrew its cap moves aside once, and its writer goes on at the start", async (t) => {
  const path = join(await folder(t), "x.log");
  const log = await openLog(path);
  await log.write("0123456789");
  assert.equal(await capLog(path, 10), false);
  await log.write("!");
  assert.equal(await capLog(path, 10), true);
  await log.write("next");
  await log.close();
  assert.equal(await readFile(`${path}.1`, "utf8"), "0123456789!");
  assert.equal(await readFile(path, "utf8"), "next");
});

test("a watched log is capped by its writes alone", async (t) => {
  const path = join(await folder(t), "x.log");
  const log = await openLog(path);
  using _capped = keepLogCapped(path, 4);
  await log.write("too long\n");
  await logged(`${path}.1`, "too long");
  await log.close();
});
