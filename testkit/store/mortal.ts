// A process that works on a store in a directory until it is killed or done, and writes down what it asks and is told. Its orders come as one line of JSON on
// its standard input; for each answer it prints a character, so that whoever waits for its death can count.
import { appendFileSync, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { serialize } from "node:v8";
import { realClock } from "@knots/std";
import { openNodeDisk, openStore } from "@knots/store";
import { createRecorder, type Message } from "../history/recorder.ts";
import { EVERYTHING, runClients } from "./clients.ts";
import { catchUp, readEverything } from "./runs.ts";

export interface Orders {
  readonly directory: string;
  /** File of the recording: records of four bytes of length and a serialised message. */
  readonly recording: string;
  readonly seed: number;
  readonly life: number;
  readonly clients: number;
  readonly calls: number;
}

/** What stands in the file of a recording. */
export type Written =
  | Message
  | { readonly type: "opened"; readonly at: number }
  | { readonly type: "until"; readonly revision: number };

const now = (): number => Number(process.hrtime.bigint());

async function orders(): Promise<Orders> {
  for await (const line of createInterface({ input: process.stdin })) return JSON.parse(line) as Orders;
  process.exit(0);
}

const { directory, recording, seed, life, clients, calls } = await orders();
appendFileSync(recording, "");
const file = openSync(recording, "a");
const write = (message: Written): void => {
  const body = serialize(message);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  writeSync(file, Buffer.concat([length, body]));
};
writeSync(1, "o");
const store = await openStore({
  disk: await openNodeDisk(directory),
  clock: realClock,
  history: false,
  segmentBytes: 32 * 1024,
});
write({ type: "opened", at: now() });
const recorder = createRecorder({
  now,
  sink: (message) => {
    write(message);
    if (message.type === "operation") writeSync(1, ".");
  },
});
const from = Math.max(1, store.status().compactedRevision);
recorder.watch(`the start of life ${life}`, store, { ...EVERYTHING, from, progress: true });
await readEverything(recorder.client(`the start of life ${life}`, store));
await runClients({ store, recorder, seed, life, clients, calls, valueBytes: 300, leaseSeconds: 0.02 });
await readEverything(recorder.client(`the end of life ${life}`, store));
write({ type: "until", revision: await catchUp(store) });
await store.close();
