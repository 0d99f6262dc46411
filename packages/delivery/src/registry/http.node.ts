// Requests to a registry over one kept connection pool: bodies streamed in, answers read within limits.
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** The registry refused, or broke its own rules. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  /** HTTP status. */
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** The registry cannot be reached, or the connection broke. */
export class RegistryConnectionError extends Error {
  override readonly name = "RegistryConnectionError";
}

export interface RegistryCall {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  /** Path with query, below the registry's address. */
  readonly path: string;
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | { readonly size: number; readonly source: AsyncIterable<Uint8Array> };
  /** Most bytes of the answer. */
  readonly limit?: number;
  /** Other statuses than these are errors. */
  readonly expect: readonly number[];
}

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

export interface RegistryHttp {
  send(call: RegistryCall): Promise<RegistryAnswer>;
  close(): void;
}

const SMALL = 64 * 1024;

export interface RegistryHttpOptions {
  /** Host with port. */
  readonly address: string;
  /** PEM; the authorities that Node knows when not given. */
  readonly authority?: string;
  /** Milliseconds without a sign of life; 30,000 when not given. */
  readonly silence?: number;
}

export function registryHttp({ address, authority, silence = 30_000 }: RegistryHttpOptions): RegistryHttp {
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ...(authority !== undefined && { ca: authority }) });
  const open = async ({ method, path, token, headers, body }: RegistryCall): Promise<IncomingMessage> => {
    const size = body === undefined ? 0 : body instanceof Uint8Array ? body.length : body.size;
    const fixed = { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-length": `${size}` }) };
    const call = request(`https://${address}${path}`, { method, agent, headers: { ...headers, ...fixed } });
    call.setTimeout(silence, () => call.destroy(new Error(`no answer within ${silence} ms`)));
    const answered = new Promise<IncomingMessage>((resolve, reject) =>
      call.once("response", resolve).once("error", reject),
    );
    if (body === undefined || body instanceof Uint8Array) call.end(body);
    // An answer that comes before the end of the body is the one that counts.
    else pipeline(Readable.from(body.source, { objectMode: false }), call).catch(() => call.destroy());
    return await answered;
  };
  return {
    async send(call) {
      let answer: RegistryAnswer;
      try {
        const response = await open(call);
        answer = {
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: await read(response, call.limit ?? SMALL),
        };
      } catch (cause) {
        if (cause instanceof RegistryError) throw cause;
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new RegistryConnectionError(`registry ${address}: ${why}`, { cause });
      }
      if (call.expect.includes(answer.status)) return answer;
      throw new RegistryError(
        `${call.method} ${call.path.split("?")[0]}: ${answer.status} ${detail(answer)}`,
        answer.status,
      );
    },
    close: () => agent.destroy(),
  };
}

async function read(response: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new RegistryError(`the answer has more than ${limit} bytes`, response.statusCode ?? 0);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The registry's own words, when it has any. */
function detail({ body }: RegistryAnswer): string {
  try {
    const { errors = [] } = JSON.parse(body.toString("utf8")) as { errors?: readonly { message?: string }[] };
    return errors.map(({ message = "" }) => message).join("; ");
  } catch {
    return body.toString("utf8", 0, 200).trim();
  }
}
