// Tests of the typed client over the in-memory API, which is tested along with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, type KubeObject } from "@knots/machinery";
import { createVirtualClock } from "@knots/std";
import { createClient } from "./create-client.ts";
import { createFakeApi } from "./testing/fake-api.ts";
import { Part, Widget, Zone } from "./testing/test-kinds.ts";
import type { Transport } from "./transport/transport.ts";

function setUp() {
  const api = createFakeApi({ kinds: [Widget, Part, Zone], clock: createVirtualClock() });
  return { api, client: createClient(api.transport) };
}
const key = { namespace: "a", name: "w" };
const widget = { metadata: key, spec: { parts: 2 } };
const reason = (expected: string) => (error: unknown) => error instanceof ApiError && error.reason === expected;

test("a created object has its type, a uid and a revision, and is read back", async () => {
  const { client } = setUp();
  const made = await client.create(Widget, widget);
  assert.deepEqual([made.apiVersion, made.kind, made.metadata.generation], ["test.knots.dev/v1", "Widget", 1]);
  assert.deepEqual(await client.get(Widget, key), made);
  assert.ok(Object.isFrozen(made.spec));
});

test("a missing object is NotFound to get and undefined to find", async () => {
  const { client } = setUp();
  await assert.rejects(client.get(Widget, key), reason("NotFound"));
  assert.equal(await client.find(Widget, key), undefined);
});

test("a namespaced object without namespace is refused before it is sent", async () => {
  const { client, api } = setUp();
  await assert.rejects(client.get(Widget, { name: "w" }), /an empty namespace may not be set/);
  await assert.rejects(client.create(Widget, { metadata: { name: "w" } }), /an empty namespace may not be set/);
  assert.equal(api.requests.length, 0);
});

test("a stale update conflicts; a fresh one moves revision and generation", async () => {
  const { client } = setUp();
  const first = await client.create(Widget, widget);
  const second = await client.update(Widget, { ...first, spec: { parts: 3 } });
  assert.equal(second.metadata.generation, 2);
  assert.ok(Number(second.metadata.resourceVersion) > Number(first.metadata.resourceVersion));
  await assert.rejects(client.update(Widget, { ...first, spec: { parts: 4 } }), reason("Conflict"));
});

test("status and spec are written by different doors", async () => {
  const { client } = setUp();
  const first = await client.create(Widget, widget);
  const both = { ...first, spec: { parts: 9 }, status: { phase: "Seen" } };
  const seen = await client.updateStatus(Widget, both);
  assert.deepEqual([seen.spec, seen.status, seen.metadata.generation], [{ parts: 2 }, { phase: "Seen" }, 1]);
  const changed = await client.update(Widget, { ...seen, spec: { parts: 9 }, status: { phase: "Lost" } });
  assert.deepEqual([changed.spec, changed.status], [{ parts: 9 }, { phase: "Seen" }]);
});

test("a write that changes nothing keeps the revision", async () => {
  const { client } = setUp();
  const first = await client.create(Widget, widget);
  assert.equal((await client.update(Widget, first)).metadata.resourceVersion, first.metadata.resourceVersion);
});

test("an object with a finalizer stays until the finalizer is taken away", async () => {
  const { client } = setUp();
  const made = await client.create(Widget, { ...widget, metadata: { ...key, finalizers: ["x/y"] } });
  const marked = await client.delete(Widget, key);
  assert.ok(marked?.metadata.deletionTimestamp);
  const body = { metadata: { finalizers: null } };
  await client.patch(Widget, key, { type: "application/merge-patch+json", body });
  assert.equal(await client.find(Widget, key), undefined);
  assert.equal(made.metadata.deletionTimestamp, undefined);
});

test("a deletion meant for another uid conflicts", async () => {
  const { client } = setUp();
  await client.create(Widget, widget);
  await assert.rejects(client.delete(Widget, key, { preconditions: { uid: "other" } }), reason("Conflict"));
});

test("lists take selectors and namespaces", async () => {
  const { client } = setUp();
  for (const [namespace, name, color] of [
    ["a", "x", "red"],
    ["a", "y", "blue"],
    ["b", "z", "red"],
  ] as const)
    await client.create(Widget, { metadata: { namespace, name, labels: { color } }, spec: { color } });
  const names = async (scope: object) => (await client.list(Widget, scope)).items.map((item) => item.metadata.name);
  assert.deepEqual(await names({}), ["x", "y", "z"]);
  assert.deepEqual(await names({ namespace: "a" }), ["x", "y"]);
  assert.deepEqual(await names({ labelSelector: "color=red" }), ["x", "z"]);
  assert.deepEqual(await names({ fieldSelector: "spec.color=red,metadata.namespace!=b" }), ["x"]);
});

test("list items get the type that the server leaves out", async () => {
  const metadata = { resourceVersion: "5" };
  const bare = { metadata: { name: "z", uid: "1" } } as KubeObject;
  const list = { apiVersion: "v1", kind: "ZoneList", metadata, items: [bare] };
  const transport = { request: () => Promise.resolve(list) } as unknown as Transport;
  const [item] = (await createClient(transport).list(Zone)).items;
  assert.deepEqual([item?.apiVersion, item?.kind], ["test.knots.dev/v1", "Zone"]);
});

test("a generated name keeps its prefix and is unique", async () => {
  const { client } = setUp();
  const made = { metadata: { generateName: "p-", namespace: "a" } };
  const names = new Set<string>();
  for (let count = 0; count < 50; count++) names.add((await client.create(Part, made)).metadata.name);
  assert.equal(names.size, 50);
  for (const name of names) assert.match(name, /^p-[a-z0-9]{5}$/);
});

test("a watch that is left before its first event is closed", async () => {
  const { client, api } = setUp();
  const iterator = (await client.watch(Zone))[Symbol.asyncIterator]();
  await client.create(Zone, { metadata: { name: "z" } });
  assert.equal((await iterator.next()).value.type, "ADDED");
  assert.equal(api.watches, 1);
  await iterator.return?.();
  assert.equal(api.watches, 0);
});

test("an apply is a patch that names its manager, and force when it is wanted", async () => {
  const sent: unknown[] = [];
  const transport: Transport = {
    request: (request) => {
      sent.push(request);
      return Promise.resolve({ metadata: { name: "w", namespace: "a" } });
    },
    watch: () => Promise.reject(new Error("not watched")),
  };
  const client = createClient(transport);
  const applied = await client.apply(Widget, { metadata: key, spec: {} }, { fieldManager: "me", force: true });
  assert.equal(applied.kind, "Widget");
  await client.apply(Widget, { metadata: key }, { fieldManager: "me", subresource: "status", dryRun: true });
  const place = { verb: "patch", resource: { group: "test.knots.dev", version: "v1", resource: "widgets" }, ...key };
  const type = "application/apply-patch+yaml";
  const typeMeta = { apiVersion: "test.knots.dev/v1", kind: "Widget" };
  assert.deepEqual(sent, [
    {
      ...place,
      options: { fieldManager: "me", force: true },
      patch: { type, body: { metadata: key, spec: {}, ...typeMeta } },
    },
    {
      ...place,
      subresource: "status",
      options: { fieldManager: "me", dryRun: true },
      patch: { type, body: { metadata: key, ...typeMeta } },
    },
  ]);
});
