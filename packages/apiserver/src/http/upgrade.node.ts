// Connections that ask for an upgrade: watches over WebSocket here, streaming subresources by whoever the cluster names.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { WatchEvent } from "@knots/client";
import type { Status } from "@knots/machinery";
import { WebSocketServer } from "ws";
import { impersonated } from "../authentication/impersonation.ts";
import type { RequestContext } from "../context.ts";
import { badRequest, unknownResource } from "../errors.ts";
import { asApiError } from "../transport.ts";
import { admitVerb } from "./admitted.ts";
import { auditIdOf } from "./audit-id.ts";
import type { HandlerParts } from "./call.ts";
import { certificateOf } from "./certificate.node.ts";
import { headersOf, targetOf } from "./http1.node.ts";
import { negotiateStream } from "./negotiate.ts";
import { parseResourcePath, type ResourcePath } from "./path.ts";
import { requestOptions } from "./query.ts";
import { STREAMING } from "./streaming.ts";
import { eventEncoder } from "./watch-events.ts";

/** An upgrade of a streaming subresource; authenticated and authorised already. */
export interface UpgradeCall {
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly context: RequestContext;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}
/** Takes the connection over; throws an `ApiError` before it wrote anything, or never. */
export type UpgradeHandler = (call: UpgradeCall) => Promise<void>;

/** Browsers cannot set headers on WebSockets: they hand the token over as a subprotocol. */
const TOKEN_PROTOCOL = "base64url.bearer.authorization.k8s.io.";

function bearerOf(request: IncomingMessage): string | undefined {
  const { authorization, "sec-websocket-protocol": protocols = "" } = request.headers;
  if (authorization !== undefined) return authorization;
  const offered = protocols.split(",").map((protocol) => protocol.trim());
  const token = offered.find((protocol) => protocol.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
  return token && `Bearer ${Buffer.from(token, "base64url").toString()}`;
}

/** Answers a refused upgrade and closes. */
function refuse(socket: Duplex, status: Status, auditId: string): void {
  const body = JSON.stringify(status);
  const head = [
    `HTTP/1.1 ${status.code} ${status.reason ?? "Error"}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Audit-ID: ${auditId}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

async function contextOf(
  parts: HandlerParts,
  request: IncomingMessage,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<RequestContext> {
  const { authenticator, chain } = parts.server;
  const certificate = certificateOf(request.socket as TLSSocket);
  const sender = await authenticator.authenticate({ certificate, authorization: bearerOf(request) });
  const warn = (): void => {};
  const own = { user: sender, options: {}, warn };
  const user = impersonated(sender, headersOf(request.headers), (access) => chain.authorize(own, access));
  return { user, options: requestOptions(query), signal, warn };
}

interface Upgrade {
  readonly parts: HandlerParts;
  readonly sockets: WebSocketServer;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly gone: AbortController;
}

/** Sends each event as one message: text for JSON, bytes for protobuf. */
async function watchOverWebSocket(upgrade: Upgrade, path: ResourcePath, context: RequestContext): Promise<void> {
  const { parts, sockets, request, socket, head, gone } = upgrade;
  const { resource, namespace, name } = path;
  const place = { ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
  const kind = parts.server.table.find(resource);
  const { shape, stream } = negotiateStream(request.headers.accept, kind ?? {});
  const watch = { verb: "watch", resource, ...place, options: context.options } as const;
  const ticket = await admitVerb(parts.server, "watch", path, context);
  const events = await parts.server.chain.watch(watch, context).finally(ticket.release);
  const includeObject = targetOf(request.url ?? "/").query.get("includeObject");
  const now = () => parts.clock.now();
  const encode = eventEncoder({ kind, shape, stream, schemaOf: parts.schemaOf, includeObject, now }, false);
  sockets.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on("error", () => gone.abort());
    webSocket.on("close", () => gone.abort());
    const send = (event: WatchEvent): Promise<void> =>
      new Promise((resolve) => webSocket.send(encode(event), { binary: !stream.text }, () => resolve()));
    const pump = async (): Promise<void> => {
      for await (const event of events) {
        if (gone.signal.aborted) break;
        await send(event);
      }
      webSocket.close(1000);
    };
    pump().catch((error: unknown) => {
      parts.log.warn("a watch over WebSocket broke", { error });
      webSocket.close(1011);
    });
  });
}

async function serveUpgrade(upgrade: Upgrade, streaming: UpgradeHandler | undefined): Promise<void> {
  const { parts, request, socket, head, gone } = upgrade;
  const target = targetOf(request.url ?? "/");
  const context = await contextOf(parts, request, target.query, gone.signal);
  const path = parseResourcePath(target.path);
  if (!path) throw unknownResource();
  const { resource, namespace, name, subresource } = path;
  if (subresource === undefined || !STREAMING.includes(subresource)) {
    if (target.query.get("watch") === null && !path.watch)
      throw badRequest("Upgrade request required for a watch or a stream only");
    return watchOverWebSocket(upgrade, path, context);
  }
  // WebSocket clients open streams with GET; running something is creating, whatever the method says.
  const verb = subresource === "log" ? "get" : "create";
  const { group, version, resource: plural } = resource;
  parts.server.chain.authorize(context, { verb, group, version, resource: plural, subresource, namespace, name });
  if (!streaming) throw unknownResource();
  await streaming({ path, query: target.query, context, request, socket, head });
}

/** The listener of a server's `upgrade` event. `drain` ends what is open. */
export function upgradeListener(parts: HandlerParts, streaming: UpgradeHandler | undefined) {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 1024 * 1024,
    handleProtocols: (offered) => [...offered].find((protocol) => !protocol.startsWith(TOKEN_PROTOCOL)) ?? false,
  });
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const gone = new AbortController();
    socket.on("error", () => gone.abort());
    socket.on("close", () => gone.abort());
    serveUpgrade({ parts, sockets, request, socket, head, gone }, streaming).catch((error: unknown) =>
      refuse(socket, asApiError(error).status, auditIdOf(headersOf(request.headers), parts.random)),
    );
  };
}
