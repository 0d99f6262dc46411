// Which provider writes and which reads, what a configuration may say, and what is said about one that cannot be used.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock, seededRandom, silentLogger } from "@knots/std";
import { createEncryption, type Encryption } from "./encryption.ts";
import { EncryptionConfigurationError } from "./parse.ts";
import { keyOf, plainTransformers, type Transformers } from "./transformer.ts";

const KEY = {
  a: Buffer.alloc(32, "a").toString("base64"),
  b: Buffer.alloc(32, "b").toString("base64"),
};

interface Rule {
  readonly resources: readonly string[];
  readonly providers: readonly object[];
}
const withRules = (...resources: readonly Rule[]): string =>
  JSON.stringify({ apiVersion: "apiserver.config.k8s.io/v1", kind: "EncryptionConfiguration", resources });
const keys = (...names: readonly (keyof typeof KEY)[]) => ({
  keys: names.map((name) => ({ name, secret: KEY[name] })),
});
const secretsWith = (...providers: readonly object[]): string => withRules({ resources: ["secrets"], providers });

const around = { clock: createVirtualClock(), random: seededRandom(1), log: silentLogger };
const make = (options: { readonly configuration: string; readonly prefix?: string }): Encryption =>
  createEncryption({ ...around, ...options });

const SECRETS = { group: "", resource: "secrets" };
const plain = Buffer.from('{"kind":"Secret"}');

const open = (configuration: string, resource = SECRETS) => opened(make({ configuration }), resource);

function opened<T extends Transformers>(encryption: T, resource = SECRETS) {
  const place = encryption.placeOf("/registry/secrets/default/x");
  return {
    encryption,
    write: () => encryption.transformerOf(resource).toStorage(plain, place),
    read: (stored: Uint8Array) => encryption.transformerOf(resource).fromStorage(stored, place),
  };
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

test("values carry upstream's prefixes, and each provider reads its own", () => {
  for (const provider of ["aesgcm", "aescbc", "secretbox"]) {
    const { write, read } = open(secretsWith({ [provider]: keys("a") }));
    const stored = write();
    assert.ok(textOf(stored).startsWith(`k8s:enc:${provider}:v1:a:`));
    assert.deepEqual(keyOf(stored), { provider, key: "a" });
    const { plain: opened, stale } = read(stored);
    assert.deepEqual([Buffer.from(opened), stale], [plain, false]);
  }
  assert.equal(keyOf(plain), undefined);
});

test("a value that was moved to another key is refused by aesgcm", () => {
  const { encryption, write } = open(secretsWith({ aesgcm: keys("a") }));
  const there = encryption.placeOf("/registry/secrets/default/y");
  assert.throws(() => encryption.transformerOf(SECRETS).fromStorage(write(), there), /authentication failed/);
});

test("the place of a value is the one in etcd", () => {
  const key = "/registry/secrets/default/x";
  assert.equal(textOf(plainTransformers.placeOf(key)), key);
  const configuration = secretsWith({ identity: {} });
  assert.equal(textOf(make({ configuration }).placeOf(key)), key);
  assert.equal(textOf(make({ configuration, prefix: "/here/" }).placeOf(key)), "/here/secrets/default/x");
});

test("a key is exchanged in four steps, and no value is unreadable in between", () => {
  const first = open(secretsWith({ aesgcm: keys("a") }));
  const old = first.write();
  const added = open(secretsWith({ aesgcm: keys("a", "b") }));
  assert.equal(added.read(old).stale, false);
  const turned = open(secretsWith({ aesgcm: keys("b", "a") }));
  assert.equal(turned.read(old).stale, true);
  const rewritten = turned.write();
  assert.equal(added.read(rewritten).stale, true, "a server that has not turned yet reads it");
  const removed = open(secretsWith({ aesgcm: keys("b") }));
  assert.equal(removed.read(rewritten).stale, false);
  assert.throws(() => removed.read(old), /no matching key was found for the provided AES transformer/);
});

test("plain values become stale under a key, encrypted ones under identity; identity alone refuses those", () => {
  const encrypting = open(secretsWith({ secretbox: keys("a") }, { identity: {} }));
  assert.equal(encrypting.read(plain).stale, true);
  const stored = encrypting.write();
  const leaving = open(secretsWith({ identity: {} }, { secretbox: keys("a") }));
  assert.equal(leaving.read(stored).stale, true);
  assert.equal(leaving.read(plain).stale, false);
  assert.deepEqual(leaving.write(), plain);
  assert.throws(() => open(secretsWith({ identity: {} })).read(stored), /no matching prefix found/);
  assert.throws(() => opened(plainTransformers).read(stored), /tried to read encrypted data/);
});

test("two keys of one name, as while one is exchanged, are both tried", () => {
  const provider = (secret: string) => ({ aesgcm: { keys: [{ name: "key", secret }] } });
  const old = open(secretsWith(provider(KEY.a))).write();
  assert.equal(open(secretsWith(provider(KEY.b), provider(KEY.a))).read(old).stale, true);
  assert.throws(() => open(secretsWith(provider(KEY.b))).read(old), /message authentication failed/);
});

test("a rule is for resources, groups or everything; the nearest name decides", () => {
  const rule = (resource: string, name: keyof typeof KEY): Rule => ({
    resources: [resource],
    providers: [{ aesgcm: keys(name) }],
  });
  const keyFor = (configuration: string, resource: { group: string; resource: string }): string | undefined =>
    keyOf(open(configuration, resource).write())?.key;
  const deployments = { group: "apps", resource: "deployments" };
  const widgets = { group: "example.com", resource: "widgets" };
  const core = withRules(rule("secrets", "a"), rule("*.", "b"));
  assert.deepEqual([keyFor(core, SECRETS), keyFor(core, { group: "", resource: "pods" })], ["a", "b"]);
  assert.equal(keyFor(core, deployments), undefined);
  const apps = withRules(rule("*.apps", "a"), rule("*.*", "b"));
  assert.deepEqual([keyFor(apps, deployments), keyFor(apps, widgets), keyFor(apps, SECRETS)], ["a", "b", "b"]);
  const both = withRules(rule("widgets.example.com", "a"), rule("widgets.example.com", "b"));
  assert.equal(keyFor(both, widgets), "a", "rules of one resource are joined in order");
});

test("another configuration takes its place at once, and one that cannot be used does not", async () => {
  const { encryption, write, read } = open(secretsWith({ aesgcm: keys("a") }));
  const before = encryption.transformerOf(SECRETS);
  assert.equal(encryption.transformerOf(SECRETS), before);
  await assert.rejects(encryption.replace(secretsWith()), EncryptionConfigurationError);
  assert.equal(encryption.transformerOf(SECRETS), before);
  const old = write();
  await encryption.replace(secretsWith({ aescbc: keys("b") }, { aesgcm: keys("a") }));
  assert.deepEqual(keyOf(write()), { provider: "aescbc", key: "b" });
  assert.equal(read(old).stale, true);
});

const head = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n";
const oneKey = (key: object) => secretsWith({ aesgcm: { keys: [key] } });
const identity = { identity: {} };

const withKms = (...changes: readonly object[]): string => {
  const kms = { apiVersion: "v2", name: "one", endpoint: "unix:///run/kms.sock" };
  return secretsWith(...changes.map((change) => ({ kms: { ...kms, ...change } })));
};

const refused: readonly (readonly [what: string, configuration: string, why: string])[] = [
  ["an empty file", "\n", "the encryption provider configuration is empty"],
  ["text that is not YAML", "a: [", "not valid YAML"],
  ["another kind", "apiVersion: v1\nkind: Pod\n", 'not "v1", "Pod"'],
  ["no rule", head, "resources: Required value: at least one resources is required"],
  ["an unknown field", `${head}resources: []\nprovidres: []\n`, 'strict decoding error: unknown field "providres"'],
  [
    "an unknown field inside",
    secretsWith({ aesgcm: { keys: [], size: 1 } }),
    'unknown field "resources[0].providers[0].aesgcm.size"',
  ],
  ["a wrong type", secretsWith({ aesgcm: { keys: "x" } }), "json: cannot unmarshal string into Go struct field"],
  ["no resource", withRules({ resources: [], providers: [identity] }), "resources[0].resources: Required value"],
  ["no provider", secretsWith(), "resources[0].providers: Required value: at least one resources[0].providers"],
  ["an empty provider", secretsWith({}), "resources[0].providers[0]: Invalid value: {}: provider does not contain"],
  ["two providers in one", secretsWith({ ...identity, aesgcm: keys("a") }), "more than one provider specified"],
  ["no key", secretsWith({ aesgcm: {} }), "resources[0].providers[0].aesgcm.keys: Required value: at least one keys"],
  ["a key without a name", oneKey({ secret: KEY.a }), "aesgcm.keys[0].name: Required value: name is a mandatory"],
  ["a key without a secret", oneKey({ name: "a" }), "aesgcm.keys[0].secret: Required value: secret is a mandatory"],
  [
    "bad base64",
    oneKey({ name: "a", secret: "c2VjcmV0!" }),
    'aesgcm.keys[0].secret: Invalid value: "REDACTED": secrets must be base64 encoded',
  ],
  [
    "a short AES key",
    oneKey({ name: "a", secret: "YWJj" }),
    'Invalid value: "REDACTED": secret is not of the expected length, got 3, expected one of [16 24 32]',
  ],
  [
    "a short key of secretbox",
    secretsWith({ secretbox: { keys: [{ name: "a", secret: Buffer.alloc(16).toString("base64") }] } }),
    "got 16, expected one of [32]",
  ],
  [
    "a plugin of the first version",
    withKms({ apiVersion: "v1" }),
    "kms.apiVersion: Forbidden: version v1 of KMS plugins",
  ],
  ["a plugin without a version", withKms({ apiVersion: "" }), "kms.apiVersion: Forbidden: version v1 of KMS plugins"],
  ["a plugin of another version", withKms({ apiVersion: "v3" }), 'kms.apiVersion: Invalid value: "v3": unsupported'],
  ["a plugin without a name", withKms({ name: "" }), "kms.name: Required value: name is a mandatory field"],
  ["a plugin with a colon", withKms({ name: "a:b" }), "invalid KMS provider name a:b, must not contain ':'"],
  ["two plugins of one name", withKms({}, {}), 'resources[0].providers[1].kms.name: Invalid value: "one": duplicate'],
  ["a plugin nowhere", withKms({ endpoint: "" }), "endpoint is a mandatory field for a kms"],
  ["a plugin far away", withKms({ endpoint: "https://kms" }), 'unsupported scheme "https" for KMS provider'],
  [
    "a plugin without a file",
    withKms({ endpoint: "unix:///@kms" }),
    "kms.endpoint: Forbidden: abstract sockets are not",
  ],
  [
    "a plugin without time",
    withKms({ timeout: "0s" }),
    'kms.timeout: Invalid value: "0s": timeout should be a positive',
  ],
  [
    "a plugin with a cache",
    withKms({ cachesize: 5 }),
    "kms.cachesize: Invalid value: 5: cachesize is not supported in v2",
  ],
  [
    "a resource twice",
    withRules({ resources: ["secrets", "secrets"], providers: [identity] }),
    'resources[0].resources: Invalid value: ["secrets","secrets"]: the same resource cannot be',
  ],
  [
    "an overlap",
    withRules({ resources: ["secrets", "*."], providers: [identity] }),
    "using overlapping resources such as 'secrets' and '*.' in the same resource list",
  ],
  [
    "an overlap with everything",
    withRules({ resources: ["*.*", "pods"], providers: [identity] }),
    "using overlapping resources",
  ],
  [
    "a masked rule",
    withRules({ resources: ["*."], providers: [identity] }, { resources: ["secrets"], providers: [identity] }),
    'resources[1].resources[0]: Invalid value: "secrets": resource "secrets" is masked by earlier rule "*."',
  ],
  [
    "capital letters",
    withRules({ resources: ["Secrets"], providers: [identity] }),
    "should not contain capital letters",
  ],
  ["a lone star", withRules({ resources: ["*"], providers: [identity] }), "use '*.' to encrypt all the resources"],
  ["one resource of all groups", withRules({ resources: ["pods.*"], providers: [identity] }), "across groups is not"],
  [
    "events of the later group",
    withRules({ resources: ["events.events.k8s.io"], providers: [identity] }),
    "Use 'events'",
  ],
  ["a group that is gone", withRules({ resources: ["a.extensions"], providers: [identity] }), "'extensions' group has"],
  [
    "what is no resource",
    withRules({ resources: ["apiserveripinfo"], providers: [identity] }),
    "do not have REST API/s",
  ],
];

for (const [what, configuration, why] of refused) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => make({ configuration }),
      (error) => error instanceof EncryptionConfigurationError && error.message.includes(why),
    );
  });
}

test("no message shows a key, or the text that it stands in", () => {
  const secret = "dG9wLXNlY3JldC1rZXktZG8tbm90LXNob3c=";
  const texts = [
    `${head}resources:\n- resources: [secrets]\n  providers:\n  - aesgcm: {keys: [{name: a, secret: ${secret}]}\n`,
    oneKey({ name: "a", secret }),
    oneKey({ name: "a", secret: `${secret}!` }),
    secretsWith({ aesgcm: { keys: [{ name: "a", secret }] }, secretbox: { keys: [{ name: "b", secret }] } }),
    secretsWith({ aesgcm: { keys: secret } }),
    secretsWith({ aesgcm: { keys: [{ name: "a", secrets: secret }] } }),
  ];
  for (const configuration of texts)
    assert.throws(
      () => make({ configuration }),
      (error) => error instanceof EncryptionConfigurationError && !error.message.includes(secret.slice(0, 12)),
    );
});
