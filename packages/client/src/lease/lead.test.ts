// Tests of leader election in virtual time: candidates whose clocks differ, connections that break, leases that are deleted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Lease } from "@knots/api";
import { type Clock, createVirtualClock, seededRandom, silentLogger, sleep, type VirtualClock } from "@knots/std";
import { createClient } from "../create-client.ts";
import { createFakeApi } from "../testing/fake-api.ts";
import { type Faults, faulty } from "../testing/faulty.ts";
import type { Transport } from "../transport/transport.ts";
import { type Fence, fenced, LeadershipLostError, lead } from "./lead.ts";

/** A machine whose wall clock is off by `offset` and whose time runs `rate` times as fast. */
const skewed = (clock: VirtualClock, offset: number, rate: number): Clock => ({
  now: () => clock.now() * rate + offset,
  monotonic: () => clock.monotonic() * rate,
  setTimer: (milliseconds, callback) => clock.setTimer(milliseconds / rate, callback),
});

const key = { namespace: "kube-system", name: "manager" };

function setUp() {
  const clock = createVirtualClock();
  const api = createFakeApi({ kinds: [Lease], clock });
  const client = createClient(api.transport);
  const log: string[] = [];
  const candidate = (identity: string, options: { transport?: Transport; clock?: Clock } = {}) => {
    const stop = new AbortController();
    let fence: Fence | undefined;
    const own = options.clock ?? clock;
    const done = lead(
      {
        ...key,
        identity,
        client: createClient(options.transport ?? api.transport),
        clock: own,
        random: seededRandom(identity.charCodeAt(0)),
        log: silentLogger,
        signal: stop.signal,
      },
      async (signal, given) => {
        fence = given;
        log.push(`${identity} leads`);
        await sleep(own, 1e9, signal).catch(() => {});
        log.push(`${identity} ends`);
      },
    );
    return {
      done,
      stop: () => stop.abort(new Error("stop")),
      get holds() {
        return fence?.held ?? false;
      },
      get fence() {
        return fence;
      },
    };
  };
  return { clock, api, client, log, candidate };
}

const cut = (transport: Transport, broken: () => boolean): Transport => ({
  ...transport,
  request: (request, signal) =>
    broken() ? Promise.reject(new Error("no route to host")) : transport.request(request, signal),
});

test("one of two leads; when it stops it releases the lease and the other follows at once (LIB-03)", async () => {
  const { clock, client, log, candidate } = setUp();
  const a = candidate("a");
  await clock.advance(1000);
  const b = candidate("b");
  await clock.advance(60_000);
  assert.deepEqual(log, ["a leads"]);
  const { spec } = await client.get(Lease, key);
  assert.deepEqual([spec?.holderIdentity, spec?.leaseDurationSeconds, spec?.leaseTransitions], ["a", 15, 0]);
  a.stop();
  await a.done;
  await clock.advance(3000);
  assert.deepEqual(log, ["a leads", "a ends", "b leads"]);
  assert.equal(b.fence?.term, 1);
  b.stop();
  await b.done;
  assert.equal(clock.nextAt(), undefined);
});

test("a leader that cannot reach the server ends before another begins, and follows again later", async () => {
  const { clock, api, log, candidate } = setUp();
  let broken = false;
  const a = candidate("a", { transport: cut(api.transport, () => broken) });
  await clock.advance(1000);
  const b = candidate("b");
  await clock.advance(20_000);
  broken = true;
  await clock.advance(9_000);
  assert.deepEqual(log, ["a leads"]);
  await clock.advance(4_000);
  assert.deepEqual(log, ["a leads", "a ends"]);
  await clock.advance(20_000);
  assert.deepEqual(log, ["a leads", "a ends", "b leads"]);
  broken = false;
  b.stop();
  await b.done;
  await clock.advance(5000);
  assert.equal(log.at(-1), "a leads");
  a.stop();
  await a.done;
});

test("wall clocks that are hours apart do not matter", async () => {
  const { clock, log, candidate } = setUp();
  const a = candidate("a", { clock: skewed(clock, 7_200_000, 1) });
  await clock.advance(1000);
  const b = candidate("b", { clock: skewed(clock, -7_200_000, 1) });
  await clock.advance(600_000);
  assert.deepEqual(log, ["a leads"]);
  for (const one of [a, b]) one.stop();
  await Promise.all([a.done, b.done]);
});

test("a lease that is deleted is not taken by who saw it, before its time is over", async () => {
  const { clock, api, client, log, candidate } = setUp();
  let broken = false;
  const a = candidate("a", { transport: cut(api.transport, () => broken) });
  await clock.advance(1000);
  const b = candidate("b");
  await clock.advance(20_000);
  broken = true;
  await client.delete(Lease, key);
  let both = 0;
  for (let step = 0; step < 200; step++) {
    await clock.advance(100);
    if (a.holds && b.holds) both++;
  }
  assert.equal(both, 0);
  assert.deepEqual(log, ["a leads", "a ends", "b leads"]);
  assert.ok((b.fence?.term ?? 0) > (a.fence?.term ?? 0));
  for (const one of [a, b]) one.stop();
  await Promise.all([a.done, b.done]);
});

test("a run that returns ends the leadership, one that throws tells its error; both release the lease", async () => {
  for (const failing of [false, true]) {
    const { clock, api, client } = setUp();
    const common = { ...key, identity: "a", clock, random: seededRandom(1), log: silentLogger };
    const options = { ...common, client: createClient(api.transport), signal: new AbortController().signal };
    const done = lead(options, () => (failing ? Promise.reject(new Error("bug")) : Promise.resolve()));
    if (failing) await assert.rejects(done, /bug/);
    else await done;
    assert.equal((await client.get(Lease, key)).spec?.holderIdentity, "");
    assert.equal(clock.nextAt(), undefined);
  }
});

test("a fenced transport sends writes only while the lease is held, and reads always", async () => {
  const { api } = setUp();
  let held = true;
  const fence: Fence = {
    term: 4,
    get held() {
      return held;
    },
  };
  const client = createClient(fenced(api.transport, fence));
  await client.create(Lease, { metadata: key });
  held = false;
  await assert.rejects(client.create(Lease, { metadata: { ...key, name: "other" } }), LeadershipLostError);
  assert.equal((await client.list(Lease)).items.length, 1);
});

const BAD: Faults = { refuse: 0.3, conflict: 0.1, lostAnswer: 0.2, lateCommit: 0.1, lateBy: 8000, latency: 3000 };

test("through any faults, with clocks of different speed, two never hold the lease at once, and in the end one does", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { clock, api, candidate } = setUp();
    let faults: Faults = BAD;
    const random = seededRandom(seed);
    const all = ["a", "b", "c"].map((identity, at) => {
      const own = skewed(clock, random.below(1e7), [0.9, 1, 1.1][at] ?? 1);
      const transport = faulty(api.transport, { clock, random: seededRandom(seed * 10 + at), faults: () => faults });
      return candidate(identity, { clock: own, transport });
    });
    let led = 0;
    for (let step = 0; step < 1500; step++) {
      await clock.advance(200);
      const holders = all.filter(({ holds }) => holds).length;
      assert.ok(holders <= 1, `seed ${seed}, step ${step}`);
      led += holders;
    }
    assert.ok(led > 0, `seed ${seed}: somebody leads now and then`);
    faults = {};
    await clock.advance(60_000);
    assert.equal(all.filter(({ holds }) => holds).length, 1);
    for (const one of all) one.stop();
    await clock.advance(10_000);
    await Promise.all(all.map(({ done }) => done));
  }
});
