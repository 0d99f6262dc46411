// Plain requests passed on to another server: the answer comes back as a head and a stream of bytes.
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { Clock } from "@knots/std";
import { type Headers, startRequest } from "./client-request.node.ts";
import { DEFAULT_TIMES, type StreamTarget, type StreamTimes } from "./target.ts";

export interface PassedRequest {
  readonly target: StreamTarget;
  readonly method: string;
  readonly headers?: Headers;
  readonly body?: AsyncIterable<Uint8Array>;
  readonly clock: Clock;
  /** The client is gone: the request and its answer end. */
  readonly signal: AbortSignal;
  readonly times?: StreamTimes;
}

export interface PassedAnswer {
  readonly status: number;
  /** Without the fields that concern one connection only. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Ends quietly when the client is gone; leaving it early ends the request. Read it or leave it. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Fields that belong to one connection and are never passed on. */
const HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

function endToEnd(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string | readonly string[]> {
  const named = String(headers["connection"] ?? "")
    .toLowerCase()
    .split(/\s*,\s*/);
  const kept = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !HOP.includes(name) && !named.includes(name),
  );
  return Object.fromEntries(kept) as Record<string, string | readonly string[]>;
}

async function* bodyOf(answer: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    answer.destroy();
  }
}

/** Sends the request; resolves with the head of the answer. Rejects when the target cannot be reached or is silent. */
export function passRequest(passed: PassedRequest): Promise<PassedAnswer> {
  const { target, method, headers = {}, clock, signal, times, body } = passed;
  const answered = Promise.withResolvers<PassedAnswer>();
  const sent = startRequest(target, method, endToEnd(headers));
  const abort = (): void => void sent.destroy(new Error("the client is gone"));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  sent.once("close", () => signal.removeEventListener("abort", abort));
  const patience = times?.answer ?? DEFAULT_TIMES.answer;
  const timer = clock.setTimer(patience, () => sent.destroy(new Error(`no answer within ${patience} ms`)));
  sent.once("response", (answer) => {
    timer.cancel();
    const { statusCode: status = 502, headers } = answer;
    answered.resolve({ status, headers: endToEnd(headers), body: bodyOf(answer, signal) });
  });
  sent.on("error", (error) => {
    timer.cancel();
    answered.reject(error);
  });
  if (!body) sent.end();
  else
    Readable.from(body, { objectMode: false })
      .on("error", (error) => sent.destroy(error))
      .pipe(sent);
  return answered.promise;
}
