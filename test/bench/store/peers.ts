// What the store is measured against, each with every acknowledged write synced: our engine, a real etcd, LMDB and SQLite.
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openEtcd } from "@knots/cluster";
import { platformRandom, realClock } from "@knots/std";
import { type EmbeddedStore, openNodeDisk, openStore, prefixEnd, type Store } from "@knots/store";
import { open as openLmdb } from "lmdb";
import { startEtcd } from "../../../testkit/etcd/cluster.node.ts";

/** A key-value store, as far as all of them go. */
export interface Peer {
  readonly name: string;
  /** Resolves when the write is on disk. */
  readonly put: (key: string, value: Uint8Array) => Promise<unknown>;
  /** The first `limit` values below a prefix. */
  readonly list: (prefix: string, limit: number) => Promise<number>;
  /** Bytes of its files. */
  readonly bytes: () => number;
  readonly close: () => Promise<void>;
  /** The interface with history and watches; absent for LMDB and SQLite, which have neither. */
  readonly store?: Store;
}

export function bytesIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  let sum = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name)).blocks * 512;
  }
  return sum;
}

export const scratch = (): Promise<string> => mkdtemp(join(tmpdir(), "knots-bench-"));

function overStore(name: string, store: Store): Pick<Peer, "name" | "put" | "list" | "store"> {
  return {
    name,
    store,
    put: (key, value) => store.txn({ compare: [], success: [{ type: "put", key, value }] }),
    list: async (prefix, limit) => (await store.range({ start: prefix, end: prefixEnd(prefix), limit })).items.length,
  };
}

/** Few revisions of history, so that compaction is part of what is measured. */
const history = { ms: 60_000, revisions: 20_000 };

export async function openKnots(folder: string): Promise<EmbeddedStore> {
  return openStore({ disk: await openNodeDisk(folder), clock: realClock, history });
}

export async function knots(): Promise<Peer> {
  const folder = await scratch();
  const store = await openKnots(folder);
  return {
    ...overStore("knots", store),
    bytes: () => bytesIn(folder),
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

export async function etcd(): Promise<Peer> {
  const cluster = await startEtcd({ flags: ["--quota-backend-bytes=8589934592"] });
  const store = await openEtcd(
    { servers: cluster.urls, root: "", limits: { history, recordMs: false } },
    { clock: realClock, random: platformRandom },
  );
  return {
    ...overStore("etcd", store),
    bytes: () => bytesIn(cluster.folder),
    close: async () => {
      await store.close();
      await cluster.stop();
    },
  };
}

export async function lmdb(): Promise<Peer> {
  const folder = await scratch();
  const db = openLmdb<Uint8Array, string>({ path: folder, encoding: "binary", overlappingSync: false });
  return {
    name: "LMDB",
    put: (key, value) => db.put(key, Buffer.from(value.buffer, value.byteOffset, value.length)),
    list: async (prefix, limit) => {
      let count = 0;
      for (const { value } of db.getRange({ start: prefix, end: prefixEnd(prefix), limit })) count += value ? 1 : 0;
      return count;
    },
    bytes: () => bytesIn(folder),
    close: async () => {
      await db.close();
      await rm(folder, { recursive: true });
    },
  };
}

export async function sqlite(): Promise<Peer> {
  const folder = await scratch();
  const db = new DatabaseSync(join(folder, "db"));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  db.exec("CREATE TABLE kv (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID");
  const put = db.prepare("INSERT INTO kv VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
  const list = db.prepare("SELECT key, value FROM kv WHERE key >= ? AND key < ? ORDER BY key LIMIT ?");
  return {
    name: "SQLite",
    put: async (key, value) => put.run(key, value),
    list: async (prefix, limit) => list.all(prefix, prefixEnd(prefix), limit).length,
    bytes: () => bytesIn(folder),
    close: async () => {
      db.close();
      await rm(folder, { recursive: true });
    },
  };
}
