// A connection of another protocol inside the binary messages of a WebSocket, as port forwarding uses it.
import type { Duplex } from "node:stream";
import type { Clock } from "@knots/std";
import { createWebSocketStream, type WebSocket } from "ws";
import { joinStreams } from "../join.node.ts";

export interface TunnelOptions {
  readonly clock: Clock;
  /** Milliseconds, as in StreamTimes. */
  readonly linger: number;
}

/** Joins the messages' bytes with the connection; `head` is what the connection has sent already. Resolves when both are closed. */
export async function tunnelMessages(
  ws: WebSocket,
  socket: Duplex,
  head: Uint8Array,
  options: TunnelOptions,
): Promise<void> {
  const inside = createWebSocketStream(ws);
  if (head.length > 0) inside.write(head);
  await joinStreams(inside, socket, options);
}
