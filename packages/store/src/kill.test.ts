// The real disk: exclusive ownership, and a writing process that is killed with SIGKILL again and again.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { realClock } from "@knots/std";
import { killAgainAndAgain } from "../../../testkit/store/kills.ts";
import { openNodeDisk } from "./disk.node.ts";
import { openStore } from "./open.ts";

const directory = await mkdtemp(join(tmpdir(), "knots-store-"));
after(() => rm(directory, { recursive: true }));

// One history over all lives: every answer, every watch and every revision, before and after each death.
for (const [seed, kills] of [
  [1, 25],
  [2, 25],
  [3, 25],
  [4, 25],
] as const) {
  test(`${kills} kills at any moment: nothing acknowledged is lost, no revision is used twice, one order explains everything (seed ${seed})`, async () => {
    const path = join(directory, `killed-${seed}`);
    await mkdir(path);
    const { problems, revision, operations } = await killAgainAndAgain({ directory: path, seed, kills, answers: 150 });
    assert.deepEqual(problems, []);
    assert.ok(revision > kills && operations > 10 * kills, `${operations} operations, revision ${revision}`);
  });
}

test("a directory has one owner; the files are nobody else's business", async () => {
  const path = join(directory, "owned");
  const store = await openStore({ disk: await openNodeDisk(path), clock: realClock });
  const again = await openNodeDisk(path);
  await assert.rejects(openStore({ disk: again, clock: realClock }), {
    code: "locked",
    message: /belongs to another process/,
  });
  assert.equal((await stat(path)).mode & 0o777, 0o700);
  for (const name of await readdir(path)) assert.equal((await stat(join(path, name))).mode & 0o777, 0o600);
  await store.close();
  await (await openStore({ disk: again, clock: realClock })).close();
});

test("a directory that cannot be made says why", async () => {
  await writeFile(join(directory, "file"), "");
  await assert.rejects(openNodeDisk(join(directory, "file", "store")), {
    code: "io",
    message: /cannot make .*: ENOTDIR/,
  });
});
