// The door of the platform: one small HTTP or HTTPS server for git, registry tokens and what else asks to be let in.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo, ListenOptions, Server as NetServer } from "node:net";
import type { BoundPorts, KeyPair } from "@knots/host";
import type { Clock, Logger } from "@knots/std";
import { sendText } from "./answer.node.ts";

/** Serves all paths that start with `prefix`. A rejection is logged and answered with 500. */
export interface Route {
  readonly prefix: string;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export interface DoorOptions {
  readonly addresses: readonly string[];
  /** 0 takes a free one, the same on all addresses. */
  readonly port: number;
  /** Servers that listen already, bound by somebody who was allowed to. */
  readonly bound?: BoundPorts;
  /** Certificate of the server, and PEM of the authority whose client certificates are believed. Plain HTTP without. */
  readonly tls?: { readonly serving: KeyPair; readonly clients?: string };
  readonly routes: readonly Route[];
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Door {
  readonly port: number;
  /** Uses a renewed certificate for connections from now on. */
  renew(serving: KeyPair): void;
  /** Takes no new connection, gives requests ten seconds to finish, then cuts. */
  close(): Promise<void>;
}

const GRACE = 10_000;
const MAX_CONNECTIONS = 256;

/** Rejects (EADDRINUSE, EACCES) when an address cannot be had; nothing is left listening then. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const servers: (Server | TlsServer)[] = [];
  let { port } = options;
  try {
    for (const address of options.addresses) {
      const server = createOne(options);
      await listen(server, options.bound?.(address, port) ?? { host: address, port });
      servers.push(server);
      port = (server.address() as AddressInfo).port;
    }
  } catch (error) {
    await Promise.all(servers.map((server) => closeOne(server, options.clock)));
    throw error;
  }
  return {
    port,
    renew(serving) {
      for (const server of servers)
        if ("setSecureContext" in server) server.setSecureContext(contextOf(options, serving));
    },
    async close() {
      await Promise.all(servers.map((server) => closeOne(server, options.clock)));
    },
  };
}

const contextOf = ({ tls }: DoorOptions, serving: KeyPair) => ({
  cert: serving.certificate,
  key: serving.key,
  minVersion: "TLSv1.2" as const,
  ...(tls?.clients !== undefined && { ca: tls.clients }),
});

function createOne(options: DoorOptions): Server | TlsServer {
  // Pushes may take as long as their own limits allow; headers may not.
  const limits = { requestTimeout: 0, headersTimeout: 10_000, keepAliveTimeout: 15_000 };
  const listener = (request: IncomingMessage, response: ServerResponse): void => void serve(options, request, response);
  const { tls } = options;
  const asks = tls?.clients !== undefined && { requestCert: true, rejectUnauthorized: false };
  const server = tls
    ? createTlsServer({ ...limits, ...contextOf(options, tls.serving), ...asks }, listener)
    : createServer(limits, listener);
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

async function serve({ routes, log }: DoorOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? "/";
  try {
    const route = routes.find(({ prefix }) => path.startsWith(prefix));
    if (route) await route.handle(request, response);
    else sendText(response, 404, "there is nothing here");
  } catch (error) {
    log.error("request failed", { method: request.method, path: path.split("?")[0], error });
    if (response.headersSent) response.destroy();
    else sendText(response, 500, "internal error: see the log of the control plane");
  }
}

function listen(server: Server | TlsServer, where: ListenOptions | NetServer): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function closeOne(server: Server | TlsServer, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cut = clock.setTimer(GRACE, () => server.closeAllConnections());
    server.close(() => {
      cut.cancel();
      resolve();
    });
    server.closeIdleConnections();
  });
}
