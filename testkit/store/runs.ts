// Whole runs: a store, concurrent clients, a recording of them, and the judgement.
import { createVirtualClock, type Random, settle, type VirtualClock } from "@knots/std";
import { openMemoryStore, type Store } from "@knots/store";
import { type Judgement, type JudgeOptions, judge, type Recording } from "../history/judge.ts";
import { createRecorder, type RecordedClient, type Recorder } from "../history/recorder.ts";
import { EVERYTHING, KEYS, runClients } from "./clients.ts";

export interface RunOptions {
  readonly seed: number;
  readonly clients: number;
  readonly calls: number;
  /** Only calls that touch one key each. */
  readonly single?: boolean | undefined;
}

/** A virtual clock is let run by the clients themselves. */
export function passing(clock: VirtualClock): (random: Random) => Promise<void> {
  return (random) => clock.advance(1 + random.below(400));
}

/** Lets every watcher that is still open see everything, and tells how far that is. */
export async function catchUp(store: Store): Promise<number> {
  store.progress();
  for (let turn = 0; turn < 20; turn++) await settle();
  return (await store.status()).revision;
}

/** In the end somebody must look, or nobody knows what became of the last unknown outcomes. */
export async function readEverything(client: RecordedClient, single = false): Promise<void> {
  if (!single) await client.range(EVERYTHING);
  else for (const key of KEYS) await client.range({ start: key });
}

/** Clients on a store in memory. */
export async function recordMemoryRun(options: RunOptions): Promise<Recording> {
  const clock = createVirtualClock();
  const store = openMemoryStore({ clock, history: false });
  const recorder: Recorder = createRecorder();
  recorder.watch("everything", store, { ...EVERYTHING, from: 1, progress: true });
  await runClients({ ...options, store, recorder, life: 0, pass: passing(clock) });
  await readEverything(recorder.client("last", store), options.single);
  const until = await catchUp(store);
  const recording = recorder.finish(until);
  await store.close();
  return recording;
}

export async function memoryRun(options: RunOptions, how?: JudgeOptions): Promise<Judgement> {
  return judge(await recordMemoryRun(options), how);
}
