// The loads: what is asked of each peer, and for how long.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { prefixEnd, type Store } from "@knots/store";
import { percentile } from "../report.ts";
import type { Peer } from "./peers.ts";

const RUN_MS = 3000;
const VALUE = Buffer.alloc(1024, "v");

const keyOf = (n: number): string => `/registry/pods/ns-${n % 20}/pod-${n.toString().padStart(7, "0")}`;

/** Durable puts a second over 20,000 keys, with so many writers that each wait for their last write. */
export async function putsPerSecond(peer: Peer, writers: number): Promise<number> {
  let done = 0;
  const end = performance.now() + RUN_MS;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let n = writer; performance.now() < end; n += writers) {
        await peer.put(keyOf(n % 20_000), VALUE);
        done++;
        // SQLite answers at once: let the others have their turn too.
        if (done % 256 === 0) await new Promise(setImmediate);
      }
    }),
  );
  return (done / (performance.now() - start)) * 1000;
}

/** Lists of 500 of 20,000 keys a second, from one client. */
export async function listsPerSecond(peer: Peer): Promise<number> {
  for (let n = 0; n < 20_000; n += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, index) => peer.put(keyOf(n + index), VALUE)));
  }
  let done = 0;
  const start = performance.now();
  while (performance.now() - start < RUN_MS) {
    await peer.list(`/registry/pods/ns-${done % 20}/`, 500);
    done++;
  }
  return (done / (performance.now() - start)) * 1000;
}

/** Events a second, summed over 100 watchers of everything, while 64 writers write. */
export async function fanOut(peer: Peer, store: Store): Promise<number> {
  const stop = new AbortController();
  let seen = 0;
  const watchers = Array.from({ length: 100 }, async () => {
    const range = { start: "/registry/", end: prefixEnd("/registry/") };
    for await (const { events } of store.watch({ ...range, signal: stop.signal })) seen += events.length;
  });
  const start = performance.now();
  const puts = await putsPerSecond(peer, 64);
  const written = Math.round((puts * (performance.now() - start)) / 1000);
  // What was acknowledged last may still be on its way to the watchers of another process.
  const patience = performance.now() + 5000;
  while (seen < written * 99 && performance.now() < patience) await new Promise(setImmediate);
  const perSecond = (seen / (performance.now() - start)) * 1000;
  stop.abort();
  await Promise.all(watchers);
  return perSecond;
}

export interface Churn {
  /** Bytes of the files after writing 2 KB values over 5,000 keys, and live bytes. */
  readonly bytes: number;
  readonly live: number;
  /** Latency of puts while history is compacted (milliseconds). */
  readonly p999: number;
  readonly longest: number;
  /** Longest time that our process's event loop was held (milliseconds). */
  readonly held: number;
}

/** 150,000 writes over 5,000 keys, 100 at a time, with the compactions that the history window asks for. */
export async function churn(peer: Peer): Promise<Churn> {
  const value = Buffer.alloc(2048, "c");
  const latencies: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let next = 0;
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      while (next < 150_000) {
        const start = performance.now();
        await peer.put(keyOf(next++ % 5000), value);
        latencies.push(performance.now() - start);
        if (next % 256 === 0) await new Promise(setImmediate);
      }
    }),
  );
  delay.disable();
  return {
    bytes: peer.bytes(),
    live: 5000 * (2048 + keyOf(0).length),
    p999: percentile(latencies, 0.999),
    longest: latencies.reduce((most, one) => Math.max(most, one), 0),
    held: delay.max / 1e6,
  };
}
