// Asks a server to turn a connection into something else than HTTP.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "@knots/std";
import { type Headers, startRequest } from "./client-request.node.ts";
import { DEFAULT_TIMES, type StreamTarget, type StreamTimes } from "./target.ts";

/** Fields of an upgrade that concern both ends; everything else (credentials above all) stays behind. */
const PASSED = [
  "upgrade",
  "x-stream-protocol-version",
  "sec-websocket-key",
  "sec-websocket-version",
  "sec-websocket-protocol",
  "sec-websocket-extensions",
  "user-agent",
];

/** The fields of a client's upgrade request that are passed on; repeated fields stay apart. */
export function upgradeHeaders(request: IncomingMessage): Headers {
  const found = PASSED.flatMap((name): [string, readonly string[]][] => {
    const values = request.headersDistinct[name];
    return values ? [[name, values]] : [];
  });
  return { ...Object.fromEntries(found), connection: "Upgrade" };
}

export interface UpgradeRequest {
  readonly target: StreamTarget;
  readonly method: string;
  readonly headers: Headers;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly times?: StreamTimes;
}

/** What became of it: the connection is ours, or the server answered in HTTP. */
export type Upgraded =
  | { readonly switched: true; readonly answer: IncomingMessage; readonly socket: Duplex; readonly head: Buffer }
  | { readonly switched: false; readonly answer: IncomingMessage };

/** Sends the request; resolves with the server's answer. Rejects when there is none in time. */
export function openUpgrade(request: UpgradeRequest): Promise<Upgraded> {
  const { clock, signal, times } = request;
  const answered = Promise.withResolvers<Upgraded>();
  const sent = startRequest(request.target, request.method, request.headers);
  const patience = times?.answer ?? DEFAULT_TIMES.answer;
  const timer = clock.setTimer(patience, () => sent.destroy(new Error(`no answer within ${patience} ms`)));
  const abort = (): void => void sent.destroy(new Error("the client is gone"));
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  const settle = (): void => {
    timer.cancel();
    signal?.removeEventListener("abort", abort);
  };
  sent.once("upgrade", (answer, socket, head) => {
    settle();
    answered.resolve({ switched: true, answer, socket, head });
  });
  sent.once("response", (answer) => {
    settle();
    answered.resolve({ switched: false, answer });
  });
  sent.on("error", (error) => {
    settle();
    answered.reject(error);
  });
  sent.end();
  return answered.promise;
}
