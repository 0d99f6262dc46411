// The real disk: exclusive ownership, and a writing process that is killed with SIGKILL again and again.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { realClock, seededRandom } from "@knots/std";
import { openNodeDisk } from "./disk.node.ts";
import { prefixEnd } from "./keys.ts";
import { openStore } from "./open.ts";

const directory = await mkdtemp(join(tmpdir(), "knots-store-"));
after(() => rm(directory, { recursive: true }));

/** Runs a writer until it has printed `lines` acknowledgements, kills it, and returns all of them: [writer, counter, revision]. */
async function writeAndKill(path: string, first: number, lines: number): Promise<[number, number, number][]> {
  const script = new URL("killed-writer.node.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify({ directory: path, first }));
  const acknowledged: [number, number, number][] = [];
  const exited = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const [writer = 0, n = 0, revision = 0] = line.split(" ").map(Number);
    // The last line may be cut by the kill; a cut number is smaller, so it only asks for less.
    acknowledged.push([writer, n, revision]);
    if (acknowledged.length === lines) child.kill("SIGKILL");
  }
  await exited;
  return acknowledged;
}

test("a killed writer loses nothing that it acknowledged, and its successor goes on at once", async () => {
  const random = seededRandom(11);
  const path = join(directory, "killed");
  let revision = 1;
  let first = 0;
  for (let life = 0; life < 6; life++) {
    const acknowledged = await writeAndKill(path, first, 200 + random.below(600));
    const store = await openStore({ disk: await openNodeDisk(path), clock: realClock });
    const { items } = await store.range({ start: "writer/", end: prefixEnd("writer/") });
    const stored = new Map(items.map((kv) => [kv.key, Number.parseInt(Buffer.from(kv.value).toString(), 10)]));
    for (const [writer, n] of acknowledged) {
      assert.ok((stored.get(`writer/${writer}`) ?? -1) >= n, `life ${life}: writer ${writer} was told ${n}`);
    }
    const revisions = acknowledged.slice(0, -1).map(([, , at]) => at);
    assert.equal(new Set(revisions).size, revisions.length, `life ${life}: no revision twice`);
    assert.ok(Math.min(...revisions) > revision, `life ${life}: no revision of an earlier life`);
    revision = store.status().revision;
    assert.ok(revision >= Math.max(...revisions));
    first = Math.max(...stored.values()) + 1;
    await store.close();
  }
  assert.ok((await readdir(path)).length > 0);
});

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
