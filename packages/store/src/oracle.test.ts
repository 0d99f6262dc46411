// The engine against a slow oracle that keeps a full copy of every revision; random commands, restarts and forks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock } from "@knots/std";
import fc from "fast-check";
import { createMemoryDisk } from "./disk.memory.ts";
import { openMemoryStore } from "./engine.ts";
import { inRange, type KeyRange, prefixEnd } from "./keys.ts";
import { openStore } from "./open.ts";
import type { EmbeddedStore, Op, StoreEvent, WatchBatch } from "./store.ts";

interface Row {
  readonly value: string;
  readonly create: number;
  readonly mod: number;
  readonly version: number;
}
type Rows = ReadonlyMap<string, Row>;

/** Every revision as a full copy; nothing clever. */
class Oracle {
  readonly states: Rows[] = [new Map(), new Map()];
  compacted = 0;

  get revision(): number {
    return this.states.length - 1;
  }

  rows(at: number): Rows {
    return this.states[at] ?? new Map();
  }

  /** Undefined: the transaction is refused. */
  apply(ops: readonly Op[]): number | undefined {
    const before = this.rows(this.revision);
    const after = new Map(before);
    const touched = new Set<string>();
    const mod = this.revision + 1;
    for (const [index, op] of ops.entries()) {
      if (op.type === "range") continue;
      const others = ops.filter((other, at) => at !== index && other.type !== "range");
      if (op.type === "put" && others.some((other) => inRange(op.key, rangeOf(other)))) return undefined;
      const keys = op.type === "put" ? [op.key] : [...after.keys()].filter((key) => inRange(key, rangeOf(op)));
      for (const key of keys) {
        touched.add(key);
        const old = after.get(key);
        if (op.type !== "put") after.delete(key);
        else {
          const value = Buffer.from(op.value).toString();
          after.set(key, { value, create: old?.create ?? mod, mod, version: (old?.version ?? 0) + 1 });
        }
      }
    }
    if (touched.size > 0) this.states.push(after);
    return this.revision;
  }

  /** What a watcher of everything since `from` must see, as sorted lines for each revision. */
  events(from: number, range: KeyRange): [number, string[]][] {
    const batches: [number, string[]][] = [];
    for (let at = Math.max(from, 2); at <= this.revision; at++) {
      const [before, after] = [this.rows(at - 1), this.rows(at)];
      const lines: string[] = [];
      for (const [key, row] of after) if (row.mod === at && inRange(key, range)) lines.push(`put ${key}=${row.value}`);
      for (const key of before.keys()) if (!after.has(key) && inRange(key, range)) lines.push(`delete ${key}`);
      if (lines.length > 0) batches.push([at, lines.sort()]);
    }
    return batches;
  }
}

function rangeOf(op: Op): KeyRange {
  return "start" in op ? { start: op.start, end: op.end } : { start: op.key };
}

function show({ type, kv }: StoreEvent): string {
  return type === "put" ? `put ${kv.key}=${Buffer.from(kv.value).toString()}` : `delete ${kv.key}`;
}

async function readAll(watch: AsyncIterableIterator<WatchBatch>, until: number): Promise<[number, string[]][]> {
  const batches: [number, string[]][] = [];
  for (;;) {
    const { value, done } = await watch.next();
    if (done || value.revision > until) throw new Error(`unexpected end of the watch at ${value?.revision}`);
    if (value.events.length > 0) batches.push([value.revision, value.events.map(show).sort()]);
    if (value.revision === until) return batches;
  }
}

const key = fc.integer({ min: 0, max: 40 }).map((n) => `k${n.toString().padStart(2, "0")}`);
const range = fc.tuple(key, key).map(([a, b]) => (a < b ? { start: a, end: b } : { start: b, end: a }));
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("put" as const),
      key,
      value: fc.nat(999).map((n) => Buffer.from(String(n))),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("delete" as const), key }) },
  { weight: 1, arbitrary: range.map((value) => ({ type: "deleteRange" as const, ...value })) },
);
const command = fc.oneof(
  { weight: 12, arbitrary: fc.array(op, { minLength: 1, maxLength: 4 }).map((ops) => ({ do: "txn" as const, ops })) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("range" as const), range, back: fc.nat(20), limit: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("watch" as const), range, back: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("compact" as const), back: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fork" as const), back: fc.nat(20) }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly oracle = new Oracle();
  store: EmbeddedStore;
  readonly #reopen: (() => Promise<EmbeddedStore>) | undefined;

  constructor(store: EmbeddedStore, reopen?: () => Promise<EmbeddedStore>) {
    this.store = store;
    this.#reopen = reopen;
  }

  async step(command: Command): Promise<void> {
    const { oracle, store } = this;
    if (command.do === "txn") {
      const expected = oracle.apply(command.ops);
      const txn = store.txn({ compare: [], success: command.ops });
      if (expected === undefined) await assert.rejects(txn, { code: "invalid" });
      else assert.equal((await txn).revision, expected);
    } else if (command.do === "range") {
      await this.checkRange(oracle.revision - command.back, command.range, command.limit);
    } else if (command.do === "watch") {
      await this.checkWatch(oracle.revision - command.back, command.range);
    } else if (command.do === "compact") {
      const to = oracle.revision - command.back;
      if (to <= oracle.compacted) await assert.rejects(store.compact(to), { code: "compacted" });
      else await store.compact(to);
      oracle.compacted = Math.max(oracle.compacted, to);
    } else if (command.do === "restart" && this.#reopen !== undefined) {
      await store.close();
      this.store = await this.#reopen();
    } else if (command.do === "fork") {
      await this.checkFork(Math.max(1, oracle.compacted, oracle.revision - command.back));
    }
  }

  async checkRange(at: number, range: KeyRange, limit: number): Promise<void> {
    if (at < Math.max(1, this.oracle.compacted)) {
      if (at > 0) await assert.rejects(this.store.range({ ...range, at }), { code: "compacted" });
      return;
    }
    const rows = [...this.oracle.rows(at)].filter(([key]) => inRange(key, range)).sort(([a], [b]) => (a < b ? -1 : 1));
    const { items, count, more, revision } = await this.store.range({ ...range, at, limit });
    const found = items.map((kv): [string, Row] => [
      kv.key,
      { value: Buffer.from(kv.value).toString(), create: kv.createRevision, mod: kv.modRevision, version: kv.version },
    ]);
    assert.deepEqual(found, limit === 0 ? rows : rows.slice(0, limit));
    assert.deepEqual(
      { count, more, revision },
      { count: rows.length, more: rows.length > found.length, revision: this.oracle.revision },
    );
  }

  async checkWatch(from: number, range: KeyRange): Promise<void> {
    if (from < 1) return;
    const watch = this.store.watch({ ...range, from, progress: true });
    if (from < this.oracle.compacted) {
      const first = watch.next();
      // Whatever comes, it comes now: a watch that wrongly waits must not hang the test.
      await watch.return?.();
      await assert.rejects(first, { code: "compacted" });
      return;
    }
    const expected = this.oracle.events(from, range);
    const last = expected.at(-1)?.[0];
    if (last !== undefined) assert.deepEqual(await readAll(watch, last), expected);
    await watch.return?.();
  }

  async checkFork(at: number): Promise<void> {
    const fork = this.store.fork(at);
    await fork.txn({
      compare: [],
      success: [
        { type: "put", key: "k00", value: Buffer.from("forked") },
        { type: "deleteRange", start: "k01", end: "k99" },
      ],
    });
    assert.equal((await fork.range({ start: "", end: prefixEnd("") })).count, 1);
    assert.equal(fork.status().revision, at + 1);
    await fork.close();
  }

  async finish(): Promise<void> {
    const all = { start: "", end: prefixEnd("") };
    for (let at = Math.max(1, this.oracle.compacted); at <= this.oracle.revision; at++)
      await this.checkRange(at, all, 0);
    await this.checkWatch(Math.max(1, this.oracle.compacted), all);
    await this.store.close();
  }
}

const clock = createVirtualClock();

test("in memory, every answer is the oracle's", async () => {
  const property = fc.asyncProperty(fc.array(command, { maxLength: 120, size: "max" }), async (commands) => {
    const run = new Run(openMemoryStore({ clock, history: false }));
    for (const next of commands) await run.step(next);
    await run.finish();
  });
  await fc.assert(property, { numRuns: 80 });
});

test("on a disk, with restarts, every answer is the oracle's", async () => {
  const property = fc.asyncProperty(fc.array(command, { maxLength: 120, size: "max" }), async (commands) => {
    const disk = createMemoryDisk();
    const reopen = (): Promise<EmbeddedStore> => openStore({ disk, clock, history: false, segmentBytes: 700 });
    const run = new Run(await reopen(), reopen);
    for (const next of commands) await run.step(next);
    await run.finish();
  });
  await fc.assert(property, { numRuns: 80 });
});

test("a watch from before the compacted revision is refused, even where nothing happened in between", async () => {
  const store = openMemoryStore({ clock, history: false });
  await store.txn({ compare: [], success: [{ type: "put", key: "a", value: Buffer.from("1") }] });
  await store.compact(2);
  await assert.rejects(store.watch({ start: "a", from: 1 }).next(), { code: "compacted" });
  await store.close();
});

test("many watchers under concurrent writers: ordered, unique, whole revisions, nothing missing", async () => {
  const [writers, rounds] = [25, 20];
  const store = await openStore({ disk: createMemoryDisk(), clock, history: false });
  const last = 1 + writers * rounds;
  const read = async (prefix: string, from: number | undefined): Promise<WatchBatch[]> => {
    const seen: WatchBatch[] = [];
    for await (const batch of store.watch({ start: prefix, end: prefixEnd(prefix), from, progress: true })) {
      if (batch.events.length > 0) seen.push(batch);
      if (batch.revision === last) break;
    }
    return seen;
  };
  const everything = Array.from({ length: 10 }, (_, n) => read("", n % 2 === 0 ? 2 : undefined));
  const single = Array.from({ length: writers }, (_, n) => read(`own/${n}/`, undefined));
  const writing = Array.from({ length: writers }, async (_, writer) => {
    for (let n = 0; n < rounds; n++) {
      const value = Buffer.from(`${writer}.${n}`);
      const success: Op[] = [`own/${writer}/k`, `shared/${n % 4}`].map((key) => ({ type: "put", key, value }));
      await store.txn({ compare: [], success });
    }
  });
  await Promise.all(writing);
  store.progress();
  for (const seen of await Promise.all(everything)) {
    const revisions = seen.map(({ revision }) => revision);
    assert.deepEqual(
      revisions,
      Array.from({ length: last - 1 }, (_, n) => n + 2),
    );
    assert.ok(
      seen.every(({ events }) => events.length === 2),
      "a revision comes whole",
    );
  }
  for (const [writer, seen] of (await Promise.all(single)).entries()) {
    const values = seen.flatMap(({ events }) => events.map(({ kv }) => Buffer.from(kv.value).toString()));
    assert.deepEqual(
      values,
      Array.from({ length: rounds }, (_, n) => `${writer}.${n}`),
    );
  }
  assert.equal(store.status().watchers, 0, "a reader that stops leaves nothing behind");
  await store.close();
});
