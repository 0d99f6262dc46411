// Tests of informers in bad times: whatever a watch goes through, what handlers were told adds up to what the server holds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock, seededRandom, silentLogger } from "@knots/std";
import { createClient } from "../create-client.ts";
import { createFakeApi } from "../testing/fake-api.ts";
import { type Faults, faulty } from "../testing/faulty.ts";
import { Widget } from "../testing/test-kinds.ts";
import { createInformers } from "./create-informers.ts";
import { compareRevisions } from "./revision.ts";

const BAD: Faults = { refuse: 0.2, latency: 100, eventDelay: 700, breakWatch: 0.1, expireWatch: 0.1, staleList: 0.3 };

async function live(seed: number, streamLists: boolean) {
  let faults: Faults = BAD;
  const clock = createVirtualClock();
  const random = seededRandom(seed);
  const api = createFakeApi({ kinds: [Widget], clock, random });
  const client = createClient(api.transport);
  const transport = faulty(api.transport, { clock, random, faults: () => faults });
  const common = { clock, random, log: silentLogger, streamLists };
  const informers = createInformers({ client: createClient(transport), ...common });
  const informer = informers.informer(Widget);
  const told = new Map<string, Widget>();
  informer.subscribe({
    added: (widget) => {
      assert.ok(!told.has(widget.metadata.name), "added once");
      told.set(widget.metadata.name, widget);
    },
    updated: (widget, previous) => {
      assert.equal(told.get(widget.metadata.name), previous);
      assert.equal(widget.metadata.uid, previous.metadata.uid);
      assert.ok(compareRevisions(widget.metadata.resourceVersion, previous.metadata.resourceVersion) > 0, "forward");
      told.set(widget.metadata.name, widget);
    },
    deleted: (widget) => {
      assert.equal(told.get(widget.metadata.name)?.metadata.uid, widget.metadata.uid);
      told.delete(widget.metadata.name);
    },
  });
  let revision = "";
  for (let step = 0; step < 150; step++) {
    const key = { namespace: "n", name: `w${random.below(6)}` };
    const old = await client.find(Widget, key);
    if (!old) await client.create(Widget, { metadata: key, spec: { parts: step } });
    else if (random.next() < 0.3) await client.delete(Widget, key);
    else await client.update(Widget, { ...old, spec: { parts: step } });
    if (random.next() < 0.05) api.compact();
    if (random.next() < 0.05) api.disconnect();
    if (random.next() < 0.1) api.bookmark();
    await clock.advance(random.below(1000));
    assert.ok(compareRevisions(informer.resourceVersion, revision) >= 0, "the revision never goes back");
    revision = informer.resourceVersion;
  }
  faults = {};
  await clock.advance(300_000);
  const byName = (a: Widget, b: Widget) => (a.metadata.name < b.metadata.name ? -1 : 1);
  const stored = [...(await client.list(Widget)).items].sort(byName);
  assert.deepEqual([...informer.list()].sort(byName), stored);
  assert.deepEqual([...told.values()].sort(byName), stored);
  await informers.close();
  assert.deepEqual([api.watches, clock.nextAt()], [0, undefined]);
}

for (const streamLists of [false, true]) {
  const how = streamLists ? "streamed lists" : "lists";
  test(`with ${how}, through any faults, the told changes are consistent and end as the server's objects (EMB-05)`, async () => {
    for (let seed = 1; seed <= 20; seed++) await live(seed, streamLists);
  });
}
