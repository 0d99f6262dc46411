// Serves a client's exec, attach or port-forward by a server that speaks SPDY: a runtime's streaming server or a kubelet.
import type { Clock } from "@knots/std";
import { refuseUpgrade } from "./answer.node.ts";
import { type ClientUpgrade, goneSignal, type ProxyUpgradeOptions, proxyUpgrade } from "./proxy-upgrade.node.ts";
import { readText } from "./read-text.node.ts";
import { createSpdyConnection } from "./spdy/connection.node.ts";
import { DEFAULT_TIMES, type StreamTarget, type StreamTimes } from "./target.ts";
import { openUpgrade, type Upgraded } from "./upgrade.node.ts";
import { acceptWebSocket, isWebSocketRequest, keepAlive } from "./websocket/accept.node.ts";
import { chooseProtocol, offeredProtocols, TUNNEL_PROTOCOL } from "./websocket/protocols.ts";
import { bridgeCommand, type CommandStreams } from "./websocket/remote-command.node.ts";
import { tunnelMessages } from "./websocket/tunnel.node.ts";

export type ServeOptions = ProxyUpgradeOptions;

type Switched = Extract<Upgraded, { readonly switched: true }>;

interface Dial {
  readonly target: StreamTarget;
  readonly clock: Clock;
  readonly times?: StreamTimes;
  readonly protocol: string;
}

const MAX_REFUSAL = 64 * 1024;

/** Opens SPDY to the target for a client that speaks WebSocket; answers the client itself when that fails. */
async function dialSpdy(
  client: ClientUpgrade,
  { target, clock, times, protocol }: Dial,
): Promise<Switched | undefined> {
  const { socket } = client;
  const headers = { connection: "Upgrade", upgrade: "SPDY/3.1", "x-stream-protocol-version": protocol };
  const signal = goneSignal(socket);
  try {
    const upgraded = await openUpgrade({ target, method: "POST", headers, clock, signal, ...(times && { times }) });
    if (upgraded.switched) return upgraded;
    const status = upgraded.answer.statusCode ?? 502;
    refuseUpgrade(socket, status < 400 ? 502 : status, await readText(upgraded.answer, MAX_REFUSAL));
  } catch (error) {
    refuseUpgrade(socket, 502, `error dialing backend: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

/** Serves exec and attach: SPDY clients directly, WebSocket clients of every known protocol by translation. Never rejects. */
export async function serveCommand(
  client: ClientUpgrade,
  streams: CommandStreams,
  options: ServeOptions,
): Promise<void> {
  if (!isWebSocketRequest(client)) return proxyUpgrade(client, options);
  const protocol = chooseProtocol(offeredProtocols(client.request.headers["sec-websocket-protocol"]));
  if (!protocol)
    return refuseUpgrade(client.socket, 400, "unable to upgrade: no protocol of the client is known here\n");
  const switched = await dialSpdy(client, { ...options, protocol: "v4.channel.k8s.io" });
  if (!switched) return;
  const ws = await acceptWebSocket(client, protocol.name).catch(() => undefined);
  if (!ws) return void switched.socket.destroy();
  keepAlive(ws, options.clock, options.times?.ping ?? DEFAULT_TIMES.ping);
  const connection = createSpdyConnection(switched.socket, switched.head);
  await bridgeCommand({ ws, protocol, connection, streams });
  await connection.closed;
}

/** Serves port forwarding: SPDY inside WebSocket messages is unwrapped, everything else passes through. Never rejects. */
export async function servePortForward(client: ClientUpgrade, options: ServeOptions): Promise<void> {
  const offered = offeredProtocols(client.request.headers["sec-websocket-protocol"]);
  if (!isWebSocketRequest(client) || !offered.includes(TUNNEL_PROTOCOL)) return proxyUpgrade(client, options);
  const switched = await dialSpdy(client, { ...options, protocol: "portforward.k8s.io" });
  if (!switched) return;
  const ws = await acceptWebSocket(client, TUNNEL_PROTOCOL).catch(() => undefined);
  if (!ws) return void switched.socket.destroy();
  const { clock, times } = options;
  keepAlive(ws, clock, times?.ping ?? DEFAULT_TIMES.ping);
  await tunnelMessages(ws, switched.socket, switched.head, { clock, linger: times?.linger ?? DEFAULT_TIMES.linger });
}
