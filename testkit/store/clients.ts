// Concurrent clients of a store that do a bit of everything, each by its own seeded choices.
import { type Random, seededRandom, settle } from "@knots/std";
import {
  type Compare,
  type KeyRange,
  type KeyValue,
  type Op,
  prefixEnd,
  type Revision,
  type Store,
  StoreError,
  type Txn,
} from "@knots/store";
import type { RecordedClient, RecordedWatch, Recorder } from "../history/recorder.ts";

export const EVERYTHING: KeyRange = { start: "", end: prefixEnd("") };

export interface ClientsOptions {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly seed: number;
  readonly clients: number;
  /** Calls of each client. */
  readonly calls: number;
  /** In every name, value and watch: tells lives of a store apart. */
  readonly life: number;
  /** Only calls that touch one key each, so that the history falls into parts. */
  readonly single?: boolean | undefined;
  /** Bytes of a value (40). */
  readonly valueBytes?: number | undefined;
  /** Seconds that leases live, at least (5). */
  readonly leaseSeconds?: number | undefined;
  /** Lets time pass; called now and then. */
  readonly pass?: ((random: Random) => Promise<void>) | undefined;
}

/** Runs the clients until all have made their calls, or the store refuses to go on. Whatever else fails is thrown. */
export async function runClients(options: ClientsOptions): Promise<void> {
  const all = Array.from({ length: options.clients }, (_, number) => new Client(options, number));
  try {
    await Promise.all(all.map((client) => client.run()));
  } finally {
    for (const client of all) client.leave();
  }
}

/** All keys that clients write. */
export const KEYS = ["a/0", "a/1", "a/2", "b/0", "b/1", "c", "d"] as const;
/** What a client of a living store may be told; it goes on. */
const FINE = new Set<string>([
  "compacted",
  "future-revision",
  "lease",
  "busy",
  "full",
  "unavailable",
  "unknown-outcome",
]);
/** The store is gone, or as good as gone until it is opened again. */
const OVER = new Set<string>(["closed", "io"]);

class Client {
  readonly #options: ClientsOptions;
  readonly #number: number;
  readonly #random: Random;
  readonly #store: RecordedClient;
  readonly #watches: RecordedWatch[] = [];
  readonly #known = new Map<string, KeyValue>();
  #leases: number[] = [];
  /** The highest revision heard of. */
  #revision: Revision = 1;
  #written = 0;
  #watched = 0;
  #left = false;

  constructor(options: ClientsOptions, number: number) {
    this.#options = options;
    this.#number = number;
    this.#random = seededRandom(options.seed * 7919 + options.life * 101 + number);
    this.#store = options.recorder.client(`client ${number} of life ${options.life}`, options.store);
  }

  async run(): Promise<void> {
    for (let call = 0; call < this.#options.calls; call++) {
      try {
        await this.#one();
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (OVER.has(error.code)) return;
        if (!FINE.has(error.code)) throw error;
      }
      await this.#pause();
    }
  }

  leave(): void {
    this.#left = true;
    // Half of the watches stay to the end and must see everything.
    for (const [at, watch] of this.#watches.entries()) if (at % 2 === 1) watch.stop();
  }

  async #pause(): Promise<void> {
    const choice = this.#random.below(40);
    if (choice === 0) await this.#options.pass?.(this.#random);
    else if (choice < 6) await settle();
    else for (let turn = choice % 5; turn > 0; turn--) await Promise.resolve();
  }

  async #one(): Promise<void> {
    const choice = this.#random.below(100);
    if (this.#options.single) {
      if (choice < 50) await this.#write([this.#put(this.#key())]);
      else if (choice < 60) await this.#write([{ type: "delete", key: this.#key() }]);
      else if (choice < 75) await this.#guarded();
      else if (choice < 78) this.#watch();
      else await this.#read({ start: this.#key() });
    } else if (choice < 55) await this.#change(choice);
    else if (choice < 85) await this.#look(choice);
    else await this.#rest(choice);
  }

  /** Writes of all kinds. */
  async #change(choice: number): Promise<void> {
    if (choice < 18) await this.#write([this.#put(this.#key())]);
    else if (choice < 26)
      await this.#write(KEYS.filter(() => this.#random.below(3) === 0).map((key) => this.#put(key)));
    else if (choice < 31)
      await this.#write([{ type: "delete", key: KEYS[this.#random.below(6)] ?? "c" }, this.#put("d")]);
    else if (choice < 34)
      await this.#write([
        { type: "deleteRange", start: "a/", end: prefixEnd("a/") },
        this.#put("c"),
        { type: "range", ...EVERYTHING },
      ]);
    else if (choice < 50) await this.#guarded();
    else await this.#write([this.#put(this.#key(), this.#leases.at(-1))]);
  }

  async #look(choice: number): Promise<void> {
    const range =
      choice % 3 === 0 ? { start: this.#key() } : choice % 3 === 1 ? EVERYTHING : { start: "a/", end: prefixEnd("a/") };
    if (choice < 70)
      await this.#read(range, choice % 2 === 0 ? {} : { limit: 1 + (choice % 4), keysOnly: choice % 7 === 0 });
    else if (choice < 80) await this.#read(range, { at: Math.max(1, this.#revision - this.#random.below(25)) });
    else if (choice < 82) await this.#read(range, { at: this.#revision + this.#random.below(3) });
    else if (choice < 83) await this.#read(range, { countOnly: true });
    else await this.#write([{ type: "range", ...range }]);
  }

  async #rest(choice: number): Promise<void> {
    if (choice < 90) this.#watch();
    else if (choice < 93) this.#options.store.progress();
    else if (choice < 96) await this.#lease();
    else if (choice < 97) await this.#revoke();
    else if (this.#number === 0 && choice < 99)
      await this.#store.compact(Math.max(1, this.#revision - this.#random.below(30)));
    else await this.#read(EVERYTHING);
  }

  #key(): string {
    return KEYS[this.#random.below(KEYS.length)] ?? "c";
  }

  /** Every value is written once only. */
  #put(key: string, lease = 0): Op {
    const name = `${this.#options.life}.${this.#number}.${this.#written++}`;
    return { type: "put", key, value: Buffer.from(name.padEnd(this.#options.valueBytes ?? 40, ".")), lease };
  }

  async #write(success: readonly Op[], compare: readonly Compare[] = [], failure: readonly Op[] = []): Promise<void> {
    const patience: Pick<Txn, "patienceMs"> = this.#random.below(8) === 0 ? { patienceMs: 5 } : {};
    const writing = this.#store.txn({ compare, success, failure, ...patience });
    if (patience.patienceMs !== undefined) await this.#passUntil(writing);
    this.#learn((await writing).revision);
  }

  /** A patient write waits for others, or for time to pass: somebody must let it. */
  async #passUntil(writing: Promise<unknown>): Promise<void> {
    const { pass } = this.#options;
    let over = false;
    const settled = writing.then(
      () => undefined,
      () => undefined,
    );
    void settled.then(() => {
      over = true;
    });
    for (let turn = 0; pass !== undefined && !over; turn++) {
      if (turn > 1000) throw new Error("a patient write waits for ever");
      await pass(this.#random);
    }
    await settled;
  }

  /** Compare and swap against what this client saw last; who loses reads. */
  async #guarded(): Promise<void> {
    const key = this.#key();
    const kv = this.#known.get(key);
    const kind = this.#random.below(5);
    const compare: Compare =
      kind === 0
        ? { key, target: "version", op: "=", value: kv?.version ?? 0 }
        : kind === 1 && kv !== undefined
          ? { key, target: "value", op: this.#random.below(2) === 0 ? "=" : "!=", value: kv.value }
          : kind === 2
            ? { key, target: "create", op: ">", value: 0 }
            : { key, target: "mod", op: "=", value: kv?.modRevision ?? 0 };
    await this.#write([this.#put(key)], [compare], [{ type: "range", start: key }]);
    await this.#read({ start: key });
  }

  async #read(
    range: KeyRange,
    more: { at?: Revision; limit?: number; keysOnly?: boolean; countOnly?: boolean } = {},
  ): Promise<void> {
    const { items, revision } = await this.#store.range({ ...range, ...more });
    this.#learn(revision);
    if (more.at === undefined && more.keysOnly !== true) for (const kv of items) this.#known.set(kv.key, kv);
  }

  #learn(revision: Revision): void {
    this.#revision = Math.max(this.#revision, revision);
  }

  /** A new watch from somewhere, or one that goes on where an older one was stopped. */
  #watch(): void {
    const { recorder, store, life } = this.#options;
    const range =
      this.#random.below(2) === 0
        ? EVERYTHING
        : this.#random.below(2) === 0
          ? { start: "a/", end: prefixEnd("a/") }
          : { start: this.#key() };
    const old = this.#watches[this.#random.below(this.#watches.length + 1)];
    old?.stop();
    const somewhere = Math.max(1, this.#revision - this.#random.below(30) + 5);
    const from = old?.over && old.next > 1 ? old.next : this.#random.below(3) === 0 ? undefined : somewhere;
    const slowly = this.#random.below(3) === 0 ? async () => (this.#left ? undefined : settle()) : undefined;
    const name = `${this.#watched++} of client ${this.#number} of life ${life}`;
    this.#watches.push(recorder.watch(name, store, { ...range, from, slowly, progress: this.#random.below(2) === 0 }));
  }

  async #lease(): Promise<void> {
    const id = await this.#store.grant((this.#options.leaseSeconds ?? 5) * (1 + this.#random.next()));
    this.#leases = [...this.#leases.slice(-2), id];
  }

  async #revoke(): Promise<void> {
    const id = this.#leases[this.#random.below(this.#leases.length)];
    if (id === undefined) return;
    if (this.#random.below(2) === 0) await this.#options.store.keepAlive(id);
    else await this.#store.revoke(id);
  }
}
