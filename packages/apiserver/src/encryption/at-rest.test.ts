// An API server over a store that must not know what Secrets hold: what its bytes show, plain stores, lost keys, damage, the past.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { builtinKinds, ConfigMap, Secret } from "@knots/api";
import { type Client, createClient, type WatchEvent } from "@knots/client";
import { isApiError } from "@knots/machinery";
import { createLogger, createVirtualClock, defined, seededRandom, silentLogger } from "@knots/std";
import { type KeyValue, openMemoryStore, prefixEnd, type Store } from "@knots/store";
import { openTestStore } from "../../../../testkit/etcd/test-store.ts";
import { type ApiServer, createApiServer } from "../server.ts";
import { authenticated, LOOPBACK, MASTERS_GROUP } from "../user.ts";
import { createEncryption, type Encryption } from "./encryption.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const clock = createVirtualClock();

async function openStore(): Promise<Store> {
  const store = await openTestStore(clock);
  closers.push(() => store.close());
  return store;
}

interface Started {
  readonly client: Client;
  readonly server: ApiServer;
  readonly said: string[];
  close(): Promise<void>;
}

async function start(store: Store, encryption?: Encryption): Promise<Started> {
  const said: string[] = [];
  const log = createLogger({ clock, write: (line) => said.push(line) });
  const options = { store, clock, random: seededRandom(1), kinds: builtinKinds, log };
  const server = await createApiServer({ ...options, ...(encryption && { encryption }) });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= server.close();
    return closed;
  };
  closers.push(close);
  return { client: createClient(server.transport(authenticated("admin", [MASTERS_GROUP]))), server, said, close };
}

const KEYS = { one: "1", two: "2" } as const;
type KeyName = keyof typeof KEYS;
const configuration = (...names: readonly (KeyName | "plain")[]): string => {
  const provider = (name: KeyName | "plain") =>
    name === "plain"
      ? { identity: {} }
      : { aesgcm: { keys: [{ name, secret: Buffer.alloc(32, KEYS[name]).toString("base64") }] } };
  const resources = [{ resources: ["secrets"], providers: names.map(provider) }];
  return JSON.stringify({ apiVersion: "apiserver.config.k8s.io/v1", kind: "EncryptionConfiguration", resources });
};
const encryptionWith = (...names: readonly (KeyName | "plain")[]): Encryption =>
  createEncryption({ configuration: configuration(...names), clock, random: seededRandom(1), log: silentLogger });

const TEXT = "correct horse battery staple";
const SECRETS = { group: "", version: "v1", resource: "secrets" };
const here = { namespace: "default" };
const secret = (name: string, text = TEXT) => ({ metadata: { name, ...here }, stringData: { password: text } });
const keyOf = (name: string, namespace = "default"): string => `/registry/secrets/${namespace}/${name}`;

async function storedAt(store: Store, key: string): Promise<KeyValue> {
  return defined((await store.range({ start: key })).items[0], `a value of ${key}`);
}
const shows = ({ value }: KeyValue, text: string): boolean => Buffer.from(value).includes(text);
const passwordOf = ({ data }: Secret): string => Buffer.from(data?.["password"] ?? "", "base64").toString();

/** A 500 with these words. */
const fails = (promise: Promise<unknown>, words: RegExp): Promise<void> =>
  assert.rejects(
    promise,
    (error) => isApiError(error, "InternalError") && error.code === 500 && words.test(error.message),
  );

async function rewrite(client: Client, name: string): Promise<Secret> {
  return client.update(Secret, await client.get(Secret, { ...here, name }));
}

test("the store never sees a Secret's content, clients see nothing else", async () => {
  const store = await openStore();
  const { client } = await start(store, encryptionWith("one", "plain"));
  const made = await client.create(Secret, secret("a"));
  const changed = await client.update(Secret, { ...made, stringData: { user: "someone" } });
  await client.create(ConfigMap, { metadata: { name: "c", ...here }, data: { note: "not a secret" } });
  const { items } = await store.range({ start: "/registry/", end: prefixEnd("/registry/") });
  const base64 = Buffer.from(TEXT).toString("base64");
  for (const kv of items) for (const text of [TEXT, base64, "password"]) assert.ok(!shows(kv, text), kv.key);
  const kv = await storedAt(store, keyOf("a"));
  assert.ok(Buffer.from(kv.value).toString("latin1").startsWith("k8s:enc:aesgcm:v1:one:"));
  assert.ok(shows(await storedAt(store, "/registry/configmaps/default/c"), "not a secret"));
  assert.equal(passwordOf(await client.get(Secret, { ...here, name: "a" })), TEXT);
  assert.deepEqual((await client.list(Secret, here)).items, [changed]);
  await client.delete(Secret, { ...here, name: "a" });
  assert.deepEqual((await client.list(Secret, here)).items, []);
});

test("a plain store is read as it is; each Secret is encrypted when it is written, changed or not, and then rests", async () => {
  const store = await openStore();
  const before = await start(store);
  await before.client.create(Secret, secret("a"));
  await before.client.create(Secret, secret("b"));
  await before.close();
  const { client } = await start(store, encryptionWith("one", "plain"));
  const found = await client.get(Secret, { ...here, name: "a" });
  assert.equal(passwordOf(found), TEXT);
  const once = await rewrite(client, "a");
  assert.notEqual(once.metadata.resourceVersion, found.metadata.resourceVersion);
  const stable = ({ metadata: { resourceVersion: _version, ...metadata }, ...rest }: Secret) => ({ ...rest, metadata });
  assert.deepEqual(stable(once), stable(found), "nothing but the revision");
  assert.deepEqual(await rewrite(client, "a"), once, "no write without a reason");
  assert.ok(!shows(await storedAt(store, keyOf("a")), "password"));
  assert.ok(shows(await storedAt(store, keyOf("b")), "password"));
});

test("a key is exchanged while the server runs", async () => {
  const store = await openStore();
  const encryption = encryptionWith("one");
  const { client } = await start(store, encryption);
  const made = await client.create(Secret, secret("a"));
  await encryption.replace(configuration("two", "one"));
  assert.equal(passwordOf(await client.get(Secret, { ...here, name: "a" })), TEXT);
  assert.notEqual((await rewrite(client, "a")).metadata.resourceVersion, made.metadata.resourceVersion);
  await encryption.replace(configuration("two"));
  assert.equal(passwordOf(await client.get(Secret, { ...here, name: "a" })), TEXT);
  await assert.rejects(encryption.replace("nonsense"));
  assert.equal((await client.list(Secret, here)).items.length, 1);
});

test("without its key an object cannot be read, everything else can, and with the key it is back", async () => {
  const store = await openStore();
  const first = await start(store, encryptionWith("one"));
  await first.client.create(Secret, secret("a"));
  await first.close();
  const encryption = encryptionWith("two", "plain");
  const { client, server, said } = await start(store, encryption);
  const why = /unable to transform key "\/registry\/secrets\/default\/a": no matching key was found/;
  await fails(client.get(Secret, { ...here, name: "a" }), why);
  await fails(client.list(Secret, here), why);
  await fails(client.list(Secret), why);
  await fails(client.list(Secret, { ...here, limit: 10 }), why);
  const cached = { verb: "get", resource: SECRETS, ...here, name: "a", options: { resourceVersion: "0" } } as const;
  await fails(server.transport(LOOPBACK).request(cached), why);
  await fails(client.create(Secret, secret("a")), why);
  await fails(client.delete(Secret, { ...here, name: "a" }), why);
  const line = defined(
    said.find((text) => text.includes("cannot be read")),
    "a line in the log",
  );
  assert.match(line, /"encryptedWith":\{"provider":"aesgcm","key":"one"\}/);
  assert.ok(line.includes(keyOf("a")));
  await client.create(ConfigMap, { metadata: { name: "c", ...here } });
  const other = await client.create(Secret, { ...secret("b"), metadata: { name: "b", namespace: "kube-system" } });
  assert.deepEqual((await client.list(Secret, { namespace: "kube-system" })).items, [other]);
  await encryption.replace(configuration("two", "one"));
  assert.deepEqual((await client.list(Secret)).items.map(passwordOf), [TEXT, TEXT]);
});

async function take(events: AsyncIterable<WatchEvent>, count: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const { type, object } of events) {
    seen.push(`${type} ${type === "ERROR" ? String(object.code) : object.metadata.name}`);
    if (seen.length === count) break;
  }
  return seen;
}

test("a change that cannot be read ends watches; once it is readable or gone lists and watches go on", async () => {
  const store = await openStore();
  const encryption = encryptionWith("one");
  const here = await start(store, encryption);
  const there = await start(store, encryptionWith("two", "one"));
  const transport = here.server.transport(LOOPBACK);
  const watch = async () => transport.watch({ verb: "watch", resource: SECRETS, options: {} });
  const made = await here.client.create(Secret, secret("a"));
  const seen = take(await watch(), 3);
  const changed = await there.client.update(Secret, { ...made, stringData: { user: "x" } });
  assert.deepEqual(await seen, ["ADDED a", "ERROR 410"]);
  await fails(here.client.list(Secret), /no matching key was found/);
  await fails(watch(), /no matching key was found/);
  await encryption.replace(configuration("one", "two"));
  assert.deepEqual((await here.client.list(Secret)).items, [changed]);
  await encryption.replace(configuration("one"));
  const second = await there.client.create(Secret, secret("b"));
  await fails(here.client.list(Secret), /default\/b/);
  await there.client.delete(Secret, { namespace: "default", name: "b" });
  const live = take(await watch(), 2);
  await here.client.create(Secret, secret("c"));
  assert.deepEqual(await live, ["ADDED a", "ADDED c"]);
  assert.equal(second.metadata.name, "b");
});

test("a value that was moved, damaged or is not ours is refused, and neither shown nor quoted", async () => {
  const store = await openStore();
  const { client, said } = await start(store, encryptionWith("one", "plain"));
  await client.create(Secret, secret("a"));
  const { value } = await storedAt(store, keyOf("a"));
  const put = (name: string, bytes: Uint8Array) =>
    store.txn({ compare: [], success: [{ type: "put", key: keyOf(name), value: bytes }] });
  const damaged = Uint8Array.from(value);
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  await put("moved", value);
  await put("damaged", damaged);
  await put("cut", value.subarray(0, 30));
  await put("protobuf", Buffer.from(`k8s\0${TEXT}`));
  await put("text", Buffer.from(`{"password":"${TEXT}"`));
  await fails(client.get(Secret, { ...here, name: "moved" }), /default\/moved": cipher: message authentication failed/);
  await fails(client.get(Secret, { ...here, name: "damaged" }), /message authentication failed/);
  await fails(client.get(Secret, { ...here, name: "cut" }), /shorter than the required size/);
  await fails(client.get(Secret, { ...here, name: "protobuf" }), /is protobuf, which this server does not read$/);
  await fails(client.get(Secret, { ...here, name: "text" }), /default\/text": not an object$/);
  assert.equal(passwordOf(await client.get(Secret, { ...here, name: "a" })), TEXT);
  assert.ok(!said.join().includes(TEXT.slice(0, 8)));
});

test("a fork has the same values and the same keys, and neither sees what the other writes", async () => {
  const store = openMemoryStore({ clock });
  closers.push(() => store.close());
  const encryption = encryptionWith("one");
  const { client } = await start(store, encryption);
  await client.create(Secret, secret("a"));
  const fork = store.fork();
  closers.push(() => fork.close());
  const other = await start(fork, encryption);
  await other.client.create(Secret, secret("b", "in the fork"));
  assert.deepEqual((await other.client.list(Secret)).items.map(passwordOf), [TEXT, "in the fork"]);
  assert.deepEqual((await client.list(Secret)).items.map(passwordOf), [TEXT]);
});

test("the past is decrypted too", async () => {
  const store = await openStore();
  const { client, server } = await start(store, encryptionWith("one"));
  const made = await client.create(Secret, secret("a"));
  const { metadata } = made;
  await client.update(Secret, { ...made, stringData: { password: "another" } });
  await client.delete(Secret, { ...here, name: "a" });
  const resource = SECRETS;
  const context = { user: LOOPBACK, options: {}, warn: () => {}, moment: String(metadata.resourceVersion) };
  const { body } = await server.chain.handle({ verb: "get", resource, ...here, name: "a" }, context);
  assert.equal(passwordOf(body as unknown as Secret), TEXT);
  const list = await server.chain.handle({ verb: "list", resource, ...here }, context);
  assert.deepEqual((list.body as unknown as { readonly items: readonly Secret[] }).items.map(passwordOf), [TEXT]);
});
