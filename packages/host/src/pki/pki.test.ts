// The authority and its leaves, judged by node's TLS and by the openssl program.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../process/run.node.ts";
import { createAuthority, issueCertificate } from "./certificate.node.ts";
import { openIssuedPki, openPki } from "./folder.node.ts";

const NOW = Date.UTC(2026, 10, 20);
const DAY = 86_400_000;

test("a leaf carries user, groups, names and addresses, and openssl accepts the chain", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "knots-pki-"));
  t.after(() => rm(folder, { recursive: true }));
  const authority = await createAuthority("test-ca", Date.now());
  const leaf = await issueCertificate(
    authority,
    {
      user: "system:node:a",
      groups: ["system:nodes", "x"],
      usages: ["client", "server"],
      dnsNames: ["a.local"],
      ipAddresses: ["127.0.0.1"],
    },
    Date.now(),
  );
  const parsed = new X509Certificate(leaf.certificate);
  assert.deepEqual(parsed.subject.split("\n").sort(), ["CN=system:node:a", "O=system:nodes", "O=x"]);
  assert.equal(parsed.subjectAltName, "DNS:a.local, IP Address:127.0.0.1");
  await writeFile(join(folder, "ca.crt"), authority.certificate);
  await writeFile(join(folder, "leaf.crt"), leaf.certificate);
  const verified = await run([
    "openssl",
    "verify",
    "-CAfile",
    join(folder, "ca.crt"),
    "-purpose",
    "sslserver",
    join(folder, "leaf.crt"),
  ]);
  assert.match(verified.stdout, /: OK/);
});

test("a folder keeps what is good, and renews what ends, changes or is foreign", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "knots-pki-"));
  t.after(() => rm(folder, { recursive: true }));
  let now = NOW;
  const pki = await openPki(folder, () => now);
  const request = { user: "a", usages: ["client"], dnsNames: ["one"] } as const;
  const first = await pki.leaf("a", request);
  assert.equal((await stat(join(folder, "a.key"))).mode & 0o777, 0o600);
  assert.deepEqual(await pki.leaf("a", request), first, "unchanged");
  now += 200 * DAY;
  assert.deepEqual(await pki.leaf("a", request), first, "half of its life left");
  now += 60 * DAY;
  const renewed = await pki.leaf("a", request);
  assert.notEqual(renewed.certificate, first.certificate, "less than a third left");
  assert.notEqual(
    (await pki.leaf("a", { ...request, dnsNames: ["one", "two"] })).certificate,
    renewed.certificate,
    "another name",
  );
  const again = await openPki(folder, () => now);
  assert.deepEqual(again.authority, pki.authority, "the authority stays");
  assert.equal(await again.tokenKey(), await pki.tokenKey(), "the token key stays");
});

test("who may not sign reads what was issued, renewed or not, and nothing that was issued for something else", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "knots-pki-"));
  t.after(() => rm(folder, { recursive: true }));
  await assert.rejects(openIssuedPki(folder), /has no authority/);
  const request = { user: "kube-apiserver", usages: ["server"], dnsNames: ["a.local"] } as const;
  const signing = await openPki(folder, () => NOW);
  const issued = await signing.leaf("apiserver", request);
  const key = await signing.tokenKey();
  await rm(join(folder, "ca.key"));
  const reading = await openIssuedPki(folder);
  assert.deepEqual(await reading.leaf("apiserver", request), issued);
  assert.equal(await reading.tokenKey(), key);
  assert.deepEqual(Object.keys(reading.authority), ["certificate"]);
  await assert.rejects(reading.leaf("apiserver", { ...request, dnsNames: ["b.local"] }), /issued for something else/);
  await assert.rejects(reading.leaf("git", request), /git\.crt is missing/);
});

test("keys are given to their owner, earlier ones too, and certificates are for everybody", {
  skip: process.getuid?.() !== 0,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "knots-pki-"));
  t.after(() => rm(folder, { recursive: true }));
  const owner = { uid: 60_643, gid: 60_643 };
  const request = { user: "kube-apiserver", usages: ["server"] } as const;
  const pki = await openPki(folder, () => NOW);
  await pki.leaf("apiserver", request);
  await pki.tokenKey();
  const before = await pki.leaf("apiserver", request, owner);
  assert.deepEqual(await pki.leaf("apiserver", request), before);
  await pki.tokenKey(owner);
  const accessOf = async (name: string): Promise<string> => {
    const { uid, mode } = await stat(join(folder, name));
    return `${uid} ${(mode & 0o777).toString(8)}`;
  };
  const found = await Promise.all(["ca.key", "ca.crt", "apiserver.key", "apiserver.crt", "sa.key"].map(accessOf));
  assert.deepEqual(found, ["0 600", "0 644", "60643 600", "0 644", "60643 600"]);
});
