// HTTP as it is on the wire: one request with its own headers, and everything that came back.
import { type RequestOptions, request } from "node:https";
import type { TestCluster } from "./cluster.ts";

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
  readonly text: string;
  json(): Json;
}
// A body of any shape, read by assertions only.
export type Json = { readonly [name: string]: Json } & { readonly [at: number]: Json } & string & number;

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Without a client certificate. */
  readonly anonymous?: boolean;
  readonly tls?: RequestOptions;
}

/** Rejects only when there is no answer at all. */
export function ask(cluster: Pick<TestCluster, "port" | "pem">, path: string, how: Ask = {}): Promise<Answer> {
  const { method = "GET", headers = {}, body, anonymous = false, tls = {} } = how;
  const { authority: ca, certificate: cert, key } = cluster.pem;
  const identity = anonymous ? { ca } : { ca, cert, key };
  const options = { host: "127.0.0.1", port: cluster.port, path, method, headers, agent: false, ...identity, ...tls };
  return new Promise((resolve, reject) => {
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const all = Buffer.concat(chunks);
        const text = all.toString();
        const { statusCode: status = 0, headers: answered } = response;
        resolve({ status, headers: answered, body: all, text, json: () => JSON.parse(text) as Json });
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}
