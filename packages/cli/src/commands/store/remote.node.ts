// The store's own paths on the API server of a running cluster, as its administrator.
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { type Connection, connectionOf, readKubeconfig } from "@knots/host";
import { pathsOf } from "../../settings/paths.ts";
import { UserError } from "../../settings/user-error.ts";

/** Bytes that an answer other than a backup may have. */
const MOST = 16 * 1024 * 1024;

/** One running cluster's store. Refusals become one line. */
export interface RemoteStore {
  readonly server: string;
  /** Sends a request below `/knots/store` and reads the answer's JSON. */
  readonly ask: (method: "GET" | "POST", path: string) => Promise<unknown>;
  /** The bytes of a backup. */
  readonly backup: () => AsyncIterable<Uint8Array>;
}

export async function remoteStore(dataDir: string): Promise<RemoteStore> {
  const path = pathsOf({ dataDir }).kubeconfig;
  const config = await readKubeconfig(path);
  if (!config) throw new UserError("error.notRunning", { path: dataDir });
  const connection = await connectionOf(config, path);
  return {
    server: connection.server,
    async ask(method, target) {
      return JSON.parse(await text(await send(connection, method, target), MOST)) as unknown;
    },
    async *backup() {
      yield* (await send(connection, "GET", "/backup")) as AsyncIterable<Buffer>;
    },
  };
}

async function send(connection: Connection, method: string, target: string): Promise<IncomingMessage> {
  const { server, authority, certificate, key, token } = connection;
  const tls = { ...(authority && { ca: authority }), ...(certificate && { cert: certificate }), ...(key && { key }) };
  const headers = { accept: "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(`${server}/knots/store${target}`, { method, headers, agent: false, ...tls }, resolve);
    call.on("error", (cause) => reject(new UserError("error.noAnswer", { server, reason: cause.message }, { cause })));
    call.end();
  });
  if (answer.statusCode === 200) return answer;
  throw new UserError("error.refused", { message: messageOf(await text(answer, MOST)) });
}

async function text(answer: IncomingMessage, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) throw new Error(`the answer has more than ${limit} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** The message of a Status, or whatever came instead. */
function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    return typeof message === "string" ? message : body;
  } catch {
    return body;
  }
}
