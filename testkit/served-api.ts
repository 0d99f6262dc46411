// An API server behind HTTPS, on a memory store or on the etcd that tests were given, with an administrator's kubeconfig and stock kubectl at hand.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtinKinds } from "@knots/api";
import {
  type ApiServer,
  type ApiServerOptions,
  createApiServer,
  type HttpPort,
  type ListenOptions,
  listen,
} from "@knots/apiserver";
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

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a body of any shape, read by assertions only
  json(): any;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Hears of pieces as they come; returns whether to go on. Without it, the whole body is in the reply. */
  readonly onPiece?: (piece: Buffer) => boolean;
}

/** What a test changes about the server and its port. */
export interface ServedApiOptions {
  readonly server?: Partial<ApiServerOptions>;
  readonly port?: Partial<ListenOptions>;
}

export interface ServedApi {
  readonly store: Store;
  readonly server: ApiServer;
  readonly port: HttpPort;
  /** PEM of the authority and of the administrator's certificate and key. */
  readonly pem: { readonly ca: string; readonly cert: string; readonly key: string };
  /** One request by the administrator over HTTP/1.1, on a connection of its own. */
  readonly ask: (path: string, how?: Ask) => Promise<Reply>;
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

function asker(port: number, pem: ServedApi["pem"]): ServedApi["ask"] {
  return (path, { method = "GET", headers = {}, body, onPiece } = {}) =>
    new Promise((resolve, reject) => {
      // Said here, because Node says it for some methods only.
      const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const options = {
        host: "127.0.0.1",
        port,
        path,
        method,
        headers: { ...length, ...headers },
        ...pem,
        agent: false,
      };
      const call = request(options, (response) => {
        const chunks: Buffer[] = [];
        const answer = (): void => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString();
          const { statusCode: status = 0, headers: fields } = response;
          resolve({ status, headers: fields, bytes, text, json: () => JSON.parse(text) });
        };
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          if (onPiece?.(chunk) !== false) return;
          answer();
          response.destroy();
        });
        response.on("error", reject);
        response.on("end", answer);
      });
      call.on("error", reject);
      call.end(body);
    });
}

export async function serveApi(options: ServedApiOptions = {}): Promise<ServedApi> {
  const folder = await mkdtemp(join(tmpdir(), "knots-kubectl-"));
  const now = realClock.now();
  const authority = await createAuthority("test-ca", now);
  const tls = { user: "kube-apiserver", usages: ["server"], ipAddresses: ["127.0.0.1"] } as const;
  const serving = await issueCertificate(authority, tls, now);
  const subject = { user: "admin", groups: ["system:masters"], usages: ["client"] } as const;
  const admin = await issueCertificate(authority, subject, now);
  const store = await openTestStore(realClock);
  const parts = { clock: realClock, random: platformRandom } as const;
  const server = await createApiServer({ store, ...parts, kinds: builtinKinds, ...options.server });
  const clientCa = authority.certificate;
  const port = await listen({ server, ...parts, port: 0, ...serving, clientCa, ...options.port });
  const pem = { ca: clientCa, cert: admin.certificate, key: admin.key };
  const config = kubeconfig(port.port, authority.certificate, admin);
  await writeFile(join(folder, "config"), JSON.stringify(config), { mode: 0o600 });
  return {
    store,
    server,
    port,
    pem,
    ask: asker(port.port, pem),
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
