// Listens on UDP and TCP and hands every question to the resolver.
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import type { Logger } from "@knots/std";
import type { Answer, Resolve } from "./resolver.ts";
import { decodeQuery, encodeAnswer } from "./wire.node.ts";

export interface DnsServerOptions {
  readonly resolve: Resolve;
  /** Local addresses to listen on. */
  readonly addresses: readonly string[];
  /** Port; 53 when not given, 0 picks a free one (the same for UDP and TCP). */
  readonly port?: number;
  readonly log: Logger;
  /** TCP connections at once; 100 when not given. */
  readonly maxConnections?: number;
}
export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

const FAILED: Answer = { code: "SERVFAIL", authoritative: false, answers: [] };
const MAX_TCP = 65_535;
const IDLE = 10_000;

interface Listener {
  readonly address: string;
  readonly port: number;
}

async function answerBytes(
  options: DnsServerOptions,
  message: Uint8Array,
  tcp: boolean,
): Promise<Uint8Array | undefined> {
  const query = decodeQuery(message);
  if (!query) return undefined;
  const answer = await options.resolve(query.question).catch((error: unknown) => {
    options.log.error("resolver failed", { name: query.question.name, error });
    return FAILED;
  });
  return encodeAnswer(query, answer, tcp ? MAX_TCP : query.maxSize);
}

function listenUdp(options: DnsServerOptions, { address, port }: Listener): Promise<UdpSocket> {
  const socket = createSocket("udp4");
  const reply = async (message: Uint8Array, from: RemoteInfo): Promise<void> => {
    const bytes = await answerBytes(options, message, false);
    if (bytes) socket.send(bytes, from.port, from.address, () => {});
  };
  socket.on(
    "message",
    (message, from) =>
      void reply(message, from).catch((error: unknown) => options.log.error("dns answer failed", { error })),
  );
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, address, () => {
      socket.off("error", reject);
      socket.on("error", (error) => options.log.warn("dns socket", { error }));
      resolve(socket);
    });
  });
}

function serveConnection(options: DnsServerOptions, socket: Socket): void {
  let pending = Buffer.alloc(0);
  const take = async (part: Buffer): Promise<void> => {
    pending = Buffer.concat([pending, part]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const length = pending.readUInt16BE(0);
      const message = pending.subarray(2, 2 + length);
      pending = pending.subarray(2 + length);
      const bytes = await answerBytes(options, message, true);
      if (!bytes) return void socket.destroy();
      const head = Buffer.alloc(2);
      head.writeUInt16BE(bytes.length);
      socket.write(Buffer.concat([head, bytes]));
    }
  };
  let queue = Promise.resolve();
  socket.setTimeout(IDLE, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (part: Buffer) => {
    queue = queue.then(() => take(part)).catch(() => void socket.destroy());
  });
}

function listenTcp(options: DnsServerOptions, open: Set<Socket>, { address, port }: Listener): Promise<Server> {
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    serveConnection(options, socket);
  });
  server.maxConnections = options.maxConnections ?? 100;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      server.off("error", reject);
      server.on("error", (error) => options.log.warn("dns socket", { error }));
      resolve(server);
    });
  });
}

/** Starts listening; rejects, with nothing left open, when a port is taken. */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const sockets: UdpSocket[] = [];
  const servers: Server[] = [];
  const open = new Set<Socket>();
  const close = async (): Promise<void> => {
    for (const socket of open) socket.destroy();
    await Promise.all([
      ...sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))),
      ...servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
    ]);
  };
  let port = options.port ?? 53;
  try {
    for (const address of options.addresses) {
      const server = await listenTcp(options, open, { address, port });
      servers.push(server);
      const bound = server.address();
      if (port === 0 && bound !== null && typeof bound === "object") port = bound.port;
      sockets.push(await listenUdp(options, { address, port }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
}
