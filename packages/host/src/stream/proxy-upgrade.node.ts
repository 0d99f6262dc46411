// Passes an upgraded connection through: the client and the server speak with each other, whatever they speak.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "@knots/std";
import { headBytes, refuseUpgrade } from "./answer.node.ts";
import { joinStreams } from "./join.node.ts";
import { readText } from "./read-text.node.ts";
import { DEFAULT_TIMES, type StreamTarget, type StreamTimes } from "./target.ts";
import { openUpgrade, upgradeHeaders } from "./upgrade.node.ts";

/** A client's request to upgrade, as Node's HTTP server hands it over. Who asks may do so: that is settled. */
export interface ClientUpgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** Bytes that came after the request. */
  readonly head: Buffer;
}

/** An answer that is told to a client instead of a stream. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  /** Media type; plain text when absent. */
  readonly type?: string | undefined;
}

export interface ProxyUpgradeOptions {
  readonly target: StreamTarget;
  readonly clock: Clock;
  readonly times?: StreamTimes;
  /** Words for the client when the target cannot be reached (502). */
  readonly unreachable?: (error: unknown) => Refusal;
  /** Turns a refusal of the target into the answer for the client; as it came when absent. */
  readonly refused?: (
    status: number,
    text: string,
  ) => { readonly status: number; readonly text: string; readonly type?: string };
}

const MAX_REFUSAL = 64 * 1024;

const plainly = (error: unknown): Refusal => ({
  status: 502,
  text: `error dialing backend: ${error instanceof Error ? error.message : String(error)}`,
});

/** A signal that aborts when the client's connection closes. */
export function goneSignal(socket: Duplex): AbortSignal {
  const gone = new AbortController();
  if (socket.destroyed) gone.abort();
  socket.once("close", () => gone.abort());
  // Errors of the client's connection close it; without a listener they would end the process.
  socket.on("error", () => socket.destroy());
  return gone.signal;
}

/** Serves the client's upgrade by the target; resolves when both connections are closed. Never rejects. */
export async function proxyUpgrade(
  { request, socket, head }: ClientUpgrade,
  options: ProxyUpgradeOptions,
): Promise<void> {
  const { target, clock, times } = options;
  const common = { target, clock, signal: goneSignal(socket), ...(times && { times }) };
  const headers = upgradeHeaders(request);
  try {
    const upgraded = await openUpgrade({ ...common, method: request.method ?? "GET", headers });
    if (!upgraded.switched) return await passRefusal(socket, upgraded.answer, options);
    socket.write(headBytes(upgraded.answer));
    if (upgraded.head.length > 0) socket.write(upgraded.head);
    if (head.length > 0) upgraded.socket.write(head);
    await joinStreams(socket, upgraded.socket, { clock, linger: times?.linger ?? DEFAULT_TIMES.linger });
  } catch (error) {
    const { status, text, type } = (options.unreachable ?? plainly)(error);
    refuseUpgrade(socket, status, text, type);
  }
}

/** Only the text goes on, and the connection ends: a client must not speak with the target past the refusal. */
async function passRefusal(socket: Duplex, answer: IncomingMessage, { refused }: ProxyUpgradeOptions): Promise<void> {
  const text = await readText(answer, MAX_REFUSAL);
  const code = answer.statusCode ?? 502;
  const status = code === 101 || code < 400 ? 502 : code;
  const told: Refusal = refused?.(status, text) ?? { status, text, type: answer.headers["content-type"] };
  refuseUpgrade(socket, told.status, told.text, told.type);
}
