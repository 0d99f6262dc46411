// A client's connection and a server's made one: bytes flow both ways with back-pressure, and neither outlives the other.
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "@knots/std";

/** Milliseconds of silence after which the kernel asks whether the other side is still there. */
const KEEP_ALIVE = 30_000;

/** Small packets leave at once, and a peer that vanished is noticed. */
export function tune(stream: Duplex): void {
  const { setNoDelay, setKeepAlive } = stream as Partial<Pick<Socket, "setNoDelay" | "setKeepAlive">>;
  setNoDelay?.call(stream, true);
  setKeepAlive?.call(stream, true, KEEP_ALIVE);
}

export interface JoinOptions {
  readonly clock: Clock;
  /** Milliseconds without any progress after which the rest of a connection that one side has ended is given up. */
  readonly linger: number;
}

/** Bytes that move, as a number that changes with them. */
function countBytes(sides: readonly Duplex[]): () => number {
  let read = 0;
  for (const side of sides)
    side.on("data", (chunk: Uint8Array) => {
      read += chunk.length;
    });
  return () => sides.reduce((sum, { writableLength }) => sum - writableLength, read * 2);
}

/**
 * Joins a client with a server; resolves when both connections are closed. The protocols that are joined never half-close:
 * a client that ends its sending is gone. What the server has said before its end still reaches the client, as long as
 * that takes it. A failure closes both.
 */
export function joinStreams(client: Duplex, server: Duplex, { clock, linger }: JoinOptions): Promise<void> {
  const sides = [client, server] as const;
  for (const side of sides) tune(side);
  const done = Promise.withResolvers<void>();
  const progress = countBytes(sides);
  const close = (): void => {
    for (const side of sides) side.destroy();
  };
  let timer: { cancel(): void } | undefined;
  const giveUpLater = (before: number): void => {
    const now = progress();
    if (now === before) close();
    else timer = clock.setTimer(linger, () => giveUpLater(now), { background: true });
  };
  const closed = (): void => {
    if (client.closed && server.closed) {
      timer?.cancel();
      done.resolve();
    } else if (!timer && (client.closed || server.closed)) giveUpLater(Number.NaN);
  };
  client.pipe(server);
  server.pipe(client);
  for (const [from, to] of [sides, [server, client]] as const) {
    from.on("error", close);
    from.once("close", () => {
      // What was read before the close is still written; without an orderly end nothing more will come.
      if (!from.readableEnded) to.destroy();
      // Nobody takes its bytes any more, but its end stands behind them.
      to.resume();
      closed();
    });
  }
  client.once("end", () => {
    // Passing the end on has begun: what was written before is sent, then nobody is left to answer to.
    if (server.writableFinished || server.destroyed) close();
    else server.once("finish", close);
  });
  server.once("end", () => {
    if (!timer) giveUpLater(Number.NaN);
  });
  if (client.destroyed || server.destroyed) close();
  closed();
  return done.promise;
}
