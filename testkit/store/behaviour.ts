// What every engine of the store must do: one list of tests, run on each of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Compare,
  type KeyRange,
  type KeyValue,
  type Op,
  prefixEnd,
  type Store,
  type TxnResult,
  type WatchBatch,
} from "@knots/store";
import type { Engine, EngineLimits, Opened } from "./engines.ts";
import { ALL } from "./oracle.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);
const textOf = ({ value }: KeyValue): string => Buffer.from(value).toString();
const putOp = (key: string, value = "v", lease = 0): Op => ({ type: "put", key, value: bytes(value), lease });

export const put = (store: Store, key: string, value?: string, lease?: number): Promise<TxnResult> =>
  store.txn({ compare: [], success: [putOp(key, value, lease)] });

const below = (prefix: string): KeyRange => ({ start: prefix, end: prefixEnd(prefix) });

function lineOf({ revision, events }: WatchBatch): string {
  const each = events.map(({ type, kv, previous }) => {
    const was = previous ? ` was ${textOf(previous)}` : "";
    return `${type} ${kv.key}${type === "put" ? `=${textOf(kv)}` : ""}${was}`;
  });
  return `${revision}: ${each.join(", ") || "progress"}`;
}

/** The next `count` batches as lines. */
async function take(watch: AsyncIterator<WatchBatch>, count: number): Promise<string[]> {
  const lines: string[] = [];
  while (lines.length < count) {
    const { value, done } = await watch.next();
    if (done) throw new Error(`the watch ended after ${lines.join("; ")}`);
    lines.push(lineOf(value));
  }
  return lines;
}

const compares: readonly (readonly [string, Compare, boolean])[] = [
  ["a key's modification is as told", { key: "a", target: "mod", op: "=", value: 2 }, true],
  ["a key's modification is not another", { key: "a", target: "mod", op: "!=", value: 2 }, false],
  ["a version is smaller", { key: "a", target: "version", op: "<", value: 2 }, true],
  ["a creation is later", { key: "a", target: "create", op: ">", value: 2 }, false],
  ["a value is as told", { key: "a", target: "value", op: "=", value: bytes("1") }, true],
  ["a value is another", { key: "a", target: "value", op: "!=", value: bytes("1") }, false],
  ["a missing key has version 0", { key: "none", target: "version", op: "=", value: 0 }, true],
  ["a missing key was not created", { key: "none", target: "create", op: ">", value: 0 }, false],
  ["a missing key's value equals nothing", { key: "none", target: "value", op: "=", value: bytes("") }, false],
  ["a missing key's value differs from nothing", { key: "none", target: "value", op: "!=", value: bytes("x") }, false],
];

const contradictions: readonly (readonly [string, readonly Op[]])[] = [
  ["the same key twice", [putOp("a"), putOp("b"), putOp("a")]],
  ["a key and its deletion", [putOp("a"), { type: "delete", key: "a" }]],
  ["a deletion and then the key, which is not there", [{ type: "delete", key: "new" }, putOp("new")]],
  ["a key within a range that goes", [{ type: "deleteRange", ...below("a") } as Op, putOp("ab")]],
  ["the empty key", [putOp("")]],
];

/** Tests by name. Each gets a fresh store. */
const cases: Readonly<Record<string, (opened: Opened, engine: Engine) => Promise<void>>> = {
  "comparisons decide which branch runs": async ({ store }) => {
    await put(store, "a", "1");
    for (const [what, compare, expected] of compares) {
      const { succeeded, responses } = await store.txn({
        compare: [compare],
        success: [{ type: "range", start: "a" }],
        failure: [],
      });
      assert.deepEqual([succeeded, responses.length], [expected, expected ? 1 : 0], what);
    }
    assert.equal((await store.range({ start: "a" })).revision, 2, "a transaction without a write makes no revision");
  },

  "an empty transaction answers the revision": async ({ store }) => {
    assert.deepEqual(await store.txn({ compare: [], success: [] }), { succeeded: true, revision: 1, responses: [] });
  },

  "operations see those before them, and answer what was there": async ({ store }) => {
    await put(store, "a", "1");
    const { responses } = await store.txn({
      compare: [],
      success: [
        putOp("b", "2"),
        { type: "delete", key: "a" },
        { type: "range", ...ALL },
        { type: "deleteRange", ...below("x") } as Op,
        { type: "delete", key: "a" },
        { type: "deleteRange", start: "z", end: "y" },
      ],
    });
    const shown = responses.map((one) =>
      one.type === "range" ? one.items.map(({ key }) => key) : one.type === "put" ? one : one.deleted.map(textOf),
    );
    assert.deepEqual(shown, [{ type: "put" }, ["1"], ["b"], [], [], []]);
    const { responses: again } = await store.txn({ compare: [], success: [putOp("b", "3")] });
    assert.equal(again[0]?.type === "put" && again[0].previous && textOf(again[0].previous), "2");
  },

  "a branch that contradicts itself is refused, even the one that would not run": async ({ store }) => {
    for (const [what, ops] of contradictions) {
      await assert.rejects(store.txn({ compare: [], success: ops }), { code: "invalid" }, what);
      await assert.rejects(store.txn({ compare: [], success: [], failure: ops }), { code: "invalid" }, what);
    }
    assert.equal((await store.range(ALL)).revision, 1);
  },

  "a long list comes whole, in order and from one revision; limits and bare keys work": async ({ store }) => {
    const names = Array.from({ length: 1300 }, (_, n) => `l/${n.toString().padStart(5, "0")}`);
    for (let at = 0; at < names.length; at += 100)
      await store.txn({ compare: [], success: names.slice(at, at + 100).map((name) => putOp(name, "x".repeat(3000))) });
    await put(store, "m");
    const reading = store.range(below("l/"));
    await store.txn({ compare: [], success: [{ type: "deleteRange", ...below("l/000") } as Op] });
    const { items, count, more } = await reading;
    assert.deepEqual([items.length, count, more], [count, count, false]);
    assert.ok(count === 1300 || count === 1200, `one state, not two: ${count}`);
    const past = await store.range({ ...below("l/"), at: 15 });
    assert.deepEqual(
      past.items.map(({ key }) => key),
      names,
    );
    const some = await store.range({ ...below("l/"), at: 15, limit: 700, keysOnly: true });
    assert.deepEqual([some.items.length, some.more, some.count], [700, true, 1300]);
    assert.ok(some.items.every(({ value }) => value.length === 0));
    assert.deepEqual(await store.range({ ...below("l/"), countOnly: true }), {
      revision: 16,
      items: [],
      more: false,
      count: 1200,
    });
  },

  "a range outside of everything is empty; a revision to come cannot be read": async ({ store }) => {
    await put(store, "a");
    assert.deepEqual(await store.range({ start: "z", end: "b" }), { revision: 2, items: [], more: false, count: 0 });
    await assert.rejects(store.range({ ...ALL, at: 3 }), { code: "future-revision" });
  },

  "a watch counts from the call, sees only its keys, and whole revisions": async ({ store }) => {
    await put(store, "a", "0");
    const watch = store.watch(below("a"));
    await put(store, "a", "1");
    await store.txn({ compare: [], success: [putOp("a", "2"), putOp("ab", "1"), putOp("x", "1")] });
    await put(store, "x", "2");
    await store.txn({ compare: [], success: [{ type: "delete", key: "a" }] });
    assert.deepEqual(await take(watch, 3), ["3: put a=1 was 0", "4: put a=2 was 1, put ab=1", "6: delete a was 2"]);
    await watch.return?.();
    assert.deepEqual(await watch.next(), { done: true, value: undefined });
  },

  "a watch of the past sees it all, one of the future nothing earlier": async ({ store }) => {
    for (let n = 2; n < 6; n++) await put(store, "a", `${n}`);
    const past = store.watch({ ...ALL, from: 1 });
    const future = store.watch({ ...ALL, from: 8 });
    for (let n = 6; n < 9; n++) await put(store, "a", `${n}`);
    const lines = (await take(past, 7)).map((line) => line.replace(/ was .*/, ""));
    assert.deepEqual(
      lines,
      [2, 3, 4, 5, 6, 7, 8].map((n) => `${n}: put a=${n}`),
    );
    assert.deepEqual(await take(future, 1), ["8: put a=8 was 7"]);
  },

  "megabytes of the past arrive in order, each revision whole": async ({ store }) => {
    const value = "x".repeat(30_000);
    for (let n = 0; n < 120; n++) await store.txn({ compare: [], success: [putOp("a", value), putOp(`b${n}`, value)] });
    const watch = store.watch({ ...ALL, from: 2 });
    for (let n = 0; n < 120; n++) {
      const { value: batch } = await watch.next();
      assert.deepEqual([batch?.revision, batch?.events.length], [n + 2, 2]);
    }
    await watch.return?.();
  },

  "progress says how far a quiet watch has come, when asked and once": async ({ store }) => {
    const quiet = store.watch({ ...below("q"), progress: true });
    const { revision } = await put(store, "a");
    store.progress();
    const { value } = await quiet.next();
    assert.deepEqual(value?.events, []);
    assert.ok((value?.revision ?? 0) >= revision);
    await put(store, "q");
    const { value: next } = await quiet.next();
    assert.equal(next?.events.length, 1);
    await quiet.return?.();
  },

  "compaction: the past goes, the revision itself stays, and watches that need it are told": async ({ store }) => {
    for (let n = 2; n < 6; n++) await put(store, "a", `${n}`);
    await store.compact(4);
    await assert.rejects(store.compact(4), { code: "compacted" });
    await assert.rejects(store.compact(9), { code: "future-revision" });
    await assert.rejects(store.range({ ...ALL, at: 3 }), { code: "compacted" });
    assert.equal(textOf((await store.range({ start: "a", at: 4 })).items[0] as KeyValue), "4");
    for (const from of [1, 2, 3])
      await assert.rejects(store.watch({ ...ALL, from, progress: true }).next(), { code: "compacted" });
    assert.deepEqual(await take(store.watch({ ...ALL, from: 5 }), 1), ["5: put a=5 was 4"]);
    assert.equal((await store.status()).compactedRevision, 4);
  },

  "a lease takes its keys with it, in one revision, unless it is kept alive": async ({ store, pass }) => {
    const { id } = await store.grant(2);
    const { id: other } = await store.grant(1000);
    await put(store, "a", "1", id);
    await put(store, "b", "1", id);
    await put(store, "c", "1", other);
    await store.keepAlive(id);
    const watch = store.watch({ ...ALL, from: 5 });
    await pass(2000);
    assert.deepEqual(await take(watch, 1), ["5: delete a was 1, delete b was 1"]);
    await assert.rejects(store.keepAlive(id), { code: "lease" });
    await assert.rejects(put(store, "d", "1", id), { code: "lease" });
    await store.revoke(other);
    assert.deepEqual(await take(watch, 1), ["6: delete c was 1"]);
    await assert.rejects(store.revoke(other), { code: "lease" });
    await assert.rejects(store.grant(0), { code: "invalid" });
  },

  "a key that is written without its lease outlives it": async ({ store }) => {
    const { id } = await store.grant(1000);
    await put(store, "a", "1", id);
    assert.equal((await store.range({ start: "a" })).items[0]?.lease, id);
    await put(store, "a", "2");
    await store.revoke(id);
    assert.equal(textOf((await store.range({ start: "a" })).items[0] as KeyValue), "2");
  },

  "status tells the revision, the number of keys, watchers and leases": async ({ store }) => {
    await store.txn({ compare: [], success: [putOp("a"), putOp("b")] });
    await store.grant(1000);
    const watch = store.watch(ALL);
    const { revision, compactedRevision, keys, watchers, leases, readOnly } = await store.status();
    assert.deepEqual([revision, compactedRevision, keys, watchers, leases, readOnly], [2, 0, 2, 1, 1, undefined]);
    await watch.return?.();
  },

  "an aborted watch ends without an error, one of a closed store with `closed`": async ({ store }) => {
    const stop = new AbortController();
    const aborted = store.watch({ ...ALL, signal: stop.signal }).next();
    const open = store.watch(ALL).next();
    const told = assert.rejects(open, { code: "closed" });
    stop.abort();
    assert.deepEqual(await aborted, { done: true, value: undefined });
    await store.close();
    await told;
    await assert.rejects(put(store, "a"), { code: "closed" });
    await assert.rejects(store.range(ALL), { code: "closed" });
  },

  "many watchers under concurrent writers: ordered, unique, whole revisions, nothing missing": manyWatchers,

  "what was acknowledged is there after a sudden end, and revisions go on": async ({ store, restart }) => {
    if (!restart) return;
    const { id } = await store.grant(1000);
    const { revision } = await put(store, "a", "1", id);
    const again = await restart();
    assert.deepEqual(
      (await again.range(ALL)).items.map(({ key, modRevision, lease }) => [key, modRevision, lease]),
      [["a", revision, id]],
    );
    assert.equal((await put(again, "b")).revision, revision + 1);
    assert.deepEqual(await take(again.watch({ ...ALL, from: revision }), 2), ["2: put a=1", "3: put b=v"]);
  },
};

async function manyWatchers({ store }: Opened): Promise<void> {
  const [writers, rounds] = [25, 20];
  const last = 1 + writers * rounds;
  const read = async (prefix: string, from: number | undefined): Promise<WatchBatch[]> => {
    const seen: WatchBatch[] = [];
    for await (const batch of store.watch({ ...below(prefix), from, progress: true })) {
      if (batch.events.length > 0) seen.push(batch);
      if (batch.revision >= last) break;
    }
    return seen;
  };
  const everything = Array.from({ length: 10 }, (_, n) => read("", n % 2 === 0 ? 2 : undefined));
  const single = Array.from({ length: writers }, (_, n) => read(`own/${n}/`, undefined));
  const writing = Array.from({ length: writers }, async (_, writer) => {
    for (let n = 0; n < rounds; n++) {
      const success = [`own/${writer}/k`, `shared/${n % 4}`].map((key) => putOp(key, `${writer}.${n}`));
      await store.txn({ compare: [], success });
    }
  });
  await Promise.all(writing);
  store.progress();
  const all = Array.from({ length: last - 1 }, (_, n) => n + 2);
  for (const seen of await Promise.all(everything)) {
    assert.deepEqual(
      seen.map(({ revision }) => revision),
      all,
    );
    assert.ok(
      seen.every(({ events }) => events.length === 2),
      "a revision comes whole",
    );
  }
  for (const [writer, seen] of (await Promise.all(single)).entries()) {
    assert.deepEqual(
      seen.flatMap(({ events }) => events.map(({ kv }) => textOf(kv))),
      Array.from({ length: rounds }, (_, n) => `${writer}.${n}`),
    );
  }
  assert.equal((await store.status()).watchers, 0, "a reader that stops leaves nothing behind");
}

const LIMITS: EngineLimits = {};

/** Registers the tests for an engine. */
export function testBehaviour(engine: Engine, options: { readonly skip?: string | false } = {}): void {
  for (const [name, run] of Object.entries(cases)) {
    test(`${engine.name}: ${name}`, { timeout: 60_000, ...options }, async () => {
      const opened = await engine.open(LIMITS);
      try {
        await run(opened, engine);
      } finally {
        await opened.close();
      }
    });
  }
}
