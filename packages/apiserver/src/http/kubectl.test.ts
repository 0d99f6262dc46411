// Stock kubectl against the HTTPS server.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { builtinKinds } from "@knots/api";
import { createAuthority, issueCertificate } from "@knots/host";
import { platformRandom, realClock } from "@knots/std";
import { type EmbeddedStore, openMemoryStore } from "@knots/store";
import { type ApiServer, createApiServer } from "../server.ts";
import { type HttpPort, listen } from "./listen.node.ts";

const VERSIONS = ["1.27", "1.30", "1.33"].map((version) => `/usr/lib/google-cloud-sdk/bin/kubectl.${version}`);
const available = VERSIONS.filter((path) => existsSync(path));
let folder: string;
let store: EmbeddedStore;
let server: ApiServer;
let port: HttpPort;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "knots-kubectl-"));
  const now = realClock.now();
  const authority = await createAuthority("test-ca", now);
  const tls = { user: "kube-apiserver", usages: ["server"], ipAddresses: ["127.0.0.1"] } as const;
  const serving = await issueCertificate(authority, tls, now);
  const admin = await issueCertificate(
    authority,
    { user: "admin", groups: ["system:masters"], usages: ["client"] },
    now,
  );
  store = openMemoryStore({ clock: realClock });
  const parts = { clock: realClock, random: platformRandom } as const;
  server = await createApiServer({ store, ...parts, kinds: builtinKinds });
  port = await listen({ server, ...parts, port: 0, ...serving, clientCa: authority.certificate });
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    clusters: [
      {
        name: "test",
        cluster: {
          server: `https://127.0.0.1:${port.port}`,
          "certificate-authority-data": base64(authority.certificate),
        },
      },
    ],
    users: [
      {
        name: "admin",
        user: { "client-certificate-data": base64(admin.certificate), "client-key-data": base64(admin.key) },
      },
    ],
  };
  await writeFile(join(folder, "config"), JSON.stringify(config), { mode: 0o600 });
});

after(async () => {
  await port.close();
  await server.close();
  await store.close();
  await rm(folder, { recursive: true });
});

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
function kubectl(binary: string, args: readonly string[], input = ""): Promise<Result> {
  const all = ["--kubeconfig", join(folder, "config"), "--cache-dir", join(folder, "cache"), ...args];
  return new Promise((resolve) => {
    const child = execFile(binary, all, { timeout: 60_000 }, (error, out, err) => {
      const code = error ? Number(error.code ?? 1) : 0;
      resolve({ code, out, err });
    });
    child.stdin?.end(input);
  });
}

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: main, image: nginx, ports: [{ containerPort: 80 }] }
`;

for (const binary of available) {
  test(`${binary.slice(-4)}: apply, get, scale, label, delete`, async () => {
    const run = async (args: readonly string[], input?: string): Promise<string> => {
      const { code, out, err } = await kubectl(binary, args, input);
      assert.equal(code, 0, `kubectl ${args.join(" ")}: ${err}`);
      return out;
    };
    assert.match(await run(["version"]), /Server Version: .*v1\.36\.0/);
    assert.match(await run(["api-resources"]), /^deployments +deploy +apps\/v1 +true +Deployment$/m);
    assert.match(await run(["get", "namespaces"]), /^kube-system +Active/m);
    assert.match(await run(["apply", "-f", "-"], DEPLOYMENT), /deployment.apps\/web created/);
    assert.match(await run(["apply", "-f", "-"], DEPLOYMENT), /deployment.apps\/web unchanged/);
    assert.match(await run(["get", "deploy"]), /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0\/2/m);
    assert.match(await run(["scale", "deploy/web", "--replicas=3"]), /scaled/);
    assert.equal(await run(["get", "deploy", "web", "-o", "jsonpath={.spec.replicas}"]), "3");
    await run(["label", "deploy/web", "tier=front"]);
    assert.match(await run(["get", "deploy", "-l", "tier=front", "-o", "name"]), /deployment.apps\/web/);
    assert.match(await run(["explain", "deployment.spec.replicas"]), /replicas/);
    assert.match(await run(["apply", "--dry-run=server", "-f", "-"], DEPLOYMENT), /server dry run/);
    await run(["create", "configmap", "c", "--from-literal=a=b"]);
    assert.match(await run(["get", "cm", "c", "-o", "yaml"]), /a: b/);
    assert.match(await run(["describe", "deploy", "web"]), /Replicas: +3 desired/);
    assert.match(await run(["delete", "deploy/web", "cm/c"]), /deleted/);
    const missing = await kubectl(binary, ["get", "deploy", "web"]);
    assert.match(missing.err, /Error from server \(NotFound\): deployments.apps "web" not found/);
    const bad = await kubectl(binary, ["apply", "-f", "-"], DEPLOYMENT.replace("replicas: 2", "replica: 2"));
    assert.match(bad.err, /strict decoding error: unknown field "spec.replica"/);
  });
}

test("a namespace with everything in it is shown as JSON, YAML and wide", {
  skip: available.length === 0,
}, async () => {
  const [binary = ""] = available;
  for (const format of ["json", "yaml", "wide", "name"]) {
    const { code, err } = await kubectl(binary, ["get", "ns,sa,cm,svc", "-A", "-o", format]);
    assert.equal(code, 0, err);
  }
});
