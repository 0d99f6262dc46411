// An API server whose Secrets need keys that a KMS plugin keeps: restarts, several servers, and a plugin that does not answer.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { builtinKinds, ConfigMap, Secret } from "@knots/api";
import { type Client, createClient } from "@knots/client";
import { isApiError } from "@knots/machinery";
import { createVirtualClock, deferred, seededRandom, settle, silentLogger } from "@knots/std";
import { openMemoryStore, type Store } from "@knots/store";
import { openTestStore } from "../../../../testkit/etcd/test-store.ts";
import { createApiServer } from "../server.ts";
import { authenticated, MASTERS_GROUP } from "../user.ts";
import { createEncryption, type Encryption } from "./encryption.ts";
import { type FakeKms, fakeKms } from "./kms/plugin.fixture.ts";
import { EncryptionConfigurationError } from "./parse.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const clock = createVirtualClock();
const around = { clock, random: seededRandom(1), log: silentLogger };
const here = { namespace: "default" };

const configuration = (name: string): string =>
  `{apiVersion: apiserver.config.k8s.io/v1, kind: EncryptionConfiguration, resources: [{resources: [secrets], providers: [
    {kms: {apiVersion: v2, name: ${name}, endpoint: "unix:///kms.sock"}}, {identity: {}}]}]}`;

async function openStore(): Promise<Store> {
  const store = await openTestStore(clock);
  closers.push(() => store.close());
  return store;
}

async function start(store: Store, kms: FakeKms): Promise<{ client: Client; encryption: Encryption }> {
  const encryption = createEncryption({ ...around, configuration: configuration("kms"), connect: () => kms });
  await encryption.ready;
  const server = await createApiServer({ ...around, store, kinds: builtinKinds, encryption });
  closers.push(
    () => encryption.close(),
    () => server.close(),
  );
  return { client: createClient(server.transport(authenticated("admin", [MASTERS_GROUP]))), encryption };
}

const secret = (name: string) => ({ metadata: { name, ...here }, stringData: { word: `the word of ${name}` } });
const wordOf = ({ data }: Secret): string => Buffer.from(data?.["word"] ?? "", "base64").toString();
const words = async (client: Client): Promise<readonly string[]> => (await client.list(Secret)).items.map(wordOf);
const fails = (promise: Promise<unknown>, why: RegExp): Promise<void> =>
  assert.rejects(promise, (error) => isApiError(error, "InternalError") && why.test(error.message));

test("servers read what others wrote, by whatever seed, and ask the plugin once for each", async () => {
  const store = await openStore();
  const kms = fakeKms();
  const first = await start(store, kms);
  await first.client.create(Secret, secret("a"));
  const [kv] = (await store.range({ start: "/registry/secrets/default/a" })).items;
  assert.ok(
    Buffer.from(kv?.value ?? "")
      .toString("latin1")
      .startsWith("k8s:enc:kms:v2:kms:"),
  );
  const second = await start(store, kms);
  assert.deepEqual(await words(second.client), ["the word of a"], "read at the start");
  await second.client.create(Secret, secret("b"));
  assert.deepEqual(await words(first.client), ["the word of a", "the word of b"], "heard of by the watch");
  assert.equal(wordOf(await first.client.get(Secret, { ...here, name: "b" })), "the word of b");
  assert.equal(kms.decrypted.length, 2);
});

test("a plugin that does not answer keeps Secrets from being read, and nothing else; then all is there", async () => {
  const store = await openStore();
  const kms = fakeKms();
  await (await start(store, kms)).client.create(Secret, secret("a"));
  const other = Object.assign(fakeKms(), { silent: true });
  const { client, encryption } = await start(store, other);
  assert.equal(encryption.fault(), "KMS plugins are not well: kms: nobody answers");
  const why = /default\/a": failed to decrypt DEK, error: nobody answers/;
  await fails(client.get(Secret, { ...here, name: "a" }), why);
  await fails(client.list(Secret), why);
  await fails(client.create(Secret, secret("b")), /the KMS plugin kms is not well: nobody answers/);
  await client.create(ConfigMap, { metadata: { name: "c", ...here } });
  other.silent = false;
  await clock.advance(10_000);
  assert.equal(wordOf(await client.get(Secret, { ...here, name: "a" })), "the word of a");
  assert.deepEqual(await words(client), ["the word of a"]);
  assert.equal(encryption.fault(), undefined);
  await client.create(Secret, secret("b"));
});

test("a plugin that never answers holds up changes of other kinds for a second, and Secrets until it does", async () => {
  const store = openMemoryStore({ clock });
  closers.push(() => store.close());
  const [here, there] = [fakeKms(), fakeKms()];
  const { client } = await start(store, here);
  const answers = deferred();
  const { decrypt } = here;
  here.decrypt = async (seed) => {
    await answers.promise;
    return decrypt(seed);
  };
  const other = await start(store, there);
  await other.client.create(Secret, secret("a"));
  await other.client.create(ConfigMap, { metadata: { name: "c", namespace: "default" } });
  const listing = client.list(ConfigMap);
  await clock.advance(1000);
  assert.ok((await listing).items.some(({ metadata }) => metadata.name === "c"));
  await fails(client.list(Secret), /failed to decrypt DEK, error: the plugin has not answered yet/);
  answers.resolve();
  await settle();
  assert.deepEqual(await words(client), ["the word of a"]);
});

test("a configuration whose plugin is not well is not taken", async () => {
  const store = await openStore();
  const kms = fakeKms();
  const { client, encryption } = await start(store, kms);
  await client.create(Secret, secret("a"));
  kms.healthz = "on fire";
  await assert.rejects(encryption.replace(configuration("another")), EncryptionConfigurationError);
  assert.deepEqual(await words(client), ["the word of a"]);
  kms.healthz = "ok";
  await client.create(Secret, secret("b"));
  await encryption.replace(configuration("kms"));
  assert.equal(wordOf(await client.get(Secret, { ...here, name: "a" })), "the word of a");
});
