// Tests of the controller runtime: a small controller that keeps parts for widgets, in good times and in bad ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, failure, type KubeObject } from "@knots/machinery";
import { createVirtualClock, seededRandom, settle, silentLogger, type VirtualClock } from "@knots/std";
import { createClient } from "../create-client.ts";
import { createInformers } from "../informer/create-informers.ts";
import { createFakeApi, type FakeApi } from "../testing/fake-api.ts";
import { type Faults, faulty } from "../testing/faulty.ts";
import { Part, Widget } from "../testing/test-kinds.ts";
import { type ApiRequest, type Transport, UnknownOutcomeError } from "../transport/transport.ts";
import { type Controller, controller, type Key, keyOf, splitKey, watch } from "./controller.ts";
import type { Plan, PlannedEvent, Write } from "./plan.ts";
import { runController, runControllers } from "./runtime.ts";

interface Snapshot {
  readonly widget: Widget;
  readonly parts: readonly Part[];
}

const byOwner = (part: Part): readonly string[] => [`${part.metadata.namespace}/${part.owner}`];

function planWidget({ widget, parts }: Snapshot): Plan {
  const wanted = widget.spec?.parts ?? 0;
  const { name, namespace } = widget.metadata;
  const part: KubeObject & { owner: string } = { metadata: { generateName: `${name}-`, namespace }, owner: name };
  const made = Array.from(
    { length: wanted - parts.length },
    (): Write => ({ verb: "create", kind: Part, object: part }),
  );
  const gone = parts.slice(wanted).map((object): Write => ({ verb: "delete", kind: Part, object }));
  const status = { ...widget, status: { parts: parts.length } };
  return { writes: wanted > parts.length ? made : gone, status };
}

function widgets(change: Partial<Controller<Snapshot>> = {}): Controller {
  return controller<Snapshot>({
    name: "widget",
    component: "widget-controller",
    primary: Widget,
    watches: [watch({ kind: Part, indexes: { owner: byOwner }, keys: byOwner })],
    snapshot: (key: Key, caches) => {
      const { namespace, name } = splitKey(key);
      const widget = caches.of(Widget).get(namespace, name);
      return widget && { widget, parts: caches.of(Part).byIndex("owner", key) };
    },
    plan: planWidget,
    workers: 2,
    ...change,
  });
}

function setUp(options: { wrap?: (transport: Transport, clock: VirtualClock) => Transport; seed?: number } = {}) {
  const clock = createVirtualClock();
  const random = seededRandom(options.seed ?? 1);
  const api = createFakeApi({ kinds: [Widget, Part], clock, random });
  const client = createClient(api.transport);
  const theirs = createClient(options.wrap?.(api.transport, clock) ?? api.transport);
  const informers = createInformers({ client: theirs, clock, random, log: silentLogger });
  const events: PlannedEvent[] = [];
  const recorder = { record: (_component: string, event: PlannedEvent) => void events.push(event) };
  const common = { client: theirs, informers, clock, random, log: silentLogger, recorder };
  const run = (...list: readonly Controller[]) =>
    list.length === 1 && list[0] ? runController(list[0], common) : runControllers(list, common);
  const make = (name: string, parts: number) =>
    client.create(Widget, { metadata: { namespace: "n", name }, spec: { parts } });
  const read = (name: string) => client.get(Widget, { namespace: "n", name });
  const parts = async () => (await client.list(Part)).items;
  return { clock, api, client, informers, events, run, make, read, parts };
}

const writesOf = (api: FakeApi): readonly ApiRequest[] =>
  api.requests.filter(({ verb }) => !["get", "list", "watch"].includes(verb));

test("plans are applied until nothing is left to do, then nothing is written any more", async () => {
  const { api, run, make, read, parts, clock, informers } = setUp();
  await make("a", 3);
  const running = run(widgets());
  await running.settled();
  assert.equal((await parts()).length, 3);
  assert.deepEqual((await read("a")).status, { parts: 3 });
  const quiet = writesOf(api).length;
  await clock.advance(3_600_000);
  assert.equal(writesOf(api).length, quiet);
  await running.close();
  await informers.close();
  assert.equal(clock.nextAt(), undefined);
});

test("the primary kind is watched without being named, and a deleted object is no longer planned", async () => {
  const { run, make, client, parts, informers } = setUp();
  const planned: string[] = [];
  const running = run(
    widgets({
      plan: (snapshot) => {
        planned.push(keyOf(snapshot.widget));
        return planWidget(snapshot);
      },
    }),
  );
  await make("a", 1);
  await settle();
  await running.settled();
  assert.equal((await parts()).length, 1);
  await client.delete(Widget, { namespace: "n", name: "a" });
  const before = planned.length;
  await settle();
  assert.equal(planned.length, before);
  await running.close();
  await informers.close();
});

test("a deletion that is not yet in the copy is waited for", async () => {
  const counts: number[] = [];
  const { run, make, client, read, parts, clock, informers } = setUp({
    wrap: (transport, time) =>
      faulty(transport, { clock: time, random: seededRandom(5), faults: () => ({ eventDelay: 500 }) }),
  });
  await make("a", 5);
  const running = run(
    widgets({
      plan: (snapshot) => {
        counts.push(snapshot.parts.length);
        return planWidget(snapshot);
      },
    }),
  );
  await clock.advance(60_000);
  await client.update(Widget, { ...(await read("a")), spec: { parts: 2 } });
  await clock.advance(60_000);
  assert.equal((await parts()).length, 2);
  assert.deepEqual([...new Set(counts)], [0, 5, 2]);
  await running.close();
  await informers.close();
});

test("a lost race is retried, and a status write survives an own write to the same object", async () => {
  const { api, run, make, read, informers, client } = setUp();
  await make("a", 0);
  const plan = ({ widget }: Snapshot): Plan => {
    const { labels } = widget.metadata;
    const object = { ...widget, metadata: { ...widget.metadata, labels: { seen: "yes" } } };
    const writes: readonly Write[] = labels?.["seen"] ? [] : [{ verb: "update", kind: Widget, object }];
    const status = { ...widget, status: { phase: "Seen" } };
    return { writes, status };
  };
  const running = run(widgets({ plan }));
  await running.settled();
  const seen = await read("a");
  assert.deepEqual([seen.metadata.labels, seen.status], [{ seen: "yes" }, { phase: "Seen" }]);
  assert.equal(writesOf(api).filter(({ verb }) => verb === "update").length, 2);
  await client.update(Widget, { ...seen, metadata: { ...seen.metadata, labels: {} } });
  await settle();
  await running.settled();
  assert.deepEqual((await read("a")).metadata.labels, { seen: "yes" });
  await running.close();
  await informers.close();
});

test("refused creates fail the round: reported with their words, status still written, retried with back-off", async () => {
  const tries: number[] = [];
  let full = true;
  const { run, make, read, clock, events, parts, informers } = setUp({
    wrap: (transport, time) => ({
      ...transport,
      request(request, signal) {
        if (request.verb !== "create" || !full) return transport.request(request, signal);
        tries.push(time.now());
        return Promise.reject(new ApiError(failure(403, "Forbidden", "exceeded quota")));
      },
    }),
  });
  await make("a", 1);
  const plan = (snapshot: Snapshot): Plan => ({
    ...planWidget(snapshot),
    events: [{ regarding: snapshot.widget, type: "Normal", reason: "Scaled", message: "scaled" }],
    report: (outcomes) => ({
      events: outcomes.map(({ error, object }) => ({
        regarding: snapshot.widget,
        type: error ? "Warning" : "Normal",
        reason: error ? "FailedCreate" : "SuccessfulCreate",
        message: error ? `Error creating: ${error.message}` : `Created part: ${object?.metadata.name}`,
      })),
    }),
  });
  const running = run(widgets({ plan }));
  await clock.advance(40);
  assert.deepEqual((await read("a")).status, { parts: 0 });
  assert.deepEqual(new Set(events.map(({ message }) => message)), new Set(["Error creating: exceeded quota"]));
  assert.ok(tries.length >= 3);
  assert.ok(!running.idle());
  full = false;
  await clock.advance(100_000);
  assert.ok(running.idle());
  const [part] = await parts();
  assert.ok(events.some(({ message }) => message === `Created part: ${part?.metadata.name}`));
  assert.ok(events.some(({ message }) => message === "scaled"));
  await running.close();
  await informers.close();
});

test("a create whose answer is lost is not made twice, even when it takes effect late", async () => {
  for (const late of [false, true]) {
    let lost = 3;
    const { run, make, clock, parts, informers } = setUp({
      wrap: (transport, time) => ({
        ...transport,
        async request(request, signal) {
          if (request.verb !== "create" || lost-- <= 0) return transport.request(request, signal);
          if (late) time.setTimer(50, () => void transport.request(request).catch(() => {}));
          else await transport.request(request, signal);
          throw new UnknownOutcomeError("connection broke");
        },
      }),
    });
    await make("a", 3);
    const running = run(widgets());
    await clock.advance(10_000);
    assert.equal((await parts()).length, 3);
    assert.ok(running.idle());
    await running.close();
    await informers.close();
  }
});

test("a write that needs a live object is skipped when that object is gone, replaced or leaving", async () => {
  const { run, make, client, informers, parts } = setUp();
  const old = await make("a", 0);
  await client.delete(Widget, { namespace: "n", name: "a" });
  await make("a", 0);
  const object: KubeObject = { metadata: { namespace: "n", name: "p" } };
  const write: Write = { verb: "create", kind: Part, object, onlyIfLive: { kind: Widget, object: old } };
  const running = run(widgets({ plan: () => ({ writes: [write] }) }));
  await running.settled();
  assert.equal((await parts()).length, 0);
  await running.close();
  await informers.close();
});

test("a plan that throws is retried later, other keys go on", async () => {
  let broken = true;
  const { run, make, clock, parts, informers } = setUp();
  await make("bad", 1);
  await make("good", 1);
  const plan = (snapshot: Snapshot): Plan => {
    if (broken && snapshot.widget.metadata.name === "bad") throw new Error("bug");
    return planWidget(snapshot);
  };
  const running = run(widgets({ plan }));
  await clock.advance(50);
  assert.equal((await parts()).length, 1);
  broken = false;
  await clock.advance(1000);
  assert.equal((await parts()).length, 2);
  await running.close();
  await informers.close();
});

test("a wish to wake up is granted at its time", async () => {
  const looks: number[] = [];
  const { run, make, clock, informers } = setUp();
  const start = clock.now();
  await make("a", 0);
  const plan = (_snapshot: Snapshot, now: number): Plan => {
    looks.push(now - start);
    return looks.length < 3 ? { wakeAt: now + 30_000 } : {};
  };
  const running = run(widgets({ plan }));
  await running.settled();
  await clock.advance(300_000);
  assert.deepEqual(looks, [0, 30_000, 60_000]);
  await running.close();
  await informers.close();
});

test("several controllers are settled only when none has work left for another", async () => {
  const { run, make, read, informers } = setUp();
  await make("a", 2);
  const painter = controller<Widget>({
    name: "painter",
    component: "painter",
    primary: Widget,
    watches: [],
    snapshot: (key, caches) => caches.of(Widget).get("n", splitKey(key).name),
    plan: (widget) =>
      widget.status?.parts === 2 && widget.spec?.color !== "red"
        ? {
            writes: [
              { verb: "update", kind: Widget, object: { ...widget, spec: { ...widget.spec, color: "red" } } as Widget },
            ],
          }
        : {},
  });
  const running = run(widgets(), painter);
  await settle();
  await running.settled();
  assert.equal((await read("a")).spec?.color, "red");
  await running.close();
  await informers.close();
});

const BAD: Faults = {
  conflict: 0.1,
  refuse: 0.1,
  lostRequest: 0.05,
  lostAnswer: 0.1,
  brokenAnswer: 0.05,
  lateCommit: 0.05,
  lateBy: 3000,
  latency: 50,
  eventDelay: 800,
  breakWatch: 0.1,
  expireWatch: 0.05,
  staleList: 0.2,
};

/** One life of three widgets while everything fails, then nothing; answers what was seen. */
async function live(seed: number) {
  let faults: Faults = BAD;
  const wrap = (transport: Transport, clock: VirtualClock): Transport =>
    faulty(transport, { clock, random: seededRandom(seed), faults: () => faults });
  const { run, make, read, parts, clock, informers, api } = setUp({ wrap, seed });
  const random = seededRandom(seed + 1000);
  const names = ["a", "b", "c"];
  for (const name of names) await make(name, 1 + random.below(4));
  const most = new Map<string, number>();
  const wishes = new Map<string, number>();
  const running = run(widgets());
  const watchStore = async (): Promise<void> => {
    const all = await parts();
    for (const name of names) {
      const count = all.filter(({ owner }) => owner === name).length;
      most.set(name, Math.max(most.get(name) ?? 0, count));
    }
  };
  for (const name of names) wishes.set(name, (await read(name)).spec?.parts ?? 0);
  for (let step = 0; step < 60; step++) {
    await clock.advance(random.below(2000));
    await watchStore();
  }
  faults = {};
  await clock.advance(2_000_000);
  await watchStore();
  const counts = names.map((name) => [name, most.get(name)]);
  const final = (await parts()).length;
  const statuses = await Promise.all(names.map(async (name) => (await read(name)).status?.parts));
  const idle = running.idle();
  await running.close();
  await informers.close();
  return { counts, wishes: [...wishes], final, statuses, idle, timers: clock.nextAt(), writes: writesOf(api).length };
}

test("through any faults no widget ever has more parts than it wants, and in the end it has as many", async () => {
  // 255: a create that took effect after its repetition had been refused.
  for (const seed of [...Array(25).keys(), 255]) {
    const { counts, wishes, final, statuses, idle, timers } = await live(seed);
    assert.deepEqual(counts, wishes, `seed ${seed}`);
    assert.equal(
      final,
      wishes.reduce((sum, [, count]) => sum + count, 0),
    );
    assert.deepEqual(
      statuses,
      wishes.map(([, count]) => count),
    );
    assert.deepEqual([idle, timers], [true, undefined], `seed ${seed}`);
  }
});

test("the same seed gives the same life", async () => {
  assert.deepEqual(await live(7), await live(7));
});
