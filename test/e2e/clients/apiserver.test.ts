// `kts apiserver` alone, with upstream's flags: who its callers are, its range of addresses, and how it ends.
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createAuthority, issueCertificate } from "@knots/host";
import { realClock } from "@knots/std";
import { startApiServer } from "./apiserver.ts";
import { freePort } from "./cluster.ts";
import { type Answer, ask } from "./wire.ts";

const folder = mkdtempSync(join(tmpdir(), "knots-apiserver-"));
const MASTER = "first-token";
let server: ChildProcess;
let port: number;
let client: { readonly certificate: string; readonly key: string };

async function startServer(): Promise<ChildProcess> {
  const { process } = await startApiServer({
    "secure-port": String(port),
    "bind-address": "127.0.0.1",
    "data-dir": join(folder, "data"),
    "token-auth-file": join(folder, "tokens.csv"),
    "client-ca-file": join(folder, "clients.crt"),
    "service-cluster-ip-range": "10.50.0.0/24",
  });
  return process;
}

before(async () => {
  const now = realClock.now();
  const authority = await createAuthority("clients", now);
  client = await issueCertificate(authority, { user: "carol", groups: ["crew"], usages: ["client"] }, now);
  writeFileSync(join(folder, "clients.crt"), authority.certificate);
  writeFileSync(join(folder, "tokens.csv"), `${MASTER},ann,1,"crew,system:masters"\nsecond-token,bob,2\n`);
  port = await freePort();
  server = await startServer();
});
after(() => {
  server.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function call(path: string, token?: string, body?: object): Promise<Answer> {
  const authority = readFileSync(join(folder, "data", "pki", "ca.crt"), "utf8");
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const how = { headers, ...(body && { method: "POST", body: JSON.stringify(body) }) };
  return ask({ port, pem: { authority, ...client } }, path, { ...how, anonymous: token !== undefined });
}

async function whoIs(token?: string): Promise<unknown> {
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const answer = await call("/apis/authentication.k8s.io/v1/selfsubjectreviews", token, review);
  return answer.json()["status"]?.["userInfo"];
}

test("callers are known by their token or their certificate (WIR-02)", async () => {
  assert.deepEqual(await whoIs(MASTER), {
    username: "ann",
    uid: "1",
    groups: ["crew", "system:masters", "system:authenticated"],
  });
  const { username, groups } = (await whoIs()) as { username: string; groups: string[] };
  assert.deepEqual([username, groups], ["carol", ["crew", "system:authenticated"]]);
  assert.equal((await call("/api/v1/pods", MASTER)).status, 200);
  assert.equal((await call("/api/v1/pods", "second-token")).status, 403);
  assert.equal((await call("/api/v1/pods")).status, 403);
  assert.equal((await call("/api/v1/pods", "third-token")).status, 401);
});

test("services draw from the range", async () => {
  const services = "/api/v1/namespaces/default/services";
  const address = async (name: string): Promise<string> => {
    const body = { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports: [{ port: 80 }] } };
    return (await call(services, MASTER, body)).json()["spec"]?.["clusterIP"] ?? "";
  };
  assert.match(await address("a"), /^10\.50\.0\.\d+$/);
  assert.equal((await call(`${services}/kubernetes`, MASTER)).json()["spec"]?.["clusterIP"], "10.50.0.1");
});

test("no controller runs beside it", async () => {
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: "quiet" } };
  assert.equal((await call("/api/v1/namespaces", MASTER, body)).status, 201);
  const accounts = await call("/api/v1/namespaces/quiet/serviceaccounts", MASTER);
  assert.deepEqual(accounts.json()["items"], []);
});

test("SIGTERM ends it well, and its successor has what it had", async () => {
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
  server = await startServer();
  assert.equal((await call("/api/v1/namespaces/quiet", MASTER)).status, 200);
});
