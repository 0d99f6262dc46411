// Tests of the controller runtime: a small controller that keeps parts for widgets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, failure, type KubeObject } from "@knots/machinery";
import { createMetrics, seededRandom, settle } from "@knots/std";
import { faulty } from "../testing/faulty.ts";
import { Part, Widget } from "../testing/test-kinds.ts";
import { planWidget, setUpWidgets, type WidgetSnapshot, widgets, writesOf } from "../testing/widget-bench.ts";
import { UnknownOutcomeError } from "../transport/transport.ts";
import { controller, keyOf, splitKey } from "./controller.ts";
import type { Plan, Write } from "./plan.ts";

test("plans are applied until nothing is left to do, then nothing is written any more", async () => {
  const { api, run, make, read, parts, clock, informers } = setUpWidgets();
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
  const { run, make, client, parts, informers } = setUpWidgets();
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
  const { run, make, client, read, parts, clock, informers } = setUpWidgets({
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
  const { api, run, make, read, informers, client } = setUpWidgets();
  await make("a", 0);
  const plan = ({ widget }: WidgetSnapshot): Plan => {
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
  const { run, make, read, clock, events, parts, informers } = setUpWidgets({
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
  const plan = (snapshot: WidgetSnapshot): Plan => ({
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
    const { run, make, clock, parts, informers } = setUpWidgets({
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
  const { run, make, client, informers, parts } = setUpWidgets();
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
  const { run, make, clock, parts, informers } = setUpWidgets();
  await make("bad", 1);
  await make("good", 1);
  const plan = (snapshot: WidgetSnapshot): Plan => {
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

test("rounds and writes are counted", async () => {
  const metrics = createMetrics();
  const { run, make, informers } = setUpWidgets({ metrics });
  await make("a", 2);
  const running = run(widgets());
  await running.settled();
  const text = metrics.text();
  assert.match(text, /workqueue_depth\{name="widget"\} 0/);
  assert.match(text, /workqueue_adds_total\{name="widget"\} [1-9]/);
  assert.match(text, /controller_writes_total\{name="widget",verb="create",result="done"\} 2/);
  assert.match(text, /workqueue_work_duration_seconds_count\{name="widget"\} [1-9]/);
  await running.close();
  await informers.close();
});

test("a wish to wake up is granted at its time", async () => {
  const looks: number[] = [];
  const { run, make, clock, informers } = setUpWidgets();
  const start = clock.now();
  await make("a", 0);
  const plan = (_snapshot: WidgetSnapshot, now: number): Plan => {
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
  const { run, make, read, informers } = setUpWidgets();
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
