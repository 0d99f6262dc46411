// A disk that takes seconds to sync delays writes, and nothing else: reads, lists, watches and health go on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds, ConfigMap, Lease } from "@knots/api";
import { createClient } from "@knots/client";
import { createVirtualClock, seededRandom, settle } from "@knots/std";
import { createMemoryDisk, type Disk, type DiskFile, openStore } from "@knots/store";
import { createApiServer } from "./server.ts";
import { LOOPBACK } from "./user.ts";

/** A disk whose synced writes wait for `release` while it is slow. */
function slowDisk() {
  const disk = createMemoryDisk();
  let gate: PromiseWithResolvers<void> | undefined;
  const slowed = (file: DiskFile): DiskFile => ({
    ...file,
    writeThrough: async (position, bytes) => {
      await gate?.promise;
      await file.writeThrough(position, bytes);
    },
  });
  const slow: Disk = { ...disk, create: async (name) => slowed(await disk.create(name)) };
  return {
    disk: slow,
    hold: () => {
      gate = Promise.withResolvers<void>();
    },
    release: () => gate?.resolve(),
  };
}

const place = { namespace: "default" };

test("while the disk is stuck, everything but writes is answered, and then every write is", async () => {
  const clock = createVirtualClock();
  const { disk, hold, release } = slowDisk();
  const store = await openStore({ disk, clock });
  const server = await createApiServer({ store, clock, random: seededRandom(1), kinds: builtinKinds });
  const client = createClient(server.transport(LOOPBACK));
  const made = await client.create(ConfigMap, { metadata: { ...place, name: "a" }, data: { v: "1" } });
  const node = { namespace: "kube-node-lease", name: "n" };
  await client.create(Lease, { metadata: node, spec: { holderIdentity: "n" } });
  hold();
  const done: string[] = [];
  const write = async (name: string, work: Promise<unknown>): Promise<void> => {
    await work;
    done.push(name);
  };
  const writes = [
    write("update", client.update(ConfigMap, { ...made, data: { v: "2" } })),
    write("create", client.create(ConfigMap, { metadata: { ...place, name: "b" }, data: { v: "1" } })),
    write(
      "delete",
      client.delete(ConfigMap, { ...place, name: "missing" }).catch(() => undefined),
    ),
  ];
  await settle();
  const watching = new AbortController();
  const seen: string[] = [];
  const watch = (async () => {
    const events = await client.watch(ConfigMap, { ...place, signal: watching.signal });
    for await (const { type, object } of events) if ("data" in object) seen.push(`${type} ${object.metadata.name}`);
  })().catch(() => undefined);
  for (let second = 0; second < 5; second++) {
    await clock.advance(1000);
    assert.equal((await client.get(ConfigMap, { ...place, name: "a" })).data?.["v"], "1");
    assert.equal((await client.list(ConfigMap, place)).items.length, 1);
    assert.deepEqual(seen, ["ADDED a"]);
  }
  assert.deepEqual(done, ["delete"], "what writes nothing waits for nothing");
  release();
  await Promise.all(writes);
  await settle();
  assert.equal((await client.get(ConfigMap, { ...place, name: "a" })).data?.["v"], "2");
  assert.deepEqual(seen.toSorted(), ["ADDED a", "ADDED b", "MODIFIED a"], "a watch sees each write once it is durable");
  watching.abort();
  await watch;
  await server.close();
  await store.close();
});
