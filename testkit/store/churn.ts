// Churn: many writers that create, change and delete keys without end, and what the store holds meanwhile in memory and on disk.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Clock, type Random, realClock, seededRandom, settle } from "@knots/std";
import { type EmbeddedStore, openNodeDisk, openStore, type TxnResult } from "@knots/store";

export interface ChurnOptions {
  /** An empty directory on the disk to be used. */
  readonly directory: string;
  readonly seed: number;
  readonly writers: number;
  /** Keys that are alive, about. */
  readonly keys: number;
  readonly valueBytes: number;
  /** Revisions that the history keeps. */
  readonly window: number;
  readonly segmentBytes: number;
  /** Writes between two looks. */
  readonly every: number;
  /** Asked after each look: whether there should be another. */
  readonly goOn: (samples: readonly Sample[]) => boolean;
  readonly tell?: ((sample: Sample) => void) | undefined;
}

/** All sizes in bytes. */
export interface Sample {
  readonly writes: number;
  /** Since the beginning. */
  readonly seconds: number;
  readonly live: number;
  /** What only the history holds. */
  readonly history: number;
  /** JavaScript heap and buffers, after a collection, above what there was before the store. */
  readonly memory: number;
  /** The files as the file system counts them, at their largest since the last look: old segments go in steps. */
  readonly disk: number;
}

/** Writes of one writer between two looks at the files. */
const LOOK = 20;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

async function memoryNow(): Promise<number> {
  // Buffers go in a second step, and finalizers run in between.
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await settle();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function bytesIn(directory: string): number {
  return readdirSync(directory).reduce(
    (sum, name) => sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** Runs the churn and returns what was seen; the store is closed, and opened once more to see that all is there. */
export async function churn(options: ChurnOptions): Promise<Sample[]> {
  const { directory, seed, goOn, tell, every, writers } = options;
  const clock: Clock = realClock;
  const before = await memoryNow();
  const open = async (): Promise<EmbeddedStore> =>
    openStore({
      disk: await openNodeDisk(directory),
      clock,
      segmentBytes: options.segmentBytes,
      history: { ms: 24 * 3_600_000, revisions: options.window },
    });
  const store = await open();
  const random = seededRandom(seed);
  const samples: Sample[] = [];
  const start = clock.monotonic();
  for (let writes = every; samples.length === 0 || goOn(samples); writes += every) {
    let largest = 0;
    const look = (): void => {
      largest = Math.max(largest, bytesIn(directory));
    };
    const each = { ...options, writes: every / writers };
    await Promise.all(
      Array.from({ length: writers }, (_, at) => write(store, random, at === 0 ? { ...each, look } : each)),
    );
    // What the compaction began is part of the bill: it may end first.
    for (let turn = 0; turn < 50; turn++) await settle();
    const { liveBytes: live, historyBytes: history } = store.status();
    const sample = {
      writes,
      seconds: (clock.monotonic() - start) / 1000,
      live,
      history,
      memory: (await memoryNow()) - before,
      disk: Math.max(largest, bytesIn(directory)),
    };
    samples.push(sample);
    tell?.(sample);
  }
  const { revision, keys } = store.status();
  await store.close();
  const again = await open();
  const found = again.status();
  await again.close();
  if (found.revision !== revision || found.keys !== keys)
    throw new Error(`${found.keys} keys at ${found.revision} instead of ${keys} at ${revision}`);
  return samples;
}

async function write(
  store: EmbeddedStore,
  random: Random,
  { keys, valueBytes, writes, look }: ChurnOptions & { readonly writes: number; readonly look?: () => void },
): Promise<void> {
  for (let count = 0; count < writes; count++) {
    await one(store, random, { keys, valueBytes });
    if (count % LOOK === 0) look?.();
  }
}

/** Mostly changes; one write in eight deletes a key, which another one creates again. */
function one(
  store: EmbeddedStore,
  random: Random,
  { keys, valueBytes }: Pick<ChurnOptions, "keys" | "valueBytes">,
): Promise<TxnResult> {
  const key = `/registry/pods/default/pod-${random.below(keys)}`;
  if (random.below(8) === 0) return store.txn({ compare: [], success: [{ type: "delete", key }] });
  const value = Buffer.alloc(valueBytes / 2 + random.below(valueBytes), random.below(256));
  return store.txn({ compare: [], success: [{ type: "put", key, value }] });
}

export interface Bounds {
  /** Largest memory over live bytes and window, after the window is full. */
  readonly memory: number;
  /** Largest disk over live bytes and window. */
  readonly disk: number;
  /** Largest of the second half over largest of the first half. */
  readonly memoryGrowth: number;
  readonly diskGrowth: number;
}

/** How the samples after the first fill of the window relate to what must be kept; `keptAnyway`: bytes that do not depend on it. */
export function boundsOf(samples: readonly Sample[], window: number, keptAnyway: number): Bounds {
  const full = samples.filter(({ writes }) => writes > 3 * window);
  const half = Math.ceil(full.length / 2);
  const most = (list: readonly Sample[], of: (sample: Sample) => number): number => Math.max(...list.map(of));
  const growth = (of: (sample: Sample) => number): number => most(full.slice(half), of) / most(full.slice(0, half), of);
  return {
    memory: most(full, ({ memory, live, history }) => memory / (live + history + keptAnyway)),
    disk: most(full, ({ disk, live, history }) => disk / (live + history + keptAnyway)),
    memoryGrowth: growth(({ memory }) => memory),
    diskGrowth: growth(({ disk }) => disk),
  };
}
