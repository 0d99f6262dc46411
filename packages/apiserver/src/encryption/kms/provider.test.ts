// Values with keys that a KMS plugin keeps: how often it is asked, what happens while it is ill, and what stands in the store.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger, createVirtualClock, settle } from "@knots/std";
import { nodeCiphers } from "../cipher.node.ts";
import { decodeEnvelope, encodeEnvelope, KEY, SEED } from "./messages.ts";
import { type FakeKms, fakeKms } from "./plugin.fixture.ts";
import { openKmsProvider } from "./provider.ts";

const plain = Buffer.from("the text of a secret");
const place = Buffer.from("/registry/secrets/a/b");

async function open(plugin: FakeKms, clock = createVirtualClock()) {
  const said: string[] = [];
  const log = createLogger({ clock, write: (line) => said.push(line) });
  const provider = openKmsProvider({ name: "kms", plugin, ciphers: nodeCiphers, clock, log });
  await provider.ready;
  const { transformer } = provider;
  const read = async (stored: Uint8Array, where = place) => {
    await transformer.prepare?.(stored);
    const { plain: bytes, stale } = transformer.fromStorage(stored, where);
    return { text: Buffer.from(bytes).toString(), stale };
  };
  return { provider, clock, said, read, write: () => transformer.toStorage(plain, place), transformer };
}

test("a value holds its sealed seed, the plugin is asked for it once, and no value can be moved", async () => {
  const kms = fakeKms();
  const first = await open(kms);
  const stored = first.write();
  assert.ok(!Buffer.from(stored).includes("text of a secret"));
  const { seed, type } = decodeEnvelope(stored);
  assert.deepEqual(
    [seed.keyId, seed.ciphertext.length, Object.keys(seed.annotations), type],
    ["one", 32, ["note.example.com"], SEED],
  );
  assert.equal(first.transformer.prepare?.(stored), undefined, "what was written here is known here");
  const second = await open(kms);
  assert.throws(() => second.transformer.fromStorage(stored, place), /the plugin has not answered yet/);
  await Promise.all([second.read(stored), second.read(first.write())]);
  assert.deepEqual(await second.read(stored), { text: plain.toString(), stale: false });
  assert.deepEqual(kms.decrypted, ["one"], "one seed, asked for once");
  await assert.rejects(second.read(stored, Buffer.from("/registry/secrets/a/c")), /message authentication failed/);
  for (const { provider } of [first, second]) provider.close();
});

test("a new key of the plugin is used within a minute, and older values become stale", async () => {
  const kms = fakeKms();
  const { provider, clock, read, write } = await open(kms);
  const old = write();
  kms.key = "two";
  await clock.advance(60_000);
  assert.equal(decodeEnvelope(write()).seed.keyId, "two");
  assert.deepEqual(await read(old), { text: plain.toString(), stale: true });
  provider.close();
  assert.equal(clock.nextAt(), undefined);
});

test("while the plugin is ill values are read, and written for three minutes; then writes fail until it is well", async () => {
  const kms = fakeKms();
  const { provider, clock, said, read, write } = await open(kms);
  const stored = write();
  kms.silent = true;
  await clock.advance(120_000);
  assert.equal(provider.fault(), "nobody answers");
  assert.equal(said.filter((line) => line.includes("is not well")).length, 1, "told of once");
  write();
  await clock.advance(120_000);
  assert.throws(write, /has not been well for too long: nobody answers/);
  assert.equal((await read(stored)).text, plain.toString());
  kms.silent = false;
  await clock.advance(10_000);
  assert.equal(provider.fault(), undefined);
  assert.equal((await read(write())).stale, false);
  provider.close();
});

const ill: readonly (readonly [change: Partial<FakeKms>, fault: RegExp])[] = [
  [{ silent: true }, /nobody answers/],
  [{ healthz: "no disk" }, /got unexpected healthz status: no disk/],
  [{ key: "" }, /expected KMSv2 KeyID to be set/],
  [{ key: "k".repeat(2000) }, /failed to validate key id: it has more than 1024 bytes/],
  [{ status: async () => ({ version: "v1", healthz: "ok", keyId: "one" }) }, /expected KMSv2 API version v2, got v1/],
];
for (const [change, fault] of ill) {
  test(`a plugin that is not well from the start: ${fault.source}`, async () => {
    const { provider, write } = await open(Object.assign(fakeKms(), change));
    assert.match(provider.fault() ?? "", fault);
    assert.throws(write, /the KMS plugin kms is not well/);
    provider.close();
  });
}

test("a seed that the plugin cannot open is named, and asked for again", async () => {
  const kms = fakeKms();
  const first = await open(kms);
  const stored = first.write();
  const second = await open(kms);
  kms.lost.add("one");
  await assert.rejects(second.read(stored), /failed to decrypt DEK, error: key one is gone/);
  kms.lost.clear();
  await assert.rejects(second.read(stored), /key one is gone/, "not at once");
  await second.clock.advance(10_000);
  assert.equal((await second.read(stored)).text, plain.toString());
  assert.throws(() => second.transformer.fromStorage(Buffer.from("no message"), place));
  for (const { provider } of [first, second]) provider.close();
});

test("values whose key itself was sealed, as upstream wrote them at first, are read and become stale", async () => {
  const kms = fakeKms();
  const { provider, read } = await open(kms);
  const key = Buffer.alloc(32, 9);
  const data = nodeCiphers.aesgcm(key).seal(plain, place);
  const stored = encodeEnvelope({ data, seed: await kms.encrypt(key), type: KEY });
  assert.deepEqual(await read(stored), { text: plain.toString(), stale: true });
  const odd = encodeEnvelope({ data, seed: await kms.encrypt(key), type: 7 });
  await assert.rejects(read(odd), /unknown encryptedDEKSourceType: 7/);
  provider.close();
  await settle();
});
