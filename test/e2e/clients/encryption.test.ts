// Secrets at rest, as somebody sees them who has the data directory of `kts apiserver`: by default, without the key, with keys of one's own.
import assert from "node:assert/strict";
import { once } from "node:events";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { realClock, sleep } from "@knots/std";
import { type LoneServer, startApiServer } from "./apiserver.ts";
import { freePort } from "./cluster.ts";
import { type Answer, ask } from "./wire.ts";

const folder = mkdtempSync(join(tmpdir(), "knots-encryption-"));
const data = join(folder, "data");
const keyFile = join(data, "pki", "encryption.yaml");
const SECRETS = "/api/v1/namespaces/default/secrets";
const TEXT = "correct-horse-battery-staple";
let server: LoneServer | undefined;
let port: number;

async function start(flags: Readonly<Record<string, string>> = {}): Promise<LoneServer> {
  const common = { "secure-port": String(port), "data-dir": data, "token-auth-file": join(folder, "tokens.csv") };
  server = await startApiServer({ ...common, ...flags });
  return server;
}

async function stop(): Promise<string> {
  const { process, said } = server as LoneServer;
  const ended = once(process, "exit");
  process.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
  return said();
}

before(async () => {
  writeFileSync(join(folder, "tokens.csv"), `token,ann,1,"system:masters"\n`);
  port = await freePort();
});
after(() => {
  server?.process.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function call(path: string, body?: object, method = body ? "POST" : "GET"): Promise<Answer> {
  const authority = readFileSync(join(data, "pki", "ca.crt"), "utf8");
  const headers = { "content-type": "application/json", authorization: "Bearer token" };
  const how = { method, headers, ...(body && { body: JSON.stringify(body) }), anonymous: true };
  return ask({ port, pem: { authority, certificate: "", key: "" } }, path, how);
}

async function read(name: string): Promise<string> {
  const secret = (await call(`${SECRETS}/${name}`)).json();
  return Buffer.from(secret["data"]?.["password"] ?? "", "base64").toString();
}

/** Files below the data directory that hold the bytes. */
function holding(text: string): readonly string[] {
  const files = readdirSync(data, { recursive: true, encoding: "utf8" });
  return files.filter((file) => {
    const path = join(data, file);
    return statSync(path).isFile() && readFileSync(path).includes(text);
  });
}

function nothingHolds(text: string): void {
  const base64 = Buffer.from(text).toString("base64");
  for (const form of [text, base64]) assert.deepEqual(holding(form), [], form);
}

/** Until the condition holds; the file is looked at every five seconds. */
async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = realClock.monotonic() + 30_000;
  while (!(await holds())) {
    assert.ok(realClock.monotonic() < end, `${what} within 30 s`);
    await sleep(realClock, 100);
  }
}

test("who has the data directory without its keys does not have the Secrets, running or stopped", async () => {
  await start();
  assert.equal((await call(SECRETS, { metadata: { name: "a" }, stringData: { password: TEXT } })).status, 201);
  const note = "what is no secret";
  await call("/api/v1/namespaces/default/configmaps", { metadata: { name: "a" }, data: { note } });
  assert.equal(await read("a"), TEXT);
  assert.equal(holding(note).length, 1, "the search finds what is not encrypted");
  nothingHolds(TEXT);
  const log = await stop();
  nothingHolds(TEXT);
  assert.equal(statSync(keyFile).mode & 0o777, 0o600);
  const secret = /secret: (\S+)/.exec(readFileSync(keyFile, "utf8"))?.[1] ?? "";
  assert.equal(Buffer.from(secret, "base64").length, 32);
  assert.ok(!log.includes(secret));
  assert.deepEqual(holding(secret), ["pki/encryption.yaml"]);
  await start();
  assert.equal(await read("a"), TEXT);
  await stop();
});

test("without the key its Secrets fail by name and the server goes on; with it they are back", async () => {
  copyFileSync(keyFile, join(folder, "kept.yaml"));
  rmSync(keyFile);
  const { said } = await start();
  assert.match(said(), /objects in the store cannot be read.*"keys":\["\/registry\/secrets\/default\/a"/);
  const answer = await call(`${SECRETS}/a`);
  assert.deepEqual([answer.status, answer.json()["reason"]], [500, "InternalError"]);
  const why = /^Internal error occurred: unable to transform key "\/registry\/secrets\/default\/a": no matching key/;
  assert.match(answer.json()["message"] ?? "", why);
  assert.match((await call("/api/v1/secrets")).json()["message"] ?? "", why);
  assert.equal((await call("/api/v1/configmaps")).status, 200);
  assert.equal((await call("/readyz")).status, 200);
  const elsewhere = "/api/v1/namespaces/kube-system/secrets";
  assert.equal((await call(elsewhere, { metadata: { name: "c" }, stringData: { x: "y" } })).status, 201);
  await call(`${elsewhere}/c`, undefined, "DELETE");
  await stop();
  copyFileSync(join(folder, "kept.yaml"), keyFile);
  await start();
  assert.equal(await read("a"), TEXT);
  await stop();
});

test("a configuration of one's own is loaded again when it changes, and a broken one is not", async () => {
  const own = join(folder, "own.yaml");
  const kept = readFileSync(keyFile, "utf8");
  const write = (text: string): void => {
    writeFileSync(`${own}.new`, text);
    renameSync(`${own}.new`, own);
  };
  write(kept);
  const reload = { "encryption-provider-config": own, "encryption-provider-config-automatic-reload": "" };
  const { said } = await start(reload);
  assert.equal(await read("a"), TEXT);
  write(kept.replace("secrets", "secrets, configmaps"));
  await until("the file was loaded again", () => said().includes("loaded again"));
  const hidden = "staple-battery-horse-correct";
  await call("/api/v1/namespaces/default/configmaps", { metadata: { name: "hidden" }, data: { note: hidden } });
  assert.deepEqual(holding(hidden), []);
  write(kept.replace("aesgcm", "rot13"));
  await until("the broken file was told of", () => said().includes("the one before stays"));
  assert.match(said(), /unknown field \\"resources\[0\]\.providers\[0\]\.rot13\\"/);
  assert.equal(await read("a"), TEXT);
  await stop();
  await assert.rejects(
    start(reload),
    /kts: The encryption configuration \S+own\.yaml cannot be used: strict decoding error/,
  );
});
