// The seeded objects: there from the start, kept as they should be, the administrator's where he says so; schemas tell whether their level exists.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds, FlowSchema, PriorityLevelConfiguration } from "@knots/api";
import { createClient } from "@knots/client";
import { createVirtualClock, seededRandom, settle } from "@knots/std";
import { openMemoryStore } from "@knots/store";
import { createApiServer } from "../server.ts";
import { LOOPBACK } from "../user.ts";

async function start() {
  const clock = createVirtualClock();
  const store = openMemoryStore({ clock });
  const server = await createApiServer({ store, clock, random: seededRandom(1), kinds: builtinKinds });
  await settle();
  const close = async (): Promise<void> => {
    await server.close();
    await store.close();
  };
  return { clock, store, client: createClient(server.transport(LOOPBACK)), close };
}

const danglingOf = (schema: FlowSchema) => schema.status?.conditions?.find(({ type }) => type === "Dangling");

test("every cluster has the eight levels and thirteen schemas, each with its level, and looks change nothing (WIR-18)", async () => {
  const { clock, store, client, close } = await start();
  const levels = (await client.list(PriorityLevelConfiguration)).items.map(({ metadata }) => metadata.name);
  assert.deepEqual(levels, [
    "catch-all",
    "exempt",
    "global-default",
    "leader-election",
    "node-high",
    "system",
    "workload-high",
    "workload-low",
  ]);
  const schemas = (await client.list(FlowSchema)).items;
  assert.equal(schemas.length, 13);
  for (const schema of schemas) assert.equal(danglingOf(schema)?.status, "False", schema.metadata.name);
  const { revision } = store.status();
  await clock.advance(180_000);
  assert.equal(store.status().revision, revision);
  await close();
});

test("mandatory objects come back as they were, suggested ones unless the administrator keeps his own", async () => {
  const { clock, client, close } = await start();
  const level = (name: string) => client.get(PriorityLevelConfiguration, { name });
  const shares = async (name: string) => (await level(name)).spec?.limited?.nominalConcurrencyShares;
  const set = async (name: string, nominalConcurrencyShares: number, annotations?: Record<string, string>) => {
    const found = await level(name);
    const { spec, metadata } = found;
    assert.ok(spec?.limited);
    const limited = { ...spec.limited, nominalConcurrencyShares };
    await client.update(PriorityLevelConfiguration, {
      ...found,
      metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
      spec: { ...spec, limited },
    });
  };
  await set("catch-all", 99, { "apf.kubernetes.io/autoupdate-spec": "false" });
  await set("system", 98);
  await set("node-high", 97, { "apf.kubernetes.io/autoupdate-spec": "false" });
  await client.delete(FlowSchema, { name: "exempt" });
  await client.delete(FlowSchema, { name: "probes" });
  await clock.advance(61_000);
  assert.deepEqual([await shares("catch-all"), await shares("system"), await shares("node-high")], [5, 30, 97]);
  assert.equal((await client.list(FlowSchema)).items.length, 13);
  await close();
});

test("a schema whose level does not exist says so, and no longer when it does", async () => {
  const { clock, client, close } = await start();
  const found = await client.get(FlowSchema, { name: "global-default" });
  assert.ok(found.spec);
  const spec = { ...found.spec, priorityLevelConfiguration: { name: "mine" }, matchingPrecedence: 77 };
  await client.create(FlowSchema, { metadata: { name: "mine" }, spec });
  await clock.advance(61_000);
  const told = danglingOf(await client.get(FlowSchema, { name: "mine" }));
  assert.deepEqual([told?.status, told?.reason], ["True", "NotFound"]);
  const { spec: level } = await client.get(PriorityLevelConfiguration, { name: "system" });
  assert.ok(level);
  await client.create(PriorityLevelConfiguration, { metadata: { name: "mine" }, spec: level });
  await clock.advance(61_000);
  const then = danglingOf(await client.get(FlowSchema, { name: "mine" }));
  assert.deepEqual([then?.status, then?.reason], ["False", "Found"]);
  await close();
});
