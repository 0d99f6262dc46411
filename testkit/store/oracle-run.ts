// Random commands given to a store and to its oracle; every answer must be the same.
import assert from "node:assert/strict";
import type { KeyRange, Op, Store } from "@knots/store";
import fc from "fast-check";
import { type Engine, isEmbedded, type Opened } from "./engines.ts";
import { ALL, Oracle, type Row, readAll } from "./oracle.ts";

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
const back = fc.nat(20);
const command = fc.oneof(
  { weight: 12, arbitrary: fc.array(op, { minLength: 1, maxLength: 4 }).map((ops) => ({ do: "txn" as const, ops })) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("range" as const), range, back, limit: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("watch" as const), range, back }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("compact" as const), back }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fork" as const), back }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly #oracle = new Oracle();
  readonly #engine: Engine;
  readonly #opened: Opened;
  #store: Store;

  constructor(engine: Engine, opened: Opened) {
    this.#engine = engine;
    this.#opened = opened;
    this.#store = opened.store;
  }

  async step(command: Command): Promise<void> {
    const { revision } = this.#oracle;
    if (command.do === "txn") await this.#txn(command.ops);
    else if (command.do === "range") await this.#range(revision - command.back, command.range, command.limit);
    else if (command.do === "watch") await this.#watch(revision - command.back, command.range);
    else if (command.do === "compact") await this.#compact(revision - command.back);
    else if (command.do === "fork") await this.#fork(revision - command.back);
    else this.#store = (await this.#opened.restart?.()) ?? this.#store;
  }

  /** Every kept state once more, and the whole kept history. */
  async finish(): Promise<void> {
    const first = Math.max(1, this.#oracle.compacted);
    for (let at = first; at <= this.#oracle.revision; at++) await this.#range(at, ALL, 0);
    await this.#watch(first, ALL);
  }

  async #txn(ops: readonly Op[]): Promise<void> {
    const expected = this.#oracle.apply(ops);
    const txn = this.#store.txn({ compare: [], success: ops });
    if (expected === undefined) await assert.rejects(txn, { code: "invalid" });
    else assert.equal((await txn).revision, expected);
  }

  async #compact(to: number): Promise<void> {
    if (to < 1) return;
    if (to <= this.#oracle.compacted) await assert.rejects(this.#store.compact(to), { code: "compacted" });
    else await this.#store.compact(to);
    this.#oracle.compacted = Math.max(this.#oracle.compacted, to);
  }

  async #range(at: number, range: KeyRange, limit: number): Promise<void> {
    if (at < Math.max(1, this.#oracle.compacted)) {
      if (at > 0) await assert.rejects(this.#store.range({ ...range, at }), { code: "compacted" });
      return;
    }
    const rows = [...this.#oracle.rows(at)].filter(([key]) => key >= range.start && inside(key, range));
    rows.sort(([a], [b]) => (a < b ? -1 : 1));
    const { items, count, more, revision } = await this.#store.range({ ...range, at, limit });
    const found = items.map((kv): [string, Row] => [
      kv.key,
      { value: Buffer.from(kv.value).toString(), create: kv.createRevision, mod: kv.modRevision, version: kv.version },
    ]);
    assert.deepEqual(found, limit === 0 ? rows : rows.slice(0, limit));
    assert.deepEqual(
      { count, more, revision },
      { count: rows.length, more: rows.length > found.length, revision: this.#oracle.revision },
    );
  }

  async #watch(from: number, range: KeyRange): Promise<void> {
    const { compacted } = this.#oracle;
    if (from < 1) return;
    const watch = this.#store.watch({ ...range, from, progress: true });
    if (from < compacted || (from === compacted && from > 1 && !this.#engine.embedded)) {
      const first = watch.next();
      // In this process whatever comes, comes now: a watch that wrongly waits must not hang the test.
      if (this.#engine.embedded) await watch.return?.();
      await assert.rejects(first, { code: "compacted" });
      return;
    }
    const expected = this.#oracle.events(from, range);
    const last = expected.at(-1)?.[0];
    if (last !== undefined) assert.deepEqual(await readAll(watch, last), expected);
    await watch.return?.();
  }

  async #fork(wanted: number): Promise<void> {
    if (!isEmbedded(this.#store)) return;
    const at = Math.max(1, this.#oracle.compacted, wanted);
    const fork = this.#store.fork(at);
    await fork.txn({
      compare: [],
      success: [
        { type: "put", key: "k00", value: Buffer.from("forked") },
        { type: "deleteRange", start: "k01", end: "k99" },
      ],
    });
    assert.equal((await fork.range(ALL)).count, 1);
    assert.equal(fork.status().revision, at + 1);
    await fork.close();
  }
}

const inside = (key: string, { end = "" }: KeyRange): boolean => end === ALL.end || key < end;

/** Runs `runs` random lives of the engine, each of at most `length` commands. */
export async function checkAgainstOracle(
  engine: Engine,
  { runs, length }: { readonly runs: number; readonly length: number },
): Promise<void> {
  const property = fc.asyncProperty(fc.array(command, { maxLength: length, size: "max" }), async (commands) => {
    const opened = await engine.open();
    try {
      const run = new Run(engine, opened);
      for (const next of commands) await run.step(next);
      await run.finish();
    } finally {
      await opened.close();
    }
  });
  await fc.assert(property, { numRuns: runs });
}
