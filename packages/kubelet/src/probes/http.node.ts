// One HTTP request of a probe or hook: what came back, or why nothing did.
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";

export interface HttpLook {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/** The answer; `left` when a redirect led to another host, which counts as an answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly left?: boolean;
}

const MAX_BODY = 10 * 1024;
const MAX_REDIRECTS = 10;

function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_BODY) response.destroy();
    });
    response.on("error", reject);
    response.on("close", () => resolve(Buffer.concat(chunks).subarray(0, MAX_BODY).toString("utf8")));
  });
}

function once(url: URL, look: HttpLook, signal: AbortSignal): Promise<HttpAnswer & { readonly location?: string }> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === "https:" ? httpsRequest : httpRequest;
    const headers = Object.fromEntries(
      Object.entries(look.headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
    );
    const options = { headers, signal, agent: false as const, rejectUnauthorized: false, servername: "" };
    const sent = request(url, options, (response) => {
      const { location } = response.headers;
      const status = response.statusCode ?? 0;
      readBody(response).then((body) => resolve({ status, body, ...(location !== undefined && { location }) }), reject);
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** Sends a GET and follows redirects on the same host. Rejects when no answer comes in time. */
export async function httpGet(look: HttpLook): Promise<HttpAnswer> {
  const limit = AbortSignal.timeout(look.timeout);
  const signal = look.signal ? AbortSignal.any([limit, look.signal]) : limit;
  let url = new URL(look.url);
  try {
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const answer = await once(url, look, signal);
      if (answer.status < 300 || answer.status > 399 || answer.location === undefined) return answer;
      const next = new URL(answer.location, url);
      if (next.hostname !== url.hostname) return { ...answer, left: true };
      url = next;
    }
  } catch (error) {
    if (limit.aborted) throw new Error("context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
    throw error;
  }
  throw new Error(`stopped after ${MAX_REDIRECTS} redirects`);
}
