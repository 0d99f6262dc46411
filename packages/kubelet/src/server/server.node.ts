// The kubelet's HTTPS server: logs, commands and port forwarding of this node's pods, for the API server.
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Pod } from "@knots/api";
import type { Informer } from "@knots/client";
import { refuseUpgrade, type StreamTimes } from "@knots/host";
import type { Clock, Logger } from "@knots/std";
import type { Runtime } from "../runtime/runtime.ts";
import { type AccessOptions, checkAccess } from "./access.node.ts";
import { containerLog } from "./container-logs.ts";
import { RequestError } from "./error.ts";
import { type Route, routeOf } from "./routes.ts";
import { commandStreams } from "./stream-options.ts";
import { serveUpgrade } from "./upgrades.node.ts";

export interface KubeletServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM of the server's certificate and key. */
  readonly certificate: string;
  readonly key: string;
  /** PEM of the authority whose client certificates are believed. */
  readonly clientCa: string;
  readonly access: AccessOptions;
  /** Pods that are bound to this node. */
  readonly pods: Pick<Informer<Pod>, "get" | "list" | "subscribe">;
  readonly runtime: Pick<Runtime, "pod" | "execUrl" | "attachUrl" | "portForwardUrl">;
  /** Answers /stats/summary; 404 without it. */
  readonly summary?: () => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly times?: StreamTimes;
  /** Streams and logs at the same time (default 1,000). */
  readonly maxStreams?: number;
}

/** A running server. */
export interface KubeletServer {
  readonly address: string;
  readonly port: number;
  /** Streams and logs that are open. */
  readonly streams: number;
  /** New certificates for new connections. */
  renew(certificate: string, key: string): void;
  /** Ends everything that is open. */
  close(): Promise<void>;
}

const MAX_HEADER = 64 * 1024;

interface Target {
  readonly route: Route;
  readonly query: URLSearchParams;
}

function targetOf(request: IncomingMessage): Target {
  const [path = "/", ...query] = (request.url ?? "/").split("?");
  const route = routeOf(path);
  if (!route) throw new RequestError(404, "404 page not found\n");
  return { route, query: new URLSearchParams(query.join("?")) };
}

function writeText(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  const bytes = Buffer.from(text);
  const head = { "content-type": type, "content-length": bytes.length, "x-content-type-options": "nosniff" };
  response.writeHead(status, head).end(bytes);
}

const writeJson = (response: ServerResponse, value: unknown): void =>
  writeText(response, 200, JSON.stringify(value), "application/json");

/** Sends bytes as they come, no faster than the client takes them. */
async function sendBytes(response: ServerResponse, source: AsyncIterable<Uint8Array>): Promise<void> {
  response.writeHead(200, { "content-type": "text/plain" });
  response.flushHeaders();
  for await (const bytes of source) {
    if (response.destroyed) return;
    if (!response.write(bytes)) await roomOrEnd(response);
  }
  response.end();
}

function roomOrEnd(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.once("drain", done);
    response.once("close", done);
  });
}

class Handler {
  readonly #options: KubeletServerOptions;
  streams = 0;

  constructor(options: KubeletServerOptions) {
    this.#options = options;
  }

  /** Answers a plain request; never rejects. */
  async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    try {
      await checkAccess(request, this.#options.access);
      await this.#answer(request, response, gone.signal);
    } catch (error) {
      const { status, message } = this.#told(error, request);
      if (response.headersSent) response.destroy();
      else writeText(response, status, message);
    }
  }

  /** Serves an upgraded connection; never rejects. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    try {
      await checkAccess(request, this.#options.access);
      const { route, query } = targetOf(request);
      if (!("pod" in route) || route.kind === "containerLogs")
        throw new RequestError(400, "no upgrade is served here\n");
      const { clock, pods, runtime, times } = this.#options;
      const parts = { clock, pods, runtime, ...(times && { times }) };
      await this.#counted(() => serveUpgrade({ request, socket, head }, route, query, parts));
    } catch (error) {
      const { status, message } = this.#told(error, request);
      refuseUpgrade(socket, status, message);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { route, query } = targetOf(request);
    const { pods, runtime, clock, summary } = this.#options;
    if (route.kind === "exec" || route.kind === "attach") commandStreams(query);
    if ("pod" in route && route.kind !== "containerLogs") throw new RequestError(400, "Upgrade request required");
    if (request.method !== "GET" && request.method !== "HEAD") throw new RequestError(405, "405: Method Not Allowed");
    if (route.kind === "containerLogs") {
      const options = { pods, runtime, clock, changes: pods };
      return this.#counted(async () => sendBytes(response, await containerLog(route, query, options, signal)));
    }
    if (route.kind === "healthz") return writeText(response, 200, "ok");
    if (route.kind === "pods")
      return writeJson(response, { kind: "PodList", apiVersion: "v1", metadata: {}, items: pods.list() });
    if (!summary) throw new RequestError(404, "404 page not found\n");
    return writeJson(response, await summary());
  }

  async #counted(work: () => Promise<void>): Promise<void> {
    if (this.streams >= (this.#options.maxStreams ?? 1000)) throw new RequestError(429, "too many streams are open\n");
    this.streams++;
    try {
      await work();
    } finally {
      this.streams--;
    }
  }

  #told(error: unknown, request: IncomingMessage): { readonly status: number; readonly message: string } {
    if (error instanceof RequestError) return error;
    this.#options.log.warn("a request to the kubelet failed", { path: request.url?.split("?")[0], error });
    return { status: 500, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Opens the server; resolves when it accepts connections. */
export async function startKubeletServer(options: KubeletServerOptions): Promise<KubeletServer> {
  const { certificate, key, clientCa } = options;
  const handler = new Handler(options);
  const sockets = new Set<Duplex>();
  const secrets = { ca: clientCa, minVersion: "TLSv1.2" as const };
  const server = createServer({
    ...secrets,
    cert: certificate,
    key,
    requestCert: true,
    rejectUnauthorized: false,
    maxHeaderSize: MAX_HEADER,
  });
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("request", (request, response) => void handler.request(request, response));
  server.on("upgrade", (request, socket, head) => void handler.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    address,
    port,
    get streams() {
      return handler.streams;
    },
    renew: (cert, newKey) => server.setSecureContext({ ...secrets, cert, key: newKey }),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
