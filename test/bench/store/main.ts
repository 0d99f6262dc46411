// The store beside etcd, LMDB and SQLite: one run, one disk, one after the other, every acknowledged write synced.
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EmbeddedStore } from "@knots/store";
import { churn, fanOut, listsPerSecond, putsPerSecond } from "./loads.ts";
import { etcd, knots, lmdb, openKnots, type Peer, scratch, sqlite } from "./peers.ts";

/** One line of the table: what was done, and one cell for each peer. */
export interface StoreTable {
  readonly peers: readonly string[];
  readonly rows: readonly { readonly work: string; readonly cells: readonly string[] }[];
}

const run = promisify(execFile);
const count = (value: number): string => `${Math.round(value).toLocaleString("en")}/s`;
const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

/** A fresh peer for each load: what one leaves behind must not weigh on the next. */
async function on<T>(open: () => Promise<Peer>, load: (peer: Peer) => Promise<T>): Promise<T> {
  const peer = await open();
  try {
    return await load(peer);
  } finally {
    await peer.close();
  }
}

async function column(open: () => Promise<Peer>): Promise<readonly string[]> {
  const cells: string[] = [];
  for (const writers of [1, 64, 1000]) cells.push(count(await on(open, (peer) => putsPerSecond(peer, writers))));
  cells.push(count(await on(open, listsPerSecond)));
  cells.push(await on(open, async (peer) => (peer.store === undefined ? "-" : count(await fanOut(peer, peer.store)))));
  const { bytes, live, p999, longest, held } = await on(open, churn);
  const ours = (await on(open, async ({ name }) => name)) === "knots";
  return [...cells, `${mebibytes(bytes)} of ${mebibytes(live)}`, ms(p999), ms(longest), ours ? ms(held) : "-"];
}

const LOADS = [
  "durable puts of 1 KB, 1 writer",
  "durable puts, 64 writers",
  "durable puts, 1,000 writers",
  "lists of 500 objects of 1 KB, 1 client",
  "events to 100 watchers, 64 writers",
  "files after 150,000 writes of 2 KB over 5,000 keys, of live bytes",
  "put latency meanwhile, compactions included, p99.9",
  "put latency meanwhile, longest",
  "event loop held meanwhile, longest",
];

export async function storeBench(): Promise<StoreTable> {
  const openers = [knots, etcd, lmdb, sqlite];
  const peers = ["knots", "etcd", "LMDB", "SQLite"];
  const columns: (readonly string[])[] = [];
  for (const open of openers) columns.push(await column(open));
  const rows = LOADS.map((work, index) => ({ work, cells: columns.map((cells) => cells[index] ?? "-") }));
  return { peers, rows: [...rows, ...(await opening())] };
}

async function fill(store: EmbeddedStore): Promise<void> {
  const value = Buffer.alloc(2048, "o");
  for (let n = 0; n < 150_000; n += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, index) => {
        const key = `/registry/pods/ns-${(n + index) % 100}/pod-${n + index}`;
        return store.txn({ compare: [], success: [{ type: "put", key, value }] });
      }),
    );
  }
}

/** Time to open 150,000 objects of 2 KB: from a checkpoint, and with a fifth of them in the history. */
async function opening(): Promise<StoreTable["rows"]> {
  const folder = await scratch();
  const timed = async (): Promise<number> => {
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, "open.ts"), folder]);
    return Number(stdout);
  };
  const store = await openKnots(folder);
  await fill(store);
  await store.close();
  const withHistory = Math.min(await timed(), await timed());
  const again = await openKnots(folder);
  await again.compact(again.status().revision);
  await again.close();
  const compacted = Math.min(await timed(), await timed());
  await rm(folder, { recursive: true });
  const row = (work: string, value: number) => ({ work, cells: [ms(value), "-", "-", "-"] });
  return [
    row("open 150,000 objects of 2 KB, 20,000 revisions of history", withHistory),
    row("open 150,000 objects of 2 KB, compacted", compacted),
  ];
}

/** Prints a table with one column for each peer. */
export function printStoreTable({ peers, rows }: StoreTable): void {
  const lines = [["work", ...peers], ...rows.map(({ work, cells }) => [work, ...cells])];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length))) ?? [];
  process.stdout.write("\nThe store beside others, same disk, every acknowledged write synced\n");
  for (const line of lines) {
    process.stdout.write(
      `${line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("   ")
        .trimEnd()}\n`,
    );
  }
}
