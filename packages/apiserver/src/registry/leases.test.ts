// Objects that go away by themselves share leases; one that somebody else ended is replaced at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Event } from "@knots/api";
import { createVirtualClock } from "@knots/std";
import { openMemoryStore } from "@knots/store";
import { plainTransformers } from "../encryption/transformer.ts";
import { createLeasePool } from "./leases.ts";
import type { AnyObject } from "./objects.ts";
import { createKindStorage } from "./storage.ts";

test("objects written at about the same time share a lease; a lease that is gone is replaced", async () => {
  const clock = createVirtualClock();
  const store = openMemoryStore({ clock });
  const parts = { store, encryption: plainTransformers, leases: createLeasePool(store, clock) };
  const storage = createKindStorage(Event, parts);
  const write = async (name: string): Promise<number> => {
    const object = { apiVersion: "v1", kind: "Event", metadata: { name, namespace: "default" } } as AnyObject;
    const key = storage.key("default", name);
    assert.ok(await storage.create(key, object, { ttlSeconds: 3600 }));
    return (await store.range({ start: key })).items[0]?.lease ?? 0;
  };
  const [first, second] = [await write("a"), await write("b")];
  assert.equal(first, second);
  await store.revoke(first);
  const third = await write("c");
  assert.ok(third !== first && third > 0);
  assert.equal(store.status().leases, 1);
  await clock.advance(3_800_000);
  assert.equal(store.status().keys, 0);
  await store.close();
});
