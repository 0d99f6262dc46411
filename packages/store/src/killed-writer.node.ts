// Test support: a process that writes to a store as fast as it can and prints each acknowledged counter, until it is killed.
// Its standard input says where and from which number on: `{"directory": ..., "first": ...}`.

import { text } from "node:stream/consumers";
import { realClock } from "@knots/std";
import { openNodeDisk } from "./disk.node.ts";
import { openStore } from "./open.ts";

const { directory, first } = JSON.parse(await text(process.stdin)) as { directory: string; first: number };
const store = await openStore({
  disk: await openNodeDisk(directory),
  clock: realClock,
  segmentBytes: 64 * 1024,
  history: { ms: 1000, revisions: 100 },
});

/** Each writer counts up its own key; together they share syncs. */
async function write(writer: number): Promise<never> {
  for (let n = first; ; n++) {
    const value = Buffer.from(String(n).padEnd(500, "."));
    const { revision } = await store.txn({ compare: [], success: [{ type: "put", key: `writer/${writer}`, value }] });
    process.stdout.write(`${writer} ${n} ${revision}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
