// Clients at work on a real etcd while something goes wrong; everything that they were told is recorded and judged.
import { openEtcd } from "@knots/cluster";
import { platformRandom, realClock, sleep } from "@knots/std";
import type { Revision, Store } from "@knots/store";
import type { NetworkedEtcd } from "../../testkit/etcd/networked.node.ts";
import { type Judgement, judge } from "../../testkit/history/judge.ts";
import { withPrevious } from "../../testkit/history/previous.ts";
import {
  createRecorder,
  type RecordedClient,
  type RecordedWatch,
  type Recorder,
} from "../../testkit/history/recorder.ts";
import { EVERYTHING, runClients } from "../../testkit/store/clients.ts";

const HOUR = 3_600_000;

export interface FaultRun {
  readonly etcd: NetworkedEtcd;
  readonly seed: number;
  /** What goes wrong meanwhile. */
  readonly fault: (etcd: NetworkedEtcd, other: RecordedClient) => Promise<void>;
  /** Calls of each client. */
  readonly calls: number;
}

/** What came of it. */
export interface FaultResult extends Judgement {
  /** Calls by how they ended. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly batches: number;
}

/** The store as the recording takes it: nothing makes revisions that are not recorded, and nobody asks for a status that costs reads. */
function plain(store: Store): Store {
  return {
    txn: (txn) => store.txn(txn),
    range: (options) => store.range(options),
    // Every watch tells how far it is, so that its end can be waited for.
    watch: (options) => store.watch({ ...options, progress: true }),
    progress: () => undefined,
    compact: (to) => store.compact(to),
    revisionAt: (time) => store.revisionAt(time),
    grant: (seconds) => store.grant(seconds),
    revoke: (id) => store.revoke(id),
    keepAlive: (id) => store.keepAlive(id),
    status: () => new Promise(() => undefined),
    close: () => store.close(),
  };
}

/** One store for each member, which it prefers. */
async function openStores({ urls }: NetworkedEtcd): Promise<Store[]> {
  return Promise.all(
    urls.map((_, first) =>
      openEtcd(
        {
          servers: urls.map((_url, at) => urls[(first + at) % urls.length] ?? ""),
          root: "",
          limits: { history: false, recordMs: false, progressMs: HOUR },
        },
        { clock: realClock, random: platformRandom },
      ),
    ),
  );
}

async function untilRead(watch: RecordedWatch, revision: Revision): Promise<void> {
  while (!watch.over && watch.next <= revision) await sleep(realClock, 20);
}

/** A recorder whose watches can be waited for. */
function watchful(): { readonly recorder: Recorder; readonly watches: readonly RecordedWatch[] } {
  const recorder = createRecorder({ now: () => realClock.monotonic() });
  const watches: RecordedWatch[] = [];
  const watch: Recorder["watch"] = (...what) => {
    const made = recorder.watch(...what);
    watches.push(made);
    return made;
  };
  return { recorder: { ...recorder, watch }, watches };
}

/** Runs clients over every member until their calls are made and the fault is over. */
export async function faultRun({ etcd, seed, fault, calls }: FaultRun): Promise<FaultResult> {
  const stores = await openStores(etcd);
  const { recorder, watches } = watchful();
  for (const [at, store] of stores.entries()) {
    recorder.watch(`everything of ${at}`, plain(store), { ...EVERYTHING, from: 1 });
  }
  const working = stores.map((store, life) =>
    runClients({
      store: plain(store),
      recorder,
      seed,
      clients: 3,
      calls,
      life,
      leaseSeconds: 600,
      pass: (random) => sleep(realClock, random.below(60)),
    }),
  );
  const other = recorder.client("another party", stores[0] as Store);
  await Promise.all([...working, fault(etcd, other)]);
  // Nothing is under way any more: every call was answered or given up, and this write comes after whatever is left of those.
  const { revision } = await other.txn({
    compare: [],
    success: [{ type: "put", key: "end", value: Buffer.from("end") }],
  });
  await other.range(EVERYTHING);
  for (const store of stores) {
    // It must have heard of that write to report progress up to it.
    await store.range(EVERYTHING);
    store.progress();
  }
  await Promise.all(watches.map((watch) => untilRead(watch, revision)));
  const recording = recorder.finish(revision);
  await Promise.all(stores.map((store) => store.close()));
  const outcomes: Record<string, number> = {};
  for (const { outcome } of recording.history) outcomes[outcome.type] = (outcomes[outcome.type] ?? 0) + 1;
  const batches = recording.watches.reduce((sum, watch) => sum + watch.batches.length, 0);
  return { ...judge(withPrevious(recording)), outcomes, batches };
}
