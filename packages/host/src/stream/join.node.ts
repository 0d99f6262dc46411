// Two connections made one: bytes flow both ways with back-pressure, and neither outlives the other.
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
  /** Milliseconds that the second direction gets after the first has ended. */
  readonly linger: number;
}

/**
 * Joins two streams; resolves when both are closed. The end of one direction is passed on; a failure, or a direction
 * that does not end in time after the other, closes both.
 */
export function joinStreams(left: Duplex, right: Duplex, { clock, linger }: JoinOptions): Promise<void> {
  const sides = [left, right] as const;
  for (const side of sides) tune(side);
  const done = Promise.withResolvers<void>();
  const close = (): void => {
    for (const side of sides) side.destroy();
  };
  let timer: { cancel(): void } | undefined;
  const expectEnd = (): void => {
    timer ??= clock.setTimer(linger, close, { background: true });
  };
  const closed = (): void => {
    if (left.closed && right.closed) {
      timer?.cancel();
      done.resolve();
    } else if (left.closed || right.closed) expectEnd();
  };
  for (const [from, to] of [sides, [right, left]] as const) {
    from.pipe(to);
    from.on("error", close);
    from.once("end", expectEnd);
    from.once("close", () => {
      // What was read before the close is still written; without an orderly end nothing more will come.
      if (!from.readableEnded) to.destroy();
      closed();
    });
  }
  if (left.destroyed || right.destroyed) close();
  closed();
  return done.promise;
}
