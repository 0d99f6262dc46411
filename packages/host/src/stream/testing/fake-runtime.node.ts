// A pretended runtime's streaming server: SPDY, a handful of programs, port forwarding that answers in capitals.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type SpdyServer, serveSpdy, type TakenStream } from "./spdy-server.node.ts";

/** Streams of a pretended container, by name. */
type Streams = Readonly<Record<string, Duplex | undefined>>;

interface FakeProcess {
  readonly streams: Streams;
  /** Settles when the client's side is gone. */
  readonly gone: Promise<void>;
}

/** What a program answers with: its exit code. */
type Program = (process: FakeProcess) => Promise<number>;

const write = (stream: Duplex | undefined, data: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => (stream ? void stream.write(data, () => resolve()) : resolve()));

async function readAll(stream: Duplex | undefined): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of (stream ?? []) as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

const MEGABYTE = new Uint8Array(1024 * 1024).fill(120);

/** By the name that the request's query gives. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  async cat({ streams }) {
    for await (const part of (streams["stdin"] ?? []) as AsyncIterable<Buffer>) await write(streams["stdout"], part);
    return 0;
  },
  async count({ streams }) {
    await write(streams["stdout"], String((await readAll(streams["stdin"])).length));
    return 0;
  },
  async exit7({ streams }) {
    await write(streams["stdout"], "out\n");
    await write(streams["stderr"], "err\n");
    return 7;
  },
  async size({ streams }) {
    const resize = (streams["resize"] ?? []) as AsyncIterable<Buffer>;
    for await (const size of resize) {
      await write(streams["stdout"], size);
      break;
    }
    return 0;
  },
  async flood({ streams }) {
    for (let i = 0; i < 32; i++) await write(streams["stdout"], MEGABYTE);
    return 0;
  },
  async sleep({ streams, gone }) {
    await write(streams["stdout"], "asleep");
    await gone;
    return 0;
  },
};

function statusOf(code: number): string {
  const common = { metadata: {}, apiVersion: "v1", kind: "Status" };
  if (code === 0) return JSON.stringify({ ...common, status: "Success" });
  const message = `command terminated with non-zero exit code: exit status ${code}`;
  const details = { causes: [{ reason: "ExitCode", message: String(code) }] };
  return JSON.stringify({ ...common, status: "Failure", message, reason: "NonZeroExitCode", details });
}

export interface FakeRuntime {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Address of a command: `wanted` are the streams that it has. */
  exec(program: string, wanted: readonly string[]): string;
  readonly portForward: string;
  /** Connections that are open. */
  readonly connections: number;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
  /** Breaks every connection, as a runtime that dies does. */
  kill(): void;
  close(): Promise<void>;
}

async function runCommand(server: SpdyServer, gone: Promise<void>, url: URL): Promise<void> {
  const wanted = (url.searchParams.get("streams") ?? "").split(",");
  const found: Record<string, Duplex> = {};
  for await (const { headers, stream } of server.streams) {
    found[headers["streamtype"] ?? ""] = stream;
    if (wanted.every((name) => found[name])) break;
  }
  const program = PROGRAMS[url.searchParams.get("program") ?? ""];
  const code = (await program?.({ streams: found, gone })) ?? 127;
  const ended = ["stdout", "stderr"].map(
    (name) => new Promise<void>((resolve) => (found[name] ? found[name].end(resolve) : resolve())),
  );
  await Promise.all(ended);
  await write(found["error"], statusOf(code));
  server.close();
}

/** Pairs of streams by request: an error stream that stays silent, and data that comes back in capitals. */
async function runForward(server: SpdyServer): Promise<void> {
  for await (const taken of server.streams) {
    if (taken.headers["streamtype"] === "error") taken.stream.end();
    else void shout(taken);
  }
}

async function shout({ stream, headers }: TakenStream): Promise<void> {
  for await (const part of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)
    await write(stream, `${headers["port"]}:${part.toString("utf8").toUpperCase()}`);
  stream.end();
}

function protocolOf(request: IncomingMessage): string | undefined {
  const offered = request.headersDistinct["x-stream-protocol-version"] ?? [];
  return offered.find((name) => name === "v4.channel.k8s.io" || name === "portforward.k8s.io");
}

/** Counts connections, so that a test can wait until none is left. */
function createOpenSet() {
  const open = new Set<Duplex>();
  const waiting: (() => void)[] = [];
  return {
    open,
    add(socket: Duplex): Promise<void> {
      open.add(socket);
      const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      return gone.then(() => {
        open.delete(socket);
        if (open.size === 0) for (const wake of waiting.splice(0)) wake();
      });
    },
    idle: (): Promise<void> => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** Starts the server on a port of its own. */
export async function startFakeRuntime(): Promise<FakeRuntime> {
  const sockets = createOpenSet();
  const { open } = sockets;
  const server = createServer((_request, response) => response.writeHead(404).end("unknown token\n"));
  server.on("upgrade", (request, socket: Duplex) => {
    const gone = sockets.add(socket);
    const url = new URL(request.url ?? "/", "http://runtime");
    const protocol = protocolOf(request);
    if (request.headers.upgrade !== "SPDY/3.1" || !protocol || url.pathname === "/refuse") {
      socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 14\r\n\r\nunknown token\n");
      return;
    }
    const head = [
      "HTTP/1.1 101 Switching Protocols",
      "Connection: Upgrade",
      "Upgrade: SPDY/3.1",
      `X-Stream-Protocol-Version: ${protocol}`,
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    const spdy = serveSpdy(socket);
    void (url.pathname === "/portforward" ? runForward(spdy) : runCommand(spdy, gone, url)).catch(() =>
      socket.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kill = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url,
    exec: (program, wanted) => `${url}/exec?program=${program}&streams=${["error", ...wanted].join(",")}`,
    portForward: `${url}/portforward`,
    get connections() {
      return open.size;
    },
    idle: () => sockets.idle(),
    kill,
    async close() {
      kill();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
