// The key that a cluster makes for itself, and a configuration file that changes while it is used.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createEncryption } from "@knots/apiserver";
import { writeFileAtomic } from "@knots/host";
import { createChannel, createLogger, createVirtualClock, seededRandom, silentLogger } from "@knots/std";
import { defaultEncryption, encryptionFileOf, reloadEncryption } from "./encryption.node.ts";

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "knots-encryption-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

const around = { clock: createVirtualClock(), random: seededRandom(1), log: silentLogger };
const SECRETS = { group: "", resource: "secrets" };
const plain = Buffer.from("{}");

test("a cluster makes a key once, for Secrets alone, and keeps it to itself", async (t) => {
  const [one, other] = [await folderFor(t), await folderFor(t)];
  const configuration = await defaultEncryption(one);
  const file = encryptionFileOf(one);
  assert.equal(await readFile(file, "utf8"), configuration);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal(await defaultEncryption(one), configuration);
  assert.notEqual(await defaultEncryption(other), configuration);
  const encryption = createEncryption({ configuration, ...around });
  const place = encryption.placeOf("/registry/secrets/a/b");
  const stored = Buffer.from(encryption.transformerOf(SECRETS).toStorage(plain, place));
  assert.match(stored.toString("latin1"), /^k8s:enc:aesgcm:v1:key-[0-9a-f]{8}:/);
  assert.equal(encryption.transformerOf(SECRETS).fromStorage(plain, place).stale, true, "an older plain Secret");
  const configMaps = encryption.transformerOf({ group: "", resource: "configmaps" });
  assert.deepEqual(configMaps.toStorage(plain, place), plain);
});

test("a file is loaded again when it changes; a broken or missing one is told of once and changes nothing", async (t) => {
  const folder = await folderFor(t);
  const file = join(folder, "config.yaml");
  const first = await defaultEncryption(folder);
  const second = first.replace(/key-\w+/, "second");
  await writeFileAtomic(file, first);
  const clock = createVirtualClock();
  const lines = createChannel<string>(100);
  const log = createLogger({ clock, write: (line) => lines.push(line) });
  const encryption = createEncryption({ ...around, configuration: first });
  const stop = reloadEncryption({ encryption, file, text: first, clock, log });
  const said = lines[Symbol.asyncIterator]();
  const heard = async (): Promise<string> => {
    await clock.advance(5000);
    return String((await said.next()).value);
  };
  const writer = (): string =>
    Buffer.from(encryption.transformerOf(SECRETS).toStorage(plain, plain)).toString("latin1").split(":")[4] ?? "";

  await writeFileAtomic(file, second);
  assert.match(await heard(), /"level":"info".*loaded again/);
  assert.equal(writer(), "second");
  await writeFileAtomic(file, second.replace("aesgcm", "aesgmc"));
  assert.match(await heard(), /"level":"error".*the one before stays.*unknown field/);
  assert.equal(writer(), "second");
  await clock.advance(60_000);
  await rm(file);
  assert.match(await heard(), /"level":"error".*it cannot be read/);
  await writeFileAtomic(file, first);
  assert.match(await heard(), /loaded again/);
  assert.match(writer(), /^key-/);
  stop();
  assert.equal(clock.nextAt(), undefined);
});
