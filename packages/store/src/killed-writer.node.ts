// Test support: a process that writes to a store as fast as it can and prints each acknowledged counter, until it is killed.

import { realClock } from "@knots/std";
import { openNodeDisk } from "./disk.node.ts";
import { openStore } from "./open.ts";

const [directory = "", first = "0"] = process.argv.slice(2);
const store = await openStore({
  disk: await openNodeDisk(directory),
  clock: realClock,
  segmentBytes: 64 * 1024,
  history: { ms: 1000, revisions: 100 },
});

/** Each writer counts up its own key; together they share syncs. */
async function write(writer: number): Promise<never> {
  for (let n = Number(first); ; n++) {
    const value = Buffer.from(String(n).padEnd(500, "."));
    const { revision } = await store.txn({ compare: [], success: [{ type: "put", key: `writer/${writer}`, value }] });
    process.stdout.write(`${writer} ${n} ${revision}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
