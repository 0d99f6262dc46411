// Tests of recording events: counts, combination of similar ones, limits, and a server that is away.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Event } from "@knots/api";
import { ApiError, failure, type KubeObject, type Status } from "@knots/machinery";
import { createVirtualClock, seededRandom, silentLogger } from "@knots/std";
import type { PlannedEvent } from "../controller/plan.ts";
import { createClient } from "../create-client.ts";
import { createFakeApi } from "../testing/fake-api.ts";
import { type ApiRequest, type Transport, UnknownOutcomeError } from "../transport/transport.ts";
import { createEventRecorder } from "./create-recorder.ts";

const pod: KubeObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "n", name: "web", uid: "u1", resourceVersion: "7" },
};
const started: PlannedEvent = { regarding: pod, type: "Normal", reason: "Started", message: "Started container" };
const at = (message: string, regarding = pod): PlannedEvent => ({ ...started, regarding, message });

type Answer = (request: ApiRequest) => Promise<KubeObject | Status>;

function setUp(options: { answer?: (next: Answer) => Answer; limit?: number } = {}) {
  const clock = createVirtualClock(Date.UTC(2026, 0, 1));
  const api = createFakeApi({ kinds: [Event], clock });
  const next: Answer = (request) => api.transport.request(request);
  const transport: Transport = { ...api.transport, request: options.answer?.(next) ?? next };
  const { limit } = options;
  const common = { clock, random: seededRandom(1), log: silentLogger, ...(limit && { limit }) };
  const recorder = createEventRecorder({ client: createClient(transport), host: "node-1", ...common });
  const say = (event: PlannedEvent) => recorder.record("kubelet", event);
  const client = createClient(api.transport);
  const events = async () => (await client.list(Event)).items;
  const told = async () => (await events()).map(({ message, count }) => `${count} ${message}`);
  return { clock, api, recorder, say, events, told };
}

test("an event says who, about what, why and when", async () => {
  const { say, recorder, events } = setUp();
  say({ ...started, fieldPath: "spec.containers{web}" });
  await recorder.flush();
  const [event] = await events();
  assert.match(event?.metadata.name ?? "", /^web\.[0-9a-f]{16}$/);
  assert.equal(event?.metadata.namespace, "n");
  const { namespace, name, uid, resourceVersion } = pod.metadata;
  const fieldPath = "spec.containers{web}";
  assert.deepEqual(event?.involvedObject, {
    kind: "Pod",
    apiVersion: "v1",
    namespace,
    name,
    uid,
    resourceVersion,
    fieldPath,
  });
  assert.deepEqual(event?.source, { component: "kubelet", host: "node-1" });
  assert.deepEqual(
    [event?.firstTimestamp, event?.lastTimestamp, event?.count],
    ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 1],
  );
  assert.deepEqual([event?.type, event?.reason, event?.reportingComponent], ["Normal", "Started", "kubelet"]);
});

test("an event about a cluster-wide object is in the namespace default; a name that is no DNS name is replaced", async () => {
  const { say, recorder, events } = setUp();
  say({ ...started, regarding: { ...pod, metadata: { name: "system:node" } } });
  await recorder.flush();
  const [event] = await events();
  assert.equal(event?.metadata.namespace, "default");
  assert.match(event?.metadata.name ?? "", /^[0-9a-f-]{36}$/);
});

test("equal events are one object with a count and the last time", async () => {
  const { say, recorder, events, clock } = setUp();
  for (let times = 0; times < 3; times++) {
    say(started);
    await clock.advance(60_000);
  }
  await recorder.flush();
  const [event, ...others] = await events();
  assert.equal(others.length, 0);
  assert.deepEqual(
    [event?.count, event?.firstTimestamp, event?.lastTimestamp],
    [3, "2026-01-01T00:00:00Z", "2026-01-01T00:02:00Z"],
  );
});

test("an event that repeats after the server forgot it is made anew with its count", async () => {
  const { say, recorder, told, api } = setUp();
  say(started);
  await recorder.flush();
  const resource = { group: "", version: "v1", resource: "events" };
  await api.transport.request({ verb: "deletecollection", resource });
  say(started);
  await recorder.flush();
  assert.deepEqual(await told(), ["2 Started container"]);
});

test("the tenth different message of one reason and all further ones are combined", async () => {
  const { say, recorder, told } = setUp();
  for (let part = 1; part <= 13; part++) say(at(`part ${part}`));
  await recorder.flush();
  const [combined, ...single] = (await told()).reverse();
  assert.deepEqual(
    single.reverse(),
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((part) => `1 part ${part}`),
  );
  assert.equal(combined, "4 (combined from similar events): part 13");
});

test("after ten quiet minutes different messages are told apart again", async () => {
  const { say, recorder, told, clock } = setUp();
  for (let part = 1; part <= 9; part++) say(at(`part ${part}`));
  await clock.advance(601_000);
  say(at("late"));
  await recorder.flush();
  assert.ok((await told()).includes("1 late"));
});

test("a source may say 25 things about an object at once, then one in five minutes; others are not disturbed", async () => {
  const { say, recorder, told, clock } = setUp();
  for (let times = 0; times < 40; times++) say(started);
  say(at("other", { ...pod, metadata: { ...pod.metadata, uid: "u2" } }));
  await recorder.flush();
  assert.deepEqual(await told(), ["25 Started container", "1 other"]);
  assert.equal(recorder.dropped, 15);
  await clock.advance(300_000);
  say(started);
  say(started);
  await recorder.flush();
  assert.equal(recorder.dropped, 16);
  assert.equal((await told())[0], "41 Started container");
});

test("a server that is away is tried every ten seconds; the caller never waits and the queue is bounded", async () => {
  let away = true;
  const { say, recorder, told, clock } = setUp({
    limit: 5,
    answer: (next) => (request) => (away ? Promise.reject(new Error("refused")) : next(request)),
  });
  for (let part = 1; part <= 9; part++) say(at(`part ${part}`));
  await clock.advance(25_000);
  assert.equal(recorder.dropped, 4);
  away = false;
  await clock.advance(10_000);
  assert.deepEqual(
    await told(),
    [1, 2, 3, 4, 5].map((part) => `1 part ${part}`),
  );
});

test("a refusal drops the event at once; a lost answer is no second event", async () => {
  let first = true;
  const { say, recorder, told, clock } = setUp({
    answer: (next) => async (request) => {
      if (request.object && (request.object as { message?: string }).message === "forbidden")
        throw new ApiError(failure(403, "Forbidden", "namespace is being terminated"));
      const answer = await next(request);
      if (!first) return answer;
      first = false;
      throw new UnknownOutcomeError("connection broke");
    },
  });
  say(at("forbidden"));
  say(started);
  await clock.advance(20_000);
  assert.deepEqual(await told(), ["1 Started container"]);
  assert.equal(recorder.dropped, 1);
});

test("closing tries what waits once, takes nothing more and leaves no timer", async () => {
  let tries = 0;
  const { say, recorder, clock } = setUp({
    answer: () => () => {
      tries++;
      return Promise.reject(new Error("refused"));
    },
  });
  for (let part = 1; part <= 3; part++) say(at(`part ${part}`));
  await clock.advance(1000);
  assert.equal(tries, 1);
  await recorder.close();
  say(started);
  assert.ok(tries <= 4);
  assert.equal(recorder.dropped, 4);
  assert.equal(clock.nextAt(), undefined);
});
