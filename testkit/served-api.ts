// An API server behind HTTPS, on a memory store or on the etcd that tests were given, with an administrator's kubeconfig and stock kubectl at hand.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtinKinds } from "@knots/api";
import { type ApiServer, createApiServer, type HttpPort, listen } from "@knots/apiserver";
import { createAuthority, issueCertificate } from "@knots/host";
import { platformRandom, realClock } from "@knots/std";
import type { Store } from "@knots/store";
import { openTestStore } from "./etcd/test-store.ts";

const VERSIONS = ["1.27", "1.30", "1.33"].map((version) => `/usr/lib/google-cloud-sdk/bin/kubectl.${version}`);

/** The kubectls that are on this machine. */
export const kubectls = VERSIONS.filter((path) => existsSync(path));

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface ServedApi {
  readonly store: Store;
  readonly server: ApiServer;
  readonly port: HttpPort;
  readonly kubectl: (binary: string, args: readonly string[], input?: string) => Promise<Result>;
  readonly close: () => Promise<void>;
}

function kubeconfig(port: number, authority: string, admin: { certificate: string; key: string }): object {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const cluster = { server: `https://127.0.0.1:${port}`, "certificate-authority-data": base64(authority) };
  const user = { "client-certificate-data": base64(admin.certificate), "client-key-data": base64(admin.key) };
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    clusters: [{ name: "test", cluster }],
    users: [{ name: "admin", user }],
  };
}

export async function serveApi(): Promise<ServedApi> {
  const folder = await mkdtemp(join(tmpdir(), "knots-kubectl-"));
  const now = realClock.now();
  const authority = await createAuthority("test-ca", now);
  const tls = { user: "kube-apiserver", usages: ["server"], ipAddresses: ["127.0.0.1"] } as const;
  const serving = await issueCertificate(authority, tls, now);
  const subject = { user: "admin", groups: ["system:masters"], usages: ["client"] } as const;
  const admin = await issueCertificate(authority, subject, now);
  const store = await openTestStore(realClock);
  const parts = { clock: realClock, random: platformRandom } as const;
  const server = await createApiServer({ store, ...parts, kinds: builtinKinds });
  const port = await listen({ server, ...parts, port: 0, ...serving, clientCa: authority.certificate });
  const config = kubeconfig(port.port, authority.certificate, admin);
  await writeFile(join(folder, "config"), JSON.stringify(config), { mode: 0o600 });
  return {
    store,
    server,
    port,
    kubectl: (binary, args, input = "") =>
      new Promise((resolve) => {
        const all = ["--kubeconfig", join(folder, "config"), "--cache-dir", join(folder, "cache"), ...args];
        const child = execFile(binary, all, { timeout: 60_000 }, (error, out, err) =>
          resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
        );
        child.stdin?.end(input);
      }),
    async close() {
      await port.close();
      await server.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
