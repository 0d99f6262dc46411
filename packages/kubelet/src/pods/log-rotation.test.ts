// Rotation of logs: the plan as a table, and real files.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { NOON } from "../../../../testkit/objects.ts";
import { createPodFiles } from "./files.node.ts";
import { LOG_LIMITS, planRotation } from "./log-rotation.ts";
import { logTail } from "./log-tail.ts";

const LONG = LOG_LIMITS.maxBytes;
const old = (minute: number) => ({ name: `0.log.20260101-11${minute}00`, bytes: LONG });
const moved = "0.log.20260101-120000";

const rows: readonly (readonly [sentence: string, files: readonly { name: string; bytes: number }[], plan: object])[] =
  [
    ["a short log stays", [{ name: "0.log", bytes: LONG - 1 }], { remove: [] }],
    ["a long one is moved aside", [{ name: "0.log", bytes: LONG }], { remove: [], moveTo: moved }],
    [
      "the oldest go, so that five files are left",
      [{ name: "0.log", bytes: LONG }, old(14), old(11), old(13), old(12)],
      { remove: [old(11).name], moveTo: moved },
    ],
    [
      "of a program that prints faster than looks follow, the bytes count too",
      [
        { name: "0.log", bytes: 3 * LONG },
        { ...old(12), bytes: LONG },
        { ...old(11), bytes: LONG },
      ],
      { remove: [old(11).name], moveTo: moved },
    ],
    [
      "a log that was moved this very second waits",
      [
        { name: "0.log", bytes: LONG },
        { name: moved, bytes: 1 },
      ],
      { remove: [] },
    ],
    ["another run's files do not count", [{ name: "1.log", bytes: LONG }], { remove: [] }],
  ];
for (const [sentence, files, plan] of rows)
  test(sentence, () => assert.deepEqual(planRotation("0.log", files, NOON), plan));

test("files are moved, removed with their run, and removed with their pod", async (t) => {
  const logs = await mkdtemp(join(tmpdir(), "knots-logs-"));
  t.after(() => rm(logs, { recursive: true, force: true }));
  const files = createPodFiles(logs);
  const pod = join(logs, "default_web_u1");
  await files.prepareLogs(pod, "app");
  await mkdir(join(logs, "default_other_u2"));
  const path = join(pod, "app/0.log");
  await writeFile(path, Buffer.alloc(LONG));
  assert.equal(await files.rotateLog(path, NOON), true);
  assert.deepEqual(await readdir(join(pod, "app")), [moved]);
  assert.equal(await files.rotateLog(path, NOON), false);
  await writeFile(join(pod, "app/1.log"), "");
  await files.removeLog(path);
  assert.deepEqual(await readdir(join(pod, "app")), ["1.log"]);
  await files.removeLogs("u1");
  assert.deepEqual(await readdir(logs), ["default_other_u2"]);
});

test("last words: the file's, or the end of the log without its frame", async (t) => {
  const logs = await mkdtemp(join(tmpdir(), "knots-logs-"));
  t.after(() => rm(logs, { recursive: true, force: true }));
  const files = createPodFiles(logs);
  const [words, log] = [join(logs, "words"), join(logs, "0.log")];
  const line = (flag: string, text: string): string => `2026-01-01T12:00:00.000000000Z stderr ${flag} ${text}\n`;
  await writeFile(log, line("F", "first") + line("P", "two ") + line("F", "halves"));
  assert.equal(await files.lastWords(words), "");
  assert.equal(await files.lastWords(words, log), "first\ntwo halves\n");
  await writeFile(words, "x".repeat(5000));
  assert.equal((await files.lastWords(words, log)).length, 4096);
  assert.equal(logTail("cut off line\n", 100), "");
});
