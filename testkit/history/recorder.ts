// Writes down what clients ask of a store and what they are told.
import {
  type RangeOptions,
  type RangeResult,
  type Revision,
  type Store,
  StoreError,
  type Txn,
  type TxnResult,
  type WatchBatch,
  type WatchOptions,
} from "@knots/store";
import type { Operation, Outcome, Request, WatchEnd, WatchRecord } from "./operation.ts";

export interface RecorderOptions {
  /** Any clock that never goes back and that all recorders of one history share. Absent: counts the recorder's own moments. */
  readonly now?: (() => number) | undefined;
  /** Codes after which nobody knows whether a write happened. */
  readonly unknown?: readonly string[] | undefined;
  /** Told of everything as it happens: for recorders that die. */
  readonly sink?: ((message: Message) => void) | undefined;
}

/** One thing that a recorder writes down; `id` tells operations and watches of one recorder apart. What is said later of an operation counts. */
export type Message =
  | { readonly type: "operation"; readonly id: number; readonly operation: Operation }
  | { readonly type: "watch"; readonly id: number; readonly record: WatchRecord }
  | { readonly type: "batch"; readonly id: number; readonly batch: WatchBatch }
  | { readonly type: "end"; readonly id: number; readonly record: WatchRecord };

/** The calls of a store, recorded under one client's name. All fail like the store's. */
export interface RecordedClient {
  txn(txn: Txn): Promise<TxnResult>;
  range(options: RangeOptions): Promise<RangeResult>;
  compact(to: Revision): Promise<void>;
  grant(ttlSeconds: number): Promise<number>;
  revoke(id: number): Promise<void>;
}

/** A recorded watch. It reads by itself. */
export interface RecordedWatch {
  /** The first revision that a watch must ask for to go on from here. */
  readonly next: Revision;
  readonly over: boolean;
  /** Resolves when the reader was told of this revision or a later one, or the watch is over. */
  reached(revision: Revision): Promise<void>;
  stop(): void;
}

export interface Recorder {
  client(process: number | string, store: Store): RecordedClient;
  /** `slowly` is awaited before each read. */
  watch(
    name: string,
    store: Store,
    options: WatchOptions & { readonly slowly?: (() => Promise<void>) | undefined },
  ): RecordedWatch;
  /** The store came back from its death: what has no answer, or an unknown outcome, has happened by now or never will. Old watches end unseen. */
  settled(): void;
  /** What was recorded. `until`: open watches must have seen everything up to here. */
  finish(until?: Revision): { readonly history: readonly Operation[]; readonly watches: readonly WatchRecord[] };
}

const UNKNOWN: readonly string[] = ["io", "unknown-outcome"];

export function createRecorder({ now, unknown = UNKNOWN, sink }: RecorderOptions = {}): Recorder {
  let moment = 0;
  const tick = now ?? (() => ++moment);
  const history: Operation[] = [];
  const open = new Map<Operation, number>();
  let ids = 0;
  const watches: WatchInProgress[] = [];

  const close = (begun: Operation, outcome: Outcome): void => {
    const id = open.get(begun);
    if (id === undefined) return;
    open.delete(begun);
    // Nobody knows how long an unknown outcome may still come true.
    const operation = { ...begun, end: outcome.type === "unknown" ? Number.POSITIVE_INFINITY : tick(), outcome };
    history.push(operation);
    sink?.({ type: "operation", id, operation });
  };
  const record = async <T>(process: number | string, op: Request, call: () => Promise<[T, Outcome]>): Promise<T> => {
    const begun: Operation = {
      process,
      op,
      start: tick(),
      end: Number.POSITIVE_INFINITY,
      outcome: { type: "unknown" },
    };
    const id = ids++;
    open.set(begun, id);
    sink?.({ type: "operation", id, operation: begun });
    try {
      const [answer, outcome] = await call();
      close(begun, outcome);
      return answer;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      close(begun, unknown.includes(error.code) ? { type: "unknown" } : { type: "refused", code: error.code });
      throw error;
    }
  };
  const expireLater = (id: number, start: number): void => {
    const operation: Operation = {
      process: "leases",
      op: { type: "expire", ids: [id] },
      start,
      end: Number.POSITIVE_INFINITY,
      outcome: { type: "unknown" },
    };
    history.push(operation);
    sink?.({ type: "operation", id: ids++, operation });
  };
  return {
    client: (process, store) => ({
      txn: (txn) =>
        record(process, { type: "txn", txn }, async () => {
          const result = await store.txn(txn);
          return [result, { type: "txn", result }];
        }),
      range: (options) =>
        record(process, { type: "range", options }, async () => {
          const result = await store.range(options);
          return [result, { type: "range", result }];
        }),
      compact: (to) =>
        record(process, { type: "compact", to }, async () => [await store.compact(to), { type: "done" }]),
      grant: async (ttlSeconds) => {
        const start = tick();
        const { id } = await record(process, { type: "grant", ttlSeconds }, async () => {
          const answer = await store.grant(ttlSeconds);
          return [answer, { type: "grant", id: answer.id }];
        });
        expireLater(id, start);
        return id;
      },
      revoke: (id) => record(process, { type: "revoke", id }, async () => [await store.revoke(id), { type: "done" }]),
    }),
    watch(name, store, options) {
      const watch = new WatchInProgress(name, store, {
        ...options,
        tell: sink === undefined ? undefined : teller(sink, ids++),
      });
      watches.push(watch);
      return watch;
    },
    settled() {
      for (const watch of watches) watch.widow();
      const now = tick();
      for (const begun of open.keys()) close(begun, { type: "unknown" });
      for (const [at, operation] of history.entries()) {
        if (operation.outcome.type !== "unknown" || operation.op.type === "expire" || operation.end <= now) continue;
        history[at] = { ...operation, end: now };
      }
    },
    finish: (until) => ({
      history: [...history, ...open.keys()],
      watches: watches.map((watch) => watch.record(until)),
    }),
  };
}

type Tell = (what: {
  readonly record: WatchRecord;
  readonly batch?: WatchBatch | undefined;
  readonly over?: boolean;
}) => void;

function teller(sink: (message: Message) => void, id: number): Tell {
  return ({ record, batch, over = false }) => {
    if (batch !== undefined) sink({ type: "batch", id, batch });
    else sink({ type: over ? "end" : "watch", id, record: { ...record, batches: [] } });
  };
}

interface InProgressOptions extends WatchOptions {
  readonly slowly?: (() => Promise<void>) | undefined;
  readonly tell?: Tell | undefined;
}

class WatchInProgress implements RecordedWatch {
  readonly #name: string;
  readonly #store: Store;
  readonly #options: WatchOptions;
  readonly #abort = new AbortController();
  readonly #batches: WatchBatch[] = [];
  readonly #from: Revision | undefined;
  readonly #compactedAtOpen: Revision | undefined;
  #compactedAtEnd: Revision | undefined;
  #end: WatchEnd = { type: "open" };
  #widowed = false;
  #waiting: { readonly revision: Revision; readonly resolve: () => void }[] = [];
  readonly #tell: Tell | undefined;

  constructor(name: string, store: Store, { slowly, tell, ...options }: InProgressOptions) {
    this.#name = name;
    this.#store = store;
    this.#options = options;
    this.#tell = tell;
    const status = store.status();
    // Whoever must ask for the status does not learn where exactly the watch begins.
    if (status instanceof Promise) status.catch(() => undefined);
    const now = status instanceof Promise ? undefined : status;
    this.#from = options.from || (now && now.revision + 1);
    this.#compactedAtOpen = now?.compactedRevision;
    tell?.({ record: this.record(undefined) });
    void this.#read(store.watch({ ...options, signal: this.#abort.signal }), slowly);
  }

  get next(): Revision {
    return Math.max(this.#from ?? 0, (this.#batches.at(-1)?.revision ?? 0) + 1);
  }

  get over(): boolean {
    return this.#end.type !== "open";
  }

  stop(): void {
    this.#abort.abort();
  }

  reached(revision: Revision): Promise<void> {
    if (this.over || this.next > revision) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ revision, resolve }));
  }

  /** Its store died: nothing more will come. */
  widow(): void {
    this.#widowed = true;
    this.#abort.abort();
  }

  record(until: Revision | undefined): WatchRecord {
    return {
      name: this.#name,
      range: { start: this.#options.start, end: this.#options.end },
      from: this.#from,
      batches: this.#batches,
      end: this.#end,
      until: this.#end.type === "open" && !this.#widowed ? until : undefined,
      compactedAtOpen: this.#compactedAtOpen,
      compactedAtEnd: this.#compactedAtEnd,
    };
  }

  #wake(told: Revision): void {
    for (const { resolve } of this.#waiting.filter(({ revision }) => revision <= told)) resolve();
    this.#waiting = this.#waiting.filter(({ revision }) => revision > told);
  }

  async #read(batches: AsyncIterable<WatchBatch>, slowly: (() => Promise<void>) | undefined): Promise<void> {
    try {
      for await (const batch of batches) {
        this.#batches.push(batch);
        this.#tell?.({ record: this.record(undefined), batch });
        this.#wake(batch.revision);
        await slowly?.();
      }
      this.#end = { type: "ended" };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#end = { type: "error", code: error.code };
    }
    try {
      this.#compactedAtEnd = (await this.#store.status()).compactedRevision;
    } catch {
      this.#compactedAtEnd = undefined;
    }
    this.#tell?.({ record: this.record(undefined), over: true });
    this.#wake(Number.POSITIVE_INFINITY);
  }
}
