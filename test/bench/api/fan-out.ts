// Writes that many watchers see: events delivered a second, what one costs the server, and how late the slowest come.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ConfigMap } from "@knots/api";
import { createClient } from "@knots/client";
import { type Connection, createHttpsTransport } from "@knots/host";
import { cpuTime } from "../process-usage.ts";
import { milliseconds, percentile, perSecond, type Row } from "../report.ts";
import type { Seen, Watchers } from "./watchers.ts";

interface Watched {
  readonly pid: number;
  readonly connection: Connection;
}

const WRITERS = 8;
const now = (): number => performance.timeOrigin + performance.now();

/** `count` watchers see `writes` writes. */
async function fanOut({ pid, connection }: Watched, count: number, writes: number) {
  const child = fork(join(import.meta.dirname, "watchers.ts"), { execArgv: ["--conditions=development"] });
  const transport = createHttpsTransport(connection);
  const client = createClient(transport);
  try {
    child.send({ connection, count, total: count * writes } satisfies Watchers);
    await once(child, "message");
    const before = await cpuTime(pid);
    const start = now();
    let next = 0;
    const writer = async (own: number): Promise<void> => {
      const key = { namespace: "default", name: `fan-out-${count}-${own}` };
      while (next < writes) {
        const first = next++ < WRITERS;
        const data = { at: String(now()), text: "x".repeat(2000) };
        if (first) await client.create(ConfigMap, { metadata: key, data });
        else await client.patch(ConfigMap, key, { type: "application/merge-patch+json", body: { data } });
      }
    };
    const done = once(child, "message");
    await Promise.all(Array.from({ length: WRITERS }, (_, own) => writer(own)));
    const [seen] = (await done) as [Seen];
    const cpu = (await cpuTime(pid)) - before;
    return { elapsed: seen.end - start, events: seen.events, cpu: cpu / seen.events, lags: seen.lags };
  } finally {
    child.kill();
    transport.close();
  }
}

/** The rows of 50 and of 1,000 watchers. */
export async function fanOutRows(server: Watched): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [count, writes] of [
    [50, 2000],
    [1000, 100],
  ] as const) {
    const { elapsed, events, cpu, lags } = await fanOut(server, count, writes);
    const lag = `p99 lag ${milliseconds(percentile(lags, 0.99))}`;
    rows.push({
      work: `${writes} writes to ${count} watchers`,
      measured: `${perSecond(events, elapsed)} events, server CPU ${(cpu * 1000).toFixed(0)} µs each, ${lag}`,
      ...(count === 50 && { peer: "12,000-25,000/s, CPU 63-76 µs, p99 lag 54-143 ms" }),
    });
  }
  return rows;
}
