// The TLS port: HTTP/1.1 and HTTP/2 behind one ALPN, client certificates, and an orderly end.
import { createServer as createHttp1 } from "node:http";
import { createSecureServer as createHttp2, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { createServer as createTls, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type Clock, type Logger, type Random, silentLogger } from "@knots/std";
import { nodeCrypto } from "../authentication/crypto.node.ts";
import type { ApiServer } from "../server.ts";
import type { HandlerParts } from "./call.ts";
import { createDocuments } from "./documents.ts";
import type { Exchange } from "./exchange.ts";
import { handleExchange } from "./handler.ts";
import type { HealthCheck } from "./health.ts";
import { http1Exchange } from "./http1.node.ts";
import { http2Exchange } from "./http2.node.ts";
import { allowedOrigins } from "./origins.ts";
import { schemasOf } from "./schemas.ts";
import type { StreamingHandler } from "./streaming.ts";
import { type UpgradeHandler, upgradeListener } from "./upgrade.node.ts";

/** Limits of the port; every one has a default. */
export interface HttpLimits {
  /** Bytes of a request body (default 3 MiB). */
  readonly body?: number;
  /** Time of a request that is not a watch (milliseconds, default 60,000). */
  readonly timeout?: number;
  /** Bytes of all headers of a request (default 64 KiB). */
  readonly headers?: number;
  /** Requests at the same time on one HTTP/2 connection (default 250). */
  readonly streams?: number;
  /** Time that requests under way get when the port closes (milliseconds, default 10,000). */
  readonly grace?: number;
}

export interface ListenOptions {
  readonly server: ApiServer;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Logger;
  /** Address to bind (default 127.0.0.1); port 0 takes a free one. */
  readonly host?: string;
  readonly port: number;
  /** Listens there already: bound by somebody who was allowed to. */
  readonly bound?: Server;
  /** PEM of the server's certificate (with its chain) and key. */
  readonly certificate: string;
  readonly key: string;
  /** PEM of the authority whose client certificates are believed. */
  readonly clientCa: string;
  readonly checks?: readonly HealthCheck[];
  readonly streaming?: StreamingHandler;
  /** Serves streaming subresources over upgraded HTTP/1.1 connections (exec, attach, port-forward). */
  readonly upgrade?: UpgradeHandler;
  /** Origins of pages that may call from a browser: regular expressions, tied to both ends of the host (default none). */
  readonly corsAllowedOrigins?: readonly string[];
  readonly limits?: HttpLimits;
}

/** An open port. */
export interface HttpPort {
  readonly address: string;
  readonly port: number;
  /** New certificates for new connections. */
  renew(certificate: string, key: string): void;
  /** No longer ready, GOAWAY, watches end, requests under way get their time, then connections close. */
  close(): Promise<void>;
}

const compress = promisify(gzip) as (bytes: Uint8Array, options: { level: number }) => Promise<Uint8Array>;

function partsOf(options: ListenOptions, address: () => string): HandlerParts {
  const {
    server,
    clock,
    random,
    log = silentLogger,
    limits = {},
    checks = [{ name: "ping", check: () => undefined }],
  } = options;
  return {
    server,
    clock,
    random,
    log,
    checks,
    documents: createDocuments(server.table, nodeCrypto),
    schemaOf: schemasOf(server.table),
    authenticate: ({ certificate, headers }) =>
      server.authenticator.authenticate({ certificate, authorization: headers["authorization"] }),
    gzip: (bytes) => compress(bytes, { level: 1 }),
    get address() {
      return address();
    },
    limits: { body: limits.body ?? 3 * 1024 * 1024, timeout: limits.timeout ?? 60_000 },
    streaming: options.streaming,
    origins: allowedOrigins(options.corsAllowedOrigins ?? []),
  };
}

/** Counts exchanges under way, so that a closing port can wait for them. */
class Work {
  #running = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  async run(work: () => Promise<void>): Promise<void> {
    this.#running++;
    try {
      await work();
    } finally {
      this.#running--;
      if (this.#running === 0) this.#idle?.resolve();
    }
  }

  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }
}

/** The two HTTP servers that the TLS port hands its connections to. */
function httpServers(
  { limits = {}, upgrade }: ListenOptions,
  parts: HandlerParts,
  serve: (exchange: Exchange) => void,
) {
  const headerBytes = limits.headers ?? 64 * 1024;
  const http1 = createHttp1({ maxHeaderSize: headerBytes, requestTimeout: 0, keepAliveTimeout: 120_000 });
  http1.on("request", (request, response) => serve(http1Exchange(request, response)));
  http1.on("upgrade", upgradeListener(parts, upgrade));
  const settings = { maxConcurrentStreams: limits.streams ?? 250, maxHeaderListSize: headerBytes };
  const http2 = createHttp2({ settings, maxSessionMemory: 64, maxSessionRejectedStreams: 1000 });
  const sessions = new Set<ServerHttp2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    // A broken connection is the client's business; its streams hear of it themselves.
    session.on("error", () => session.destroy());
  });
  http2.on("stream", (stream, headers) => serve(http2Exchange(stream as ServerHttp2Stream, headers)));
  return { http1, http2, sessions };
}

/** How connections are taken: identities are asked for, not demanded. */
const CONNECTIONS = {
  ALPNProtocols: ["h2", "http/1.1"],
  requestCert: true,
  rejectUnauthorized: false,
  // The HTTP servers would see to it, but never see the bare connection: an answer in two pieces would wait for an acknowledgement.
  noDelay: true,
};

/** Opens the port; resolves when it accepts connections. */
export async function listen(options: ListenOptions): Promise<HttpPort> {
  const { server, clock, limits = {}, clientCa } = options;
  const work = new Work();
  const sockets = new Set<TLSSocket>();
  let bound: AddressInfo | undefined;
  const parts = partsOf(options, () => `${bound?.address}:${bound?.port}`);
  const serve = (exchange: Exchange): void => void work.run(() => handleExchange(parts, exchange));
  const { http1, http2, sessions } = httpServers(options, parts, serve);
  const secrets = (certificate: string, key: string) => ({
    cert: certificate,
    key,
    ca: clientCa,
    minVersion: "TLSv1.2" as const,
  });
  const tls = createTls({ ...secrets(options.certificate, options.key), ...CONNECTIONS });
  tls.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (socket.alpnProtocol === "h2") http2.emit("secureConnection", socket);
    else http1.emit("connection", socket);
  });
  await new Promise<void>((resolve, reject) => {
    tls.once("error", reject);
    if (options.bound) tls.listen(options.bound, resolve);
    else tls.listen(options.port, options.host ?? "127.0.0.1", resolve);
  });
  bound = tls.address() as AddressInfo;
  const { address, port } = bound;
  return {
    address,
    port,
    renew: (certificate, key) => tls.setSecureContext(secrets(certificate, key)),
    async close() {
      server.drain();
      const closed = new Promise<void>((resolve) => tls.close(() => resolve()));
      // Sends GOAWAY now and closes each session once its open streams have ended.
      const ended = [...sessions].map(endOf);
      const done = Promise.all([work.idle(), ...ended]);
      await settled(done, clock, limits.grace ?? 10_000);
      http1.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Closes a session; resolves when it is closed. One that its client closes at this moment takes no callback any more, but still ends. */
function endOf(session: ServerHttp2Session): Promise<void> {
  return new Promise((resolve) => {
    if (session.destroyed) return resolve();
    session.once("close", () => resolve());
    session.close();
  });
}

/** Waits for `done`, at most `milliseconds`. */
async function settled(done: Promise<unknown>, clock: Clock, milliseconds: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = clock.setTimer(milliseconds, () => over.resolve());
  await Promise.race([done, over.promise]);
  timer.cancel();
}
