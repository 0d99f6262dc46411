// The API over HTTPS: the same transport port as in process, encoded on the wire.
import type { ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import { type ApiRequest, httpForm, type Transport, UnknownOutcomeError, type WatchEvent } from "@knots/client";
import { ApiError, failure, type KubeObject, type Status } from "@knots/machinery";
import { type Clock, deepFreeze, realClock } from "@knots/std";
import type { Connection } from "../kubeconfig/kubeconfig.node.ts";
import { readLines } from "./lines.ts";
import { ConnectionError, createSessionPool, type SessionPool } from "./session.node.ts";

/** Limits of an HTTPS transport. */
export interface HttpsTransportOptions {
  readonly clock?: Clock;
  /** Names the client to the server. */
  readonly userAgent?: string;
  /** Milliseconds that a request other than a watch may take; 60,000 when not given. */
  readonly timeout?: number;
  /** Bytes that an answer may have; 256 MiB when not given. */
  readonly maxAnswer?: number;
  /** Bytes that one watch event may have; 16 MiB when not given. */
  readonly maxEvent?: number;
}

/** A transport whose connection is closed by its owner. */
export interface HttpsTransport extends Transport {
  close(): void;
}

interface Context {
  readonly pool: SessionPool;
  readonly clock: Clock;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
  readonly maxAnswer: number;
  readonly maxEvent: number;
}

const READS: readonly string[] = ["get", "list", "watch"];

interface Opened {
  readonly stream: ClientHttp2Stream;
  readonly code: number;
}

/** Sends the request and waits for the head of the answer. */
async function send(context: Context, request: ApiRequest, signal: AbortSignal): Promise<Opened> {
  const form = httpForm(request);
  const body = form.body === undefined ? undefined : JSON.stringify(form.body);
  const headers = {
    ...context.headers,
    ":method": form.method,
    ":path": form.target,
    accept: "application/json",
    ...(body !== undefined && { "content-type": form.contentType ?? "application/json" }),
  };
  const stream = await context.pool.open(headers, body !== undefined);
  const abort = (): void => void stream.destroy(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
  signal.addEventListener("abort", abort, { once: true });
  stream.once("close", () => signal.removeEventListener("abort", abort));
  return new Promise((resolve, reject) => {
    stream.once("response", (head: IncomingHttpHeaders & { readonly ":status"?: number }) =>
      resolve({ stream, code: head[":status"] ?? 0 }),
    );
    stream.once("error", (cause) =>
      reject(new ConnectionError(`the connection broke: ${cause.message}`, true, { cause })),
    );
    stream.once("close", () => reject(new ConnectionError("the connection closed before an answer came", true)));
    if (body !== undefined) stream.end(body);
    if (signal.aborted) stream.destroy();
  });
}

async function readAll(stream: ClientHttp2Stream, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) throw new Error(`the answer has more than ${limit} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function isStatus(value: unknown): value is Status {
  return typeof value === "object" && value !== null && (value as { readonly kind?: unknown }).kind === "Status";
}

/** An error answer as the ApiError it stands for; text that is no Status is kept as the message. */
function errorOf(code: number, text: string): ApiError {
  try {
    const value: unknown = JSON.parse(text);
    if (isStatus(value)) return new ApiError(value);
  } catch {
    // Not JSON: a proxy's page, for example.
  }
  return new ApiError(
    failure(code, code >= 500 ? "InternalError" : "BadRequest", text.slice(0, 1000) || `the server answered ${code}`),
  );
}

/** Aborts on the caller's signal or after the time limit. */
function limited(
  context: Context,
  signal: AbortSignal | undefined,
): { readonly signal: AbortSignal; readonly done: () => void } {
  const timeout = new AbortController();
  const timer = context.clock.setTimer(context.timeout, () =>
    timeout.abort(new Error(`no answer within ${context.timeout} ms`)),
  );
  return { signal: signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal, done: () => timer.cancel() };
}

async function request(
  context: Context,
  call: ApiRequest,
  outer: AbortSignal | undefined,
): Promise<KubeObject | Status> {
  outer?.throwIfAborted();
  const { signal, done } = limited(context, outer);
  try {
    const { stream, code } = await send(context, call, signal);
    const text = await readAll(stream, context.maxAnswer);
    if (code >= 400) throw errorOf(code, text);
    return deepFreeze(JSON.parse(text) as KubeObject);
  } catch (error) {
    if (error instanceof ApiError || READS.includes(call.verb)) throw error;
    if (error instanceof ConnectionError && !error.sent) throw error;
    throw new UnknownOutcomeError("the connection broke after the request was sent", { cause: error });
  } finally {
    done();
  }
}

async function* events(stream: ClientHttp2Stream, limit: number): AsyncGenerator<WatchEvent> {
  try {
    for await (const line of readLines(stream as AsyncIterable<Uint8Array>, limit))
      yield deepFreeze(JSON.parse(line) as WatchEvent);
  } finally {
    stream.destroy();
  }
}

async function watch(
  context: Context,
  call: ApiRequest,
  outer: AbortSignal | undefined,
): Promise<AsyncIterable<WatchEvent>> {
  outer?.throwIfAborted();
  const stop = outer ?? new AbortController().signal;
  const { stream, code } = await send(context, call, stop);
  if (code >= 400) throw errorOf(code, await readAll(stream, context.maxAnswer));
  return events(stream, context.maxEvent);
}

/** Connects to an API server over HTTP/2 as the connection's identity. */
export function createHttpsTransport(connection: Connection, options: HttpsTransportOptions = {}): HttpsTransport {
  const clock = options.clock ?? realClock;
  const pool = createSessionPool(connection, clock);
  const context: Context = {
    pool,
    clock,
    headers: {
      "user-agent": options.userAgent ?? "knots",
      ...(connection.token !== undefined && { authorization: `Bearer ${connection.token}` }),
    },
    timeout: options.timeout ?? 60_000,
    maxAnswer: options.maxAnswer ?? 256 * 1024 * 1024,
    maxEvent: options.maxEvent ?? 16 * 1024 * 1024,
  };
  return {
    request: (call, signal) => request(context, call, signal),
    watch: (call, signal) => watch(context, call, signal),
    close: () => pool.close(),
  };
}
