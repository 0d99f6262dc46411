// A log over a WebSocket: bytes as binary messages, or as base64 text.
import type { Clock } from "@knots/std";
import { refuseUpgrade } from "../answer.node.ts";
import type { ClientUpgrade } from "../proxy-upgrade.node.ts";
import { DEFAULT_TIMES, type StreamTimes } from "../target.ts";
import { acceptWebSocket, closeNormally, keepAlive, send } from "./accept.node.ts";
import { offeredProtocols } from "./protocols.ts";

const PROTOCOLS = ["binary.k8s.io", "base64.binary.k8s.io"];

export interface ByteMessagesOptions {
  readonly clock: Clock;
  readonly times?: StreamTimes;
}

/** Sends everything that the source yields, then closes. A client that leaves ends the source. Never rejects. */
export async function serveByteMessages(
  client: ClientUpgrade,
  source: AsyncIterable<Uint8Array>,
  { clock, times }: ByteMessagesOptions,
): Promise<void> {
  const offered = offeredProtocols(client.request.headers["sec-websocket-protocol"]);
  const protocol = offered.length === 0 ? "" : PROTOCOLS.find((name) => offered.includes(name));
  if (protocol === undefined) return refuseUpgrade(client.socket, 400, "no protocol of the client is known here\n");
  const ws = await acceptWebSocket(client, protocol).catch(() => undefined);
  if (!ws) return;
  keepAlive(ws, clock, times?.ping ?? DEFAULT_TIMES.ping);
  const items = source[Symbol.asyncIterator]();
  const gone = new Promise<{ readonly done: true }>((resolve) => ws.once("close", () => resolve({ done: true })));
  try {
    for (;;) {
      const next = await Promise.race([items.next(), gone]);
      if (next.done || !("value" in next)) break;
      const bytes = Buffer.from(next.value);
      await send(ws, protocol.startsWith("base64") ? bytes.toString("base64") : bytes);
    }
  } catch {
    // The source broke off: what was sent is all there is.
  } finally {
    closeNormally(ws);
    // A source that waits for more hears of the client's end by its own signal.
    void Promise.resolve(items.return?.()).catch(() => {});
  }
}
