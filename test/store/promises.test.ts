// What only an etcd shows: answers that never come, members that die, other users of the same etcd, its quota, our record of times.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openEtcd } from "@knots/cluster";
import { platformRandom, realClock } from "@knots/std";
import { prefixEnd, type Store, type StoreError, type StoreErrorCode, type WatchBatch } from "@knots/store";
import { type EtcdCluster, type EtcdClusterOptions, startEtcd } from "../../testkit/etcd/cluster.node.ts";
import { skipWithoutEtcd } from "../../testkit/etcd/part.ts";
import { put } from "../../testkit/store/behaviour.ts";
import { ALL } from "../../testkit/store/oracle.ts";
import { until } from "../e2e/cluster/kts.ts";
import { openOn } from "./engine.ts";

const skip = await skipWithoutEtcd();
const HOUR = 3_600_000;
const around = { clock: realClock, random: platformRandom };
const keysOf = async (store: Store): Promise<string[]> => (await store.range(ALL)).items.map(({ key }) => key);

async function withEtcd(run: (cluster: EtcdCluster) => Promise<void>, options?: EtcdClusterOptions): Promise<void> {
  const cluster = await startEtcd(options);
  try {
    await run(cluster);
  } finally {
    await cluster.stop();
  }
}

const codeOf = (work: Promise<unknown>): Promise<StoreErrorCode | "done"> =>
  work.then(
    () => "done" as const,
    (error: unknown) => (error as StoreError).code,
  );

describe("etcd's promises", { skip, timeout: 120_000 }, () => {
  test("a write without an answer has an unknown outcome, a write that found nobody had none, and reads say that nobody answers", () =>
    withEtcd(async (cluster) => {
      const times = { patience: 1500, read: 500, connect: 500 };
      const store = await openOn(cluster, { limits: { times, recordMs: false, history: false, progressMs: HOUR } });
      const [member] = cluster.members;
      member?.signal("SIGSTOP");
      assert.deepEqual(await Promise.all([codeOf(put(store, "frozen")), codeOf(store.range(ALL))]), [
        "unknown-outcome",
        "unavailable",
      ]);
      member?.signal("SIGCONT");
      // It was sent: whether it happened is up to what etcd found first, the request or that it had been given up.
      await until("etcd goes on", async () => (await codeOf(store.range(ALL))) === "done");
      await member?.stop();
      // When a read has found nobody, the connection is known to be gone.
      assert.equal(await codeOf(store.range(ALL)), "unavailable");
      assert.equal(await codeOf(put(store, "nobody")), "unavailable");
      await member?.start();
      await until("etcd answers again", async () => (await codeOf(store.range(ALL))) === "done");
      const keys = await keysOf(store);
      assert.ok(keys.length === 0 || keys.join() === "frozen", keys.join());
      await store.close();
    }));

  test("a watch outlives its member: nothing is missing and nothing comes twice", () =>
    withEtcd(
      async (cluster) => {
        const store = await openOn(cluster);
        const seen: number[] = [];
        const watch = store.watch({ ...ALL, from: 2 });
        const reading = (async () => {
          for await (const { revision } of watch) seen.push(revision);
        })();
        let acknowledged = 0;
        for (const member of cluster.members) {
          for (let n = 0; n < 20; n++) {
            const code = await codeOf(put(store, `k${n}`));
            if (code === "done") acknowledged++;
          }
          member.signal("SIGKILL");
          for (let n = 0; n < 20; n++) if ((await codeOf(put(store, `k${n}`))) === "done") acknowledged++;
          await member.stop();
          await member.start();
        }
        const { revision } = await store.range(ALL);
        await until("the watch has seen it all", async () => seen.at(-1) === revision);
        assert.deepEqual(
          seen,
          Array.from({ length: revision - 1 }, (_, n) => n + 2),
        );
        assert.ok(acknowledged > 60 && acknowledged <= revision - 1, `${acknowledged} of ${revision - 1}`);
        await store.close();
        await reading.catch(() => undefined);
      },
      { members: 3 },
    ));

  test("a slow reader holds up nobody, and reads everything in the end", () =>
    withEtcd(async (cluster) => {
      const limits = { bufferBytes: 50_000, recordMs: false, history: false, progressMs: HOUR } as const;
      const store = await openOn(cluster, { limits });
      const slow = store.watch({ ...ALL, from: 2 });
      const fast = store.watch({ ...ALL, from: 2 });
      for (let n = 0; n < 60; n++) await put(store, `k${n}`, "x".repeat(10_000));
      for (const watch of [fast, slow]) {
        for (let revision = 2; revision < 62; revision++) assert.equal((await watch.next()).value?.revision, revision);
      }
      await put(store, "after");
      assert.equal((await slow.next()).value?.revision, 62);
      await store.close();
    }));

  test("a slow reader that is overtaken by a compaction is told so", () =>
    withEtcd(async (cluster) => {
      const limits = { bufferBytes: 50_000, recordMs: false, history: false, progressMs: HOUR } as const;
      const store = await openOn(cluster, { limits });
      const slow = store.watch({ ...ALL, from: 2 });
      const fast = store.watch({ ...ALL, from: 2 });
      for (let n = 0; n < 60; n++) await put(store, `k${n}`, "x".repeat(10_000));
      for (let revision = 2; revision < 62; revision++) await fast.next();
      await store.compact(61);
      const read = async (): Promise<number> => {
        for (let last = 1; ; ) last = (await slow.next()).value?.revision ?? last;
      };
      assert.equal(await codeOf(read()), "slow");
      await store.close();
    }));

  test("two clusters under two prefixes do not see each other, and nobody sees our own keys", () =>
    withEtcd(async (cluster) => {
      const limits = { recordMs: false, history: false, progressMs: HOUR } as const;
      const open = (prefix: string) => openEtcd({ servers: cluster.urls, prefix, limits }, around);
      const [one, two] = [await open("/one"), await open("/two")];
      const watch = two.watch({ start: "/registry/", end: prefixEnd("/registry/"), from: 1, progress: true });
      await put(one, "/registry/pods/a");
      await put(two, "/registry/pods/b");
      await assert.rejects(put(one, "/elsewhere"), { code: "invalid" });
      assert.deepEqual([await keysOf(one), await keysOf(two)], [["/registry/pods/a"], ["/registry/pods/b"]]);
      const batch: WatchBatch = (await watch.next()).value;
      assert.deepEqual(
        batch.events.map(({ kv }) => kv.key),
        ["/registry/pods/b"],
      );
      // This makes a revision of our own.
      await put(one, "/registry/pods/c");
      await two.range(ALL);
      two.progress();
      assert.deepEqual((await watch.next()).value?.events, []);
      await one.txn({ compare: [], success: [{ type: "deleteRange", start: "", end: prefixEnd("") }] });
      assert.deepEqual([await keysOf(one), await keysOf(two)], [[], ["/registry/pods/b"]]);
      const raw = await openEtcd({ servers: cluster.urls, prefix: "", root: "/", limits }, around);
      assert.deepEqual(await keysOf(raw), ["/two.knots/clock", "/two/pods/b"]);
      await Promise.all([one.close(), two.close(), raw.close()]);
    }));

  test("etcd 15220: progress never comes before an event that it covers, however often it is asked for", () =>
    withEtcd(
      async (cluster) => {
        const limits = { recordMs: false, history: false, progressMs: 5 } as const;
        const stores = [await openOn(cluster, { limits }), await openOn(cluster, { limits })] as const;
        const told: { readonly revision: number; readonly events: number }[] = [];
        const watch = stores[0].watch({ start: "a", end: "b", from: 1, progress: true });
        const reading = (async () => {
          for await (const { revision, events } of watch) told.push({ revision, events: events.length });
        })();
        let last = 0;
        const writing = stores.map(async (store, n) => {
          for (let times = 0; times < 150; times++) {
            last = Math.max(last, (await put(store, times % 3 === 0 ? `a${n}` : "other")).revision);
            stores[0].progress();
          }
        });
        await Promise.all(writing);
        await until("the watch is up to date", async () => {
          await stores[0].range(ALL);
          stores[0].progress();
          return (told.at(-1)?.revision ?? 0) >= last;
        });
        for (const [at, { revision, events }] of told.entries()) {
          const before = told[at - 1]?.revision ?? 0;
          assert.ok(revision > before, `${revision} (${events} events) after ${before}`);
        }
        assert.equal(told.filter(({ events }) => events > 0).length, 100);
        assert.ok(told.some(({ events }) => events === 0));
        await Promise.all(stores.map((store) => store.close()));
        await reading.catch(() => undefined);
      },
      { members: 3 },
    ));

  test("etcd 19179: a watch from a compacted deletion is refused, instead of leaving it out", () =>
    withEtcd(async (cluster) => {
      const store = await openOn(cluster);
      await put(store, "a");
      const { revision } = await store.txn({ compare: [], success: [{ type: "delete", key: "a" }] });
      await put(store, "b");
      await store.compact(revision);
      assert.equal(await codeOf(store.watch({ ...ALL, from: revision }).next()), "compacted");
      const next: WatchBatch = (await store.watch({ ...ALL, from: revision + 1 }).next()).value;
      assert.equal(next.revision, revision + 1);
      await store.close();
    }));

  test("times lead to revisions, as far back as the history is kept, and a restart forgets nothing of that", () =>
    withEtcd(async (cluster) => {
      const limits = { recordMs: 20, history: false, progressMs: HOUR } as const;
      const store = await openOn(cluster, { limits });
      const marks: { readonly time: number; readonly revision: number }[] = [];
      for (let n = 0; n < 5; n++) {
        const { revision } = await put(store, "k", `${n}`);
        await until("the write is on record", async () => {
          const at = await store.revisionAt(realClock.now() - 1);
          return at !== undefined && at >= revision;
        });
        marks.push({ time: realClock.now(), revision });
      }
      await store.close();
      const again = await openOn(cluster);
      for (const [n, { time, revision }] of marks.entries()) {
        const at = (await again.revisionAt(time)) ?? 0;
        assert.ok(at >= revision && at < (marks[n + 1]?.revision ?? Number.POSITIVE_INFINITY), `${n}: ${at}`);
      }
      assert.equal(await again.revisionAt((marks[0]?.time ?? 0) - HOUR), undefined);
      assert.equal(await again.revisionAt(realClock.now() + HOUR), (await again.range(ALL)).revision);
      await again.compact(marks[3]?.revision ?? 0);
      assert.equal(await again.revisionAt(marks[1]?.time ?? 0), undefined);
      await again.close();
    }));

  test("the history is cut by age, and by number", () =>
    withEtcd(async (cluster) => {
      const byAge = await openOn(cluster, { limits: { recordMs: 20, history: { ms: 200, revisions: 1_000_000 } } });
      const { revision } = await put(byAge, "a");
      await until("old states are gone", async () => {
        await put(byAge, "b");
        return (await byAge.status()).compactedRevision > revision;
      });
      await byAge.close();
      const byNumber = await openOn(cluster, { limits: { recordMs: false, history: { ms: 300, revisions: 10 } } });
      for (let n = 0; n < 40; n++) await put(byNumber, "c");
      const newest = (await byNumber.range(ALL)).revision;
      await until("only the last few are left", async () => (await byNumber.status()).compactedRevision >= newest - 10);
      await byNumber.close();
    }));

  test("an etcd that is full takes no writes and says so; reads go on", () =>
    withEtcd(
      async (cluster) => {
        const store = await openOn(cluster);
        const codes: string[] = [];
        await until("the quota is reached", async () => {
          codes.push(await codeOf(put(store, `k${codes.length}`, "x".repeat(500_000))));
          return codes.at(-1) === "full";
        });
        assert.ok(
          codes.slice(0, -1).every((code) => code === "done"),
          codes.join(" "),
        );
        assert.match((await store.status()).readOnly ?? "", /quota/);
        assert.ok((await keysOf(store)).length > 0);
        await store.close();
      },
      { flags: ["--quota-backend-bytes=8000000"] },
    ));

  test("who shows no certificate, or a wrong one, is not let in", () =>
    withEtcd(
      async (cluster) => {
        const limits = { times: { patience: 1000, read: 500, connect: 500 } };
        const stranger = openOn({ ...cluster, client: undefined as never }, { limits });
        assert.equal(await codeOf(stranger), "unavailable");
        const own = await openOn(cluster);
        assert.equal(await codeOf(put(own, "a")), "done");
        await own.close();
      },
      { tls: true },
    ));
});
