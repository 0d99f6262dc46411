// The loop with a kernel in memory: coalescing, taking over, healing, retrying, and what it measures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds, EndpointSlice, Service } from "@knots/api";
import { createClient, createFakeApi, createInformers } from "@knots/client";
import { createMetrics, createVirtualClock, seededRandom, silentLogger } from "@knots/std";
import type { RulesKernel } from "./kernel.ts";
import { runServices } from "./run-services.ts";
import { options, ready, slice, web } from "./services.fixture.ts";
import type { StandingTable } from "./table.ts";

/** Remembers scripts; refuses while `broken`, and refuses updates of a table that it does not have. */
function fakeKernel() {
  const state = { scripts: [] as string[], broken: 0, generation: undefined as number | undefined, removed: 0 };
  const nothing: StandingTable = { chains: new Map(), sets: new Map() };
  let tell: (table?: string) => void = () => {};
  const kernel: RulesKernel = {
    async apply(script) {
      if (state.broken-- > 0) throw new Error("kernel says no");
      const expected = /^delete element .* generation \{ (\d+) \}/.exec(script)?.[1];
      if (expected !== undefined && Number(expected) !== state.generation) throw new Error("another generation");
      state.generation = Number(/add element ip \S+ generation \{ (\d+) \}/.exec(script)?.[1]);
      state.scripts.push(script);
    },
    read: async () =>
      state.generation === undefined ? undefined : { generation: state.generation, kept: new Map(), standing: nothing },
    generation: async () => state.generation,
    forget: async () => {},
    async remove() {
      state.removed++;
    },
    watch(removed, signal) {
      tell = removed;
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
    },
  };
  return { kernel, state, removedByOthers: () => tell(options.table) };
}

async function bench() {
  const clock = createVirtualClock();
  const random = seededRandom(1);
  const api = createFakeApi({ kinds: builtinKinds, clock, random });
  const client = createClient(api.transport);
  const informers = createInformers({ client, clock, random, log: silentLogger });
  const fake = fakeKernel();
  const metrics = createMetrics();
  const start = () =>
    runServices({
      informers,
      node: "n1",
      table: options,
      kernel: fake.kernel,
      clock,
      metrics,
      log: silentLogger,
    });
  await client.create(Service, web);
  await client.create(EndpointSlice, slice("web", 8080, [ready("10.244.0.2")]));
  const move = async (address: string): Promise<void> => {
    const current = await client.get(EndpointSlice, { namespace: "a", name: "web" });
    const { metadata } = await client.update(EndpointSlice, { ...current, endpoints: [ready(address)] });
    await informers.informer(EndpointSlice).reached(metadata.resourceVersion ?? "");
  };
  return { clock, client, informers, fake, metrics, start, move };
}

test("the first round writes the whole table once, a change writes its difference, nothing writes nothing", async () => {
  const { fake, start, move, informers, metrics } = await bench();
  const running = start();
  await running.ready;
  assert.match(fake.state.scripts[0] ?? "", /^add table[\s\S]*dnat to 10\.244\.0\.2:8080/);
  await move("10.244.0.3");
  await running.settled();
  await running.settled();
  assert.equal(fake.state.scripts.length, 2);
  assert.match(fake.state.scripts[1] ?? "", /^delete element ip knots_test generation \{ 1 \}[\s\S]*10\.244\.0\.3/);
  assert.match(metrics.text(), /service_rules_change_duration_seconds_count 2/);
  assert.match(metrics.text(), /service_rules_rebuilds_total 1/);
  await running.stop();
  assert.equal(fake.state.removed, 0);
  await assert.rejects(running.settled(), /stopped/);
  await informers.close();
});

test("changes that come during a round are written together in the next one", async () => {
  const { fake, start, move, informers } = await bench();
  const running = start();
  await running.ready;
  await Promise.all([move("10.244.0.3"), move("10.244.0.4").catch(() => {})]);
  await move("10.244.0.5");
  await running.settled();
  assert.ok(fake.state.scripts.length <= 3, `${fake.state.scripts.length} scripts`);
  assert.match(fake.state.scripts.at(-1) ?? "", /10\.244\.0\.5/);
  await running.remove();
  assert.equal(fake.state.removed, 1);
  await informers.close();
});

test("a table that somebody removed or changed is written anew, at once or at the next change", async () => {
  const { fake, start, move, informers } = await bench();
  const running = start();
  await running.ready;
  fake.state.generation = undefined;
  fake.removedByOthers();
  await running.settled();
  assert.match(fake.state.scripts.at(-1) ?? "", /^add table/);
  fake.state.generation = 99;
  await move("10.244.0.3");
  await running.settled();
  assert.match(
    fake.state.scripts.at(-1) ?? "",
    /^delete element \S+ \S+ generation \{ 99 \}[\s\S]*generation \{ 100 \}[\s\S]*10\.244\.0\.3/,
  );
  await running.stop();
  await informers.close();
});

test("when the kernel refuses, the loop tries again later with the whole table", async () => {
  const { fake, start, informers, clock } = await bench();
  fake.state.broken = 2;
  const running = start();
  for (let tries = 0; tries < 10 && fake.state.broken >= 0; tries++) await clock.advance(1000);
  await running.ready;
  assert.equal(fake.state.scripts.length, 1);
  await running.stop();
  await informers.close();
});

test("a successor takes the table over without a moment in which it is missing", async () => {
  const { fake, start, informers } = await bench();
  const first = start();
  await first.ready;
  await first.stop();
  const second = start();
  await second.ready;
  assert.equal(fake.state.removed, 0);
  assert.match(
    fake.state.scripts[1] ?? "",
    /^delete element ip knots_test generation \{ 1 \}\nadd element ip knots_test generation \{ 2 \}/,
  );
  await second.stop();
  await informers.close();
});
