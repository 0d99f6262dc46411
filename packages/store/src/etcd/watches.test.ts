// Watches against a scripted member: what it says and when it breaks is up to the test; what real etcd does is tested in test/store.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Channel, createChannel, createVirtualClock, seededRandom, settle } from "@knots/std";
import { StoreError } from "../error.ts";
import type { Store, WatchBatch } from "../store.ts";
import { openEtcdStore } from "./etcd-store.ts";
import type { WatchRequest, WatchResponse } from "./messages.ts";
import type { EtcdConnection } from "./port.ts";
import type { TypeOf } from "./wire.ts";

type Ask = Partial<TypeOf<typeof WatchRequest>>;
type Answer = Partial<TypeOf<typeof WatchResponse>>;

const failureOf = (code: string, details: string): Error =>
  Object.assign(new Error(details), { code, details, sent: true });
const bytes = (text: string): Uint8Array => Buffer.from(text);

/** One stream that was opened: what was asked on it, and a way to answer. */
interface Line {
  readonly member: string;
  readonly asked: Ask[];
  answer(answer: Answer): void;
  break(): void;
}

class Script {
  readonly lines: Line[] = [];
  /** Calls by the last part of their path. */
  readonly calls: string[] = [];
  version = "3.4.23";
  revision = 10;
  /** States before this one cannot be read. */
  compacted = 0;
  /** While set, reads of past states wait. */
  gate: Promise<void> | undefined;

  get line(): Line {
    const line = this.lines.at(-1);
    if (!line) throw new Error("no stream is open");
    return line;
  }

  connect(member: string): EtcdConnection {
    return {
      call: async (method, request) => {
        const name = method.path.slice(method.path.lastIndexOf("/") + 1);
        this.calls.push(name);
        return (await this.#reply(name, request as { readonly revision?: number })) as never;
      },
      duplex: (_method, limits) => {
        const channel: Channel<Answer> = createChannel(1000);
        const asked: Ask[] = [];
        this.lines.push({
          member,
          asked,
          answer: (answer) => channel.push({ events: [], watchId: 1, ...answer }),
          break: () => channel.fail(failureOf("UNAVAILABLE", "the connection broke")),
        });
        limits?.signal?.addEventListener("abort", () => channel.end());
        return {
          send: (request: unknown) => void asked.push(request as Ask),
          cancel: () => channel.end(),
          [Symbol.asyncIterator]: () => channel[Symbol.asyncIterator]() as never,
        };
      },
      close: () => undefined,
    };
  }

  async #reply(name: string, { revision = 0 }: { readonly revision?: number }): Promise<object> {
    const header = { revision: this.revision };
    if (name === "Status") return { header, version: this.version };
    if (name === "Txn") return { header: { revision: ++this.revision }, succeeded: true, responses: [] };
    if (revision > 0) await this.gate;
    if (revision > 0 && revision < this.compacted)
      throw failureOf("OUT_OF_RANGE", "etcdserver: mvcc: required revision has been compacted");
    return { header, kvs: [], more: false, count: 0 };
  }
}

const kv = (key: string, revision: number, value = "v") => ({
  key: `/p/${key}`,
  value: bytes(value),
  createRevision: revision,
  modRevision: revision,
  version: 1,
});
const put = (key: string, revision: number, value?: string) => ({ type: 0, kv: kv(key, revision, value) });
const header = (revision: number) => ({ header: { revision } });

interface Stage {
  readonly script: Script;
  readonly store: Store;
  readonly clock: ReturnType<typeof createVirtualClock>;
  /** Reads a watch into a list of lines. */
  readonly read: (watch: AsyncIterable<WatchBatch>) => string[];
}

async function onStage(run: (stage: Stage) => Promise<void>, bufferBytes = 1_000_000): Promise<void> {
  const clock = createVirtualClock();
  const script = new Script();
  const store = await openEtcdStore({
    clock,
    random: seededRandom(1),
    endpoints: ["one", "two"],
    connect: (member) => script.connect(member),
    prefix: "/p/",
    root: "",
    history: false,
    recordMs: false,
    progressMs: 1_000_000,
    bufferBytes,
  });
  const read = (watch: AsyncIterable<WatchBatch>): string[] => {
    const lines: string[] = [];
    const reading = async (): Promise<void> => {
      try {
        for await (const { revision, events } of watch)
          lines.push(`${revision}: ${events.map(({ kv: { key } }) => key).join(" ") || "progress"}`);
        lines.push("end");
      } catch (error) {
        assert.ok(error instanceof StoreError);
        lines.push(error.code);
      }
    };
    void reading();
    return lines;
  };
  try {
    await run({ script, store, clock, read });
  } finally {
    await store.close();
  }
}

const ALL = { start: "", end: "\0" };
/** The request that created watch `id` on a line. */
const created = ({ asked }: Line, id = 1) => asked.find(({ create }) => create?.watchId === id)?.create;

test("a watch asks for what follows the newest revision known, and nothing is handed out twice or too early", () =>
  onStage(async ({ script, store, read }) => {
    const lines = read(store.watch(ALL));
    await settle();
    assert.deepEqual(
      [created(script.line)?.startRevision, created(script.line)?.key, created(script.line)?.rangeEnd],
      [11, "/p/", "/p0"],
    );
    script.line.answer({ ...header(10), created: true });
    script.line.answer({ ...header(12), events: [put("old", 9), put("a", 11), put("b", 11), put("c", 12)] });
    script.line.answer({ ...header(12), events: [put("c", 12)] });
    await settle();
    assert.deepEqual(lines, ["11: a b", "12: c"]);
  }));

test("parts of a large answer are put together before anything of them is handed out", () =>
  onStage(async ({ script, store, read }) => {
    const lines = read(store.watch(ALL));
    await settle();
    script.line.answer({ ...header(10), created: true });
    script.line.answer({ ...header(12), fragment: true, events: [put("a", 11), put("b", 12)] });
    await settle();
    assert.deepEqual(lines, []);
    script.line.answer({ ...header(12), events: [put("c", 12)] });
    await settle();
    assert.deepEqual(lines, ["11: a", "12: b c"]);
  }));

test("when the stream breaks, the next member is asked for what follows the last whole revision", () =>
  onStage(async ({ script, store, clock, read }) => {
    const lines = read(store.watch(ALL));
    await settle();
    script.line.answer({ ...header(10), created: true });
    script.line.answer({ ...header(12), events: [put("a", 11)] });
    script.line.answer({ ...header(13), fragment: true, events: [put("b", 12)] });
    await settle();
    script.line.break();
    await clock.advance(5000);
    assert.deepEqual([script.lines.length, script.line.member, created(script.line)?.startRevision], [2, "two", 12]);
    script.line.answer({ ...header(13), created: true });
    script.line.answer({ ...header(13), events: [put("b", 12), put("c", 12), put("d", 13)] });
    await settle();
    assert.deepEqual(lines, ["11: a", "12: b c", "13: d"]);
  }));

test("a member without a leader ends the watch; another member takes it over", () =>
  onStage(async ({ script, store, clock, read }) => {
    const lines = read(store.watch(ALL));
    await settle();
    script.line.answer({ ...header(10), created: true });
    script.line.answer({ ...header(10), canceled: true, cancelReason: "etcdserver: no leader" });
    await clock.advance(5000);
    assert.equal(script.lines.length, 2);
    script.line.answer({ ...header(10), created: true });
    script.line.answer({ ...header(11), events: [put("a", 11)] });
    await settle();
    assert.deepEqual(lines, ["11: a"]);
  }));

test("what was compacted is an error for who named it, and for who had seen what came before", () =>
  onStage(async ({ script, store, clock, read }) => {
    const named = read(store.watch({ ...ALL, from: 3 }));
    const seen = read(store.watch(ALL));
    await settle();
    script.line.answer({ ...header(10), created: true, watchId: 1 });
    script.line.answer({ ...header(10), canceled: true, compactRevision: 5, watchId: 1 });
    script.line.answer({ ...header(10), created: true, watchId: 2 });
    script.line.answer({ ...header(11), events: [put("a", 11)], watchId: 2 });
    await settle();
    assert.deepEqual([named, seen], [["compacted"], ["11: a"]]);
    script.line.break();
    await clock.advance(5000);
    script.line.answer({ ...header(30), created: true, watchId: 1 });
    script.line.answer({ ...header(30), canceled: true, compactRevision: 20, watchId: 1 });
    await settle();
    assert.deepEqual(seen, ["11: a", "compacted"]);
  }));

test("a watch of the present that was compacted before it began goes on after that", () =>
  onStage(async ({ script, store, read }) => {
    const lines = read(store.watch(ALL));
    await settle();
    script.line.answer({ ...header(40), created: true });
    script.line.answer({ ...header(40), canceled: true, compactRevision: 30 });
    await settle();
    assert.equal(created(script.line, 2)?.startRevision, 31);
    script.line.answer({ ...header(40), created: true, watchId: 2 });
    script.line.answer({ ...header(40), events: [put("a", 35)], watchId: 2 });
    await settle();
    assert.deepEqual(lines, ["35: a"]);
  }));

test("events of the past wait until it is certain that none of them was compacted away", () =>
  onStage(async ({ script, store, read }) => {
    const gate = Promise.withResolvers<void>();
    script.gate = gate.promise;
    const [good, bad] = [read(store.watch({ ...ALL, from: 8 })), read(store.watch({ ...ALL, from: 5 }))];
    await settle();
    for (const watchId of [1, 2]) {
      script.line.answer({ ...header(10), created: true, watchId });
      script.line.answer({ ...header(10), events: [put("a", 9)], watchId });
    }
    await settle();
    assert.deepEqual([good, bad], [[], []]);
    // The second one starts at the compacted revision itself: a deletion made there is gone without a word.
    script.compacted = 5;
    gate.resolve();
    await settle();
    assert.deepEqual([good, bad], [["9: a"], ["compacted"]]);
  }));

test("a reader that lags makes its watch pause, and reads on from where it stood", () =>
  onStage(async ({ script, store }) => {
    const watch = store.watch(ALL);
    await settle();
    script.line.answer({ ...header(10), created: true });
    for (let n = 11; n < 14; n++) script.line.answer({ ...header(n), events: [put("a", n, "x".repeat(600))] });
    await settle();
    assert.deepEqual(script.line.asked.at(-1), { cancel: { watchId: 1 } });
    const take = async (): Promise<number> => (await watch.next()).value?.revision ?? 0;
    assert.deepEqual([await take(), await take()], [11, 12]);
    assert.equal(created(script.line, 2)?.startRevision, 13);
    script.line.answer({ ...header(13), created: true, watchId: 2 });
    script.line.answer({ ...header(13), events: [put("a", 13)], watchId: 2 });
    assert.equal(await take(), 13);
  }, 1500));

test("a reader that lagged so long that its place was compacted is told that it was slow", () =>
  onStage(async ({ script, store }) => {
    const watch = store.watch(ALL);
    await settle();
    script.line.answer({ ...header(10), created: true });
    for (let n = 11; n < 13; n++) script.line.answer({ ...header(n), events: [put("a", n, "x".repeat(900))] });
    await settle();
    await watch.next();
    await watch.next();
    script.line.answer({ ...header(90), created: true, watchId: 2 });
    script.line.answer({ ...header(90), canceled: true, compactRevision: 80, watchId: 2 });
    await assert.rejects(watch.next(), { code: "slow" });
  }, 1500));

const QUIET = { start: "q", end: "r", progress: true };

test("a member that can be believed is asked for progress, and its answer counts for every watch", () =>
  onStage(async ({ script, store, clock, read }) => {
    script.version = "3.5.13";
    const lines = read(store.watch(QUIET));
    await settle();
    script.line.answer({ ...header(10), created: true });
    script.revision = 15;
    await store.range({ start: "a" });
    store.progress();
    await clock.advance(50);
    assert.deepEqual(script.line.asked.at(-1), { progress: {} });
    // It lags behind the member that answered the read: it is asked again.
    script.line.answer({ ...header(14), watchId: -1 });
    await settle();
    assert.deepEqual(lines, []);
    const before = script.line.asked.length;
    await clock.advance(100);
    assert.ok(script.line.asked.length > before);
    script.line.answer({ ...header(15), watchId: -1 });
    await settle();
    assert.deepEqual(lines, ["15: progress"]);
    assert.ok(!script.calls.includes("Txn"), "nothing is written for that");
  }));

test("a member that cannot be believed is not asked: a revision of our own shows how far the watch has come", () =>
  onStage(async ({ script, store, clock, read }) => {
    const lines = read(store.watch(QUIET));
    await settle();
    assert.deepEqual([created(script.line)?.key, created(script.line)?.rangeEnd], ["/p.knots/", "/p/r"]);
    script.line.answer({ ...header(10), created: true });
    script.revision = 15;
    await store.range({ start: "a" });
    store.progress();
    script.line.answer({ ...header(15), watchId: -1 });
    await clock.advance(50);
    assert.deepEqual([lines, script.calls.at(-1)], [[], "Txn"]);
    script.line.answer({ ...header(16), events: [{ type: 0, kv: { ...kv("", 16), key: "/p.knots/clock" } }] });
    await settle();
    assert.deepEqual(lines, ["16: progress"]);
  }));

test("no revision of our own is made when the watch gets there by itself", () =>
  onStage(async ({ script, store, clock, read }) => {
    const lines = read(store.watch(QUIET));
    await settle();
    script.line.answer({ ...header(10), created: true });
    script.revision = 11;
    await store.range({ start: "a" });
    store.progress();
    script.line.answer({ ...header(11), events: [put("other", 11)] });
    await clock.advance(500);
    assert.deepEqual([lines, script.calls.includes("Txn")], [["11: progress"], false]);
  }));
