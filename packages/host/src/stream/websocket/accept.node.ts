// Accepts WebSockets from clients, asks them now and then whether they are still there, and ends those that are not.

import type { IncomingMessage } from "node:http";
import type { Clock } from "@knots/std";
import { type WebSocket, WebSocketServer } from "ws";
import type { ClientUpgrade } from "../proxy-upgrade.node.ts";

/** Bytes of one message; clients send commands' input in pieces of 32 KiB. */
const MAX_MESSAGE = 4 * 1024 * 1024;

/** Whether a request asks for a WebSocket. */
export const isWebSocketRequest = ({ request }: ClientUpgrade): boolean =>
  request.headers.upgrade?.toLowerCase() === "websocket";

/** The library accepts only names without a slash, which Kubernetes' names have: the protocol is ours to negotiate. */
function withoutProtocols(request: IncomingMessage): IncomingMessage {
  const { "sec-websocket-protocol": _offered, ...headers } = request.headers;
  return Object.create(request, { headers: { value: headers } }) as IncomingMessage;
}

/** Answers the handshake with the protocol (none when empty). Rejects when the client's handshake is wrong or it has left. */
export function acceptWebSocket(client: ClientUpgrade, protocol: string): Promise<WebSocket> {
  const { request, socket, head } = client;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE,
  });
  server.on("headers", (lines) => {
    if (protocol !== "") lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
  });
  const accepted = Promise.withResolvers<WebSocket>();
  const left = (): void => accepted.reject(new Error("the client left during the handshake"));
  socket.once("close", left);
  server.handleUpgrade(withoutProtocols(request), socket, head, (ws) => {
    socket.off("close", left);
    // Errors of the protocol close the socket by themselves.
    ws.on("error", () => {});
    accepted.resolve(ws);
  });
  return accepted.promise;
}

/** Pings until the socket closes; a client from which nothing came for a whole interval after a ping is cut off. */
export function keepAlive(ws: WebSocket, clock: Clock, interval: number): void {
  let alive = true;
  const seen = (): void => {
    alive = true;
  };
  const tick = (): void => {
    // While we do not read, its answers wait with everything else.
    if (!alive && !ws.isPaused) {
      ws.terminate();
      return;
    }
    alive = false;
    ws.ping();
    timer = clock.setTimer(interval, tick, { background: true });
  };
  let timer = clock.setTimer(interval, tick, { background: true });
  ws.on("pong", seen);
  ws.on("message", seen);
  ws.once("close", () => timer.cancel());
}

/** Sends a message; resolves when it has left, also when the client has. */
export function send(ws: WebSocket, message: Buffer | string): Promise<void> {
  return new Promise((resolve) => ws.send(message, () => resolve()));
}

/** Closes orderly; a client that does not answer is cut off after a while by the library. */
export function closeNormally(ws: WebSocket): void {
  ws.close(1000);
}
