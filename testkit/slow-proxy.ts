// A network for tests: a TCP proxy that is slow, breaks connections, and lets none through when it is told to.
import { connect, createServer, type Socket } from "node:net";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";

export interface SlowProxy {
  readonly port: number;
  /** Connections that were let through so far. */
  readonly connections: () => number;
  /** Breaks every connection. */
  cut(): void;
  /** Whether new connections are let through. */
  open: boolean;
  close(): Promise<void>;
}

export interface SlowProxyOptions {
  /** Port of loopback that connections go to. */
  readonly target: number;
  /** Bytes per second from there to the client, on each connection. */
  readonly rate: number;
  /** Bytes that go through at once. */
  readonly piece: number;
}

/** Lets bytes through piece by piece, each at its time. */
function throttle({ rate, piece }: SlowProxyOptions): Transform {
  return new Transform({
    highWaterMark: piece,
    async transform(bytes: Buffer, _encoding, done) {
      for (let at = 0; at < bytes.length; at += piece) {
        const some = bytes.subarray(at, at + piece);
        await setTimeout((some.length / rate) * 1000);
        this.push(some);
      }
      done();
    },
  });
}

export async function openSlowProxy(options: SlowProxyOptions): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  let passed = 0;
  const proxy = { open: true };
  const server = createServer((client) => {
    if (!proxy.open) return void client.destroy();
    passed++;
    const target = connect(options.target, "127.0.0.1");
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.on("close", () => sockets.delete(socket));
    }
    // Either end breaks the other: that is what these connections are for.
    const broken = (): void => {
      client.destroy();
      target.destroy();
    };
    pipeline(client, target).catch(broken);
    pipeline(target, throttle(options), client).catch(broken);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return Object.assign(proxy, {
    port: typeof address === "object" && address ? address.port : 0,
    connections: () => passed,
    cut,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  });
}
