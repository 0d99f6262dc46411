// Tests of informers in virtual time: what a copy goes through while watches break, expire and lie.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, failure, type KubeObject } from "@knots/machinery";
import { createVirtualClock, seededRandom, settle, silentLogger } from "@knots/std";
import { createClient } from "../create-client.ts";
import { createFakeApi, type FakeApi } from "../testing/fake-api.ts";
import { Widget } from "../testing/test-kinds.ts";
import type { Transport, WatchEvent } from "../transport/transport.ts";
import { createInformers } from "./create-informers.ts";

function setUp(options: { wrap?: (transport: Transport, api: FakeApi) => Transport; streamLists?: boolean } = {}) {
  const clock = createVirtualClock();
  const api = createFakeApi({ kinds: [Widget], clock });
  const client = createClient(api.transport);
  const watched = createClient(options.wrap?.(api.transport, api) ?? api.transport);
  const { streamLists = false } = options;
  const common = { clock, random: seededRandom(7), log: silentLogger, streamLists };
  const informers = createInformers({ ...common, client: watched });
  const log: string[] = [];
  const follow = () => {
    const informer = informers.informer(Widget);
    informer.subscribe({
      added: ({ metadata }) => log.push(`+${metadata.name}`),
      updated: ({ metadata }) => log.push(`~${metadata.name}`),
      deleted: ({ metadata }) => log.push(`-${metadata.name}`),
    });
    return informer;
  };
  const make = (name: string) => client.create(Widget, { metadata: { namespace: "n", name }, spec: { parts: 1 } });
  const change = async (name: string, parts: number) => {
    const old = await client.get(Widget, { namespace: "n", name });
    return client.update(Widget, { ...old, spec: { parts } });
  };
  const drop = (name: string) => client.delete(Widget, { namespace: "n", name });
  const lists = () => api.requests.filter(({ verb }) => verb === "list").length;
  return { clock, api, client, informers, log, follow, make, change, drop, lists };
}

for (const streamLists of [false, true]) {
  const how = streamLists ? "a streamed list" : "a list";
  test(`the copy is complete after ${how} and follows every change in order`, async () => {
    const { follow, make, change, drop, log, informers, lists, api } = setUp({ streamLists });
    await make("a");
    const informer = follow();
    await informer.synced();
    assert.deepEqual(log, ["+a"]);
    await change("a", 2);
    await make("b");
    await drop("a");
    await informer.reached(api.revision);
    assert.deepEqual(log, ["+a", "~a", "+b", "-a"]);
    assert.deepEqual(
      informer.list().map(({ metadata }) => metadata.name),
      ["b"],
    );
    assert.equal(lists(), streamLists ? 0 : 1);
    await informers.close();
  });
}

test("a broken connection is resumed from the last revision without a new list", async () => {
  const { follow, make, api, clock, log, lists, informers } = setUp();
  const informer = follow();
  await informer.synced();
  await make("a");
  await settle();
  api.disconnect();
  await make("b");
  await clock.advance(1000);
  assert.deepEqual(log, ["+a", "+b"]);
  assert.equal(lists(), 1);
  await informers.close();
});

test("an expired revision leads to a new list whose differences are told, a namesake as deleted and added", async () => {
  const { follow, make, change, drop, api, clock, log, lists, informers } = setUp();
  const informer = follow();
  for (const name of ["gone", "same", "changed", "reborn"]) await make(name);
  await informer.synced();
  await settle();
  log.length = 0;
  api.disconnect();
  await drop("gone");
  await change("changed", 2);
  await drop("reborn");
  await make("reborn");
  await make("new");
  api.compact();
  await clock.advance(1000);
  assert.equal(lists(), 2);
  assert.deepEqual(log.sort(), ["+new", "+reborn", "-gone", "-reborn", "~changed"]);
  await informers.close();
});

test("bookmarks move the revision, so that a quiet copy survives a compaction", async () => {
  const { follow, make, client, api, clock, lists, informers } = setUp();
  const informer = follow();
  await make("a");
  await informer.synced();
  await client.patch(Widget, { namespace: "n", name: "a" }, { type: "application/merge-patch+json", body: {} });
  await settle();
  api.bookmark();
  await informer.reached(api.revision);
  api.compact();
  api.disconnect();
  await make("b");
  await clock.advance(1000);
  assert.equal(lists(), 1);
  assert.equal(informer.list().length, 2);
  await informers.close();
});

test("a server that cannot stream lists is asked for an ordinary one", async () => {
  const refuse = (transport: Transport): Transport => ({
    ...transport,
    watch: (request, signal) =>
      request.options?.sendInitialEvents
        ? Promise.reject(new ApiError(failure(422, "Invalid", "sendInitialEvents is forbidden")))
        : transport.watch(request, signal),
  });
  const { follow, make, clock, informers, lists } = setUp({ streamLists: true, wrap: refuse });
  await make("a");
  const informer = follow();
  await clock.advance(1000);
  assert.equal(informer.list().length, 1);
  assert.equal(lists(), 1);
  await informers.close();
});

test("a server that ignores the wish for a streamed list is asked for an ordinary one", async () => {
  const ignore = (transport: Transport): Transport => ({
    ...transport,
    watch: (request, signal) => {
      const { sendInitialEvents: _ignored, ...options } = request.options ?? {};
      return transport.watch({ ...request, options }, signal);
    },
  });
  const { follow, make, clock, informers, lists } = setUp({ streamLists: true, wrap: ignore });
  await make("a");
  const informer = follow();
  await clock.advance(12_000);
  assert.equal(informer.list().length, 1);
  assert.equal(lists(), 1);
  await informers.close();
});

test("a watch that replays old events does not bring the dead to life", async () => {
  let replay = false;
  const old: WatchEvent[] = [];
  const lie = (transport: Transport): Transport => ({
    ...transport,
    async watch(request, signal) {
      const events = await transport.watch(request, signal);
      if (!replay) return events;
      replay = false;
      return (async function* () {
        yield* old;
        yield* events;
      })();
    },
  });
  const { follow, make, drop, api, clock, log, informers } = setUp({ wrap: lie });
  const informer = follow();
  const made = await make("a");
  old.push({ type: "ADDED", object: made });
  await informer.synced();
  await drop("a");
  await informer.reached(api.revision);
  replay = true;
  api.disconnect();
  await clock.advance(1000);
  assert.equal(replay, false);
  assert.deepEqual(log, ["+a", "-a"]);
  assert.equal(informer.list().length, 0);
  await informers.close();
});

test("a list older than the copy is refused, until the server insists: then it was restored", async () => {
  let stale: KubeObject | undefined;
  const lag = (transport: Transport): Transport => ({
    ...transport,
    async request(request, signal) {
      const answer = await transport.request(request, signal);
      return request.verb === "list" && stale ? stale : answer;
    },
  });
  const { follow, make, api, clock, log, lists, informers } = setUp({ wrap: lag });
  const early = await api.transport.request({
    verb: "list",
    resource: { group: Widget.group, version: Widget.version, resource: Widget.plural },
  });
  await make("a");
  const informer = follow();
  await informer.synced();
  await settle();
  stale = early;
  api.compact();
  api.disconnect();
  await make("b");
  api.compact();
  await clock.advance(2000);
  assert.ok(lists() >= 3, "it asks again");
  assert.deepEqual(log, ["+a"]);
  await clock.advance(60_000);
  assert.equal(log[1], "-a");
  await informers.close();
});

test("a failing server is asked less and less often, and as late as it says", async () => {
  const asked: number[] = [];
  let answer = failure(500, "InternalError", "broken");
  const clock = createVirtualClock(0);
  const transport: Transport = {
    request: () => {
      asked.push(clock.now());
      return Promise.reject(new ApiError(answer));
    },
    watch: () => Promise.reject(new Error("never")),
  };
  const common = { clock, random: seededRandom(3), log: silentLogger };
  const informers = createInformers({ client: createClient(transport), ...common });
  informers.informer(Widget);
  await clock.advance(600_000);
  const gaps = asked.slice(1).map((time, at) => time - (asked[at] ?? 0));
  assert.ok(
    gaps.slice(0, 5).every((gap, at) => at === 0 || gap > (gaps[at - 1] ?? 0)),
    String(gaps),
  );
  assert.ok(gaps.every((gap) => gap <= 45_000));
  answer = failure(429, "TooManyRequests", "later", { retryAfterSeconds: 120 });
  await clock.advance(300_000);
  const last = asked.slice(-2);
  assert.equal((last[1] ?? 0) - (last[0] ?? 0), 120_000);
  await informers.close();
});

test("a connection that died silently is given up", async () => {
  let opened = 0;
  const silent = (transport: Transport): Transport => ({
    ...transport,
    watch: (request, signal) => {
      opened++;
      if (opened > 1) return transport.watch(request, signal);
      const { timeoutSeconds: _never, ...options } = request.options ?? {};
      return transport.watch({ ...request, namespace: "nowhere", options }, signal);
    },
  });
  const { follow, make, clock, informers } = setUp({ wrap: silent });
  const informer = follow();
  await informer.synced();
  await make("a");
  await clock.advance(700_000);
  assert.equal(informer.list().length, 1);
  await informers.close();
});

test("waiting for a revision ends with the signal and with the informer", async () => {
  const { follow, informers } = setUp();
  const informer = follow();
  await informer.synced();
  const stop = new AbortController();
  const first = assert.rejects(informer.reached("99", stop.signal), /enough/);
  const second = assert.rejects(informer.reached("99"), /closed/);
  stop.abort(new Error("enough"));
  await first;
  await informers.close();
  await second;
});

test("after closing no timer is pending and no watch is open", async () => {
  const { follow, make, api, clock, informers, log } = setUp();
  await follow().synced();
  await settle();
  assert.equal(api.watches, 1);
  await informers.close();
  assert.equal(api.watches, 0);
  assert.equal(clock.nextAt(), undefined);
  await make("a");
  await settle();
  assert.deepEqual(log, []);
});

test("equal kinds and scopes share one copy", async () => {
  const { informers } = setUp();
  assert.equal(informers.informer(Widget), informers.informer(Widget, {}));
  assert.notEqual(informers.informer(Widget), informers.informer(Widget, { namespace: "n" }));
  await informers.close();
});

test("a handler that throws does not keep changes from the others", async () => {
  const { follow, make, informers, log, api } = setUp();
  informers.informer(Widget).subscribe({
    added: () => {
      throw new Error("bad handler");
    },
  });
  const informer = follow();
  await informer.synced();
  await make("a");
  await informer.reached(api.revision);
  assert.deepEqual(log, ["+a"]);
  await informers.close();
});
