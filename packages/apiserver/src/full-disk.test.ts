// A server that starts on a full disk serves what is there, and makes up for the rest when there is space.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds, ConfigMap, EndpointSlice } from "@knots/api";
import { createClient } from "@knots/client";
import { isApiError } from "@knots/machinery";
import { createVirtualClock, seededRandom } from "@knots/std";
import { createFaultDisk, type FaultDisk, openStore, StoreError } from "@knots/store";
import { createApiServer } from "./server.ts";
import { LOOPBACK } from "./user.ts";

const clock = createVirtualClock();
const place = { namespace: "default" };

async function start(disk: FaultDisk) {
  const store = await openStore({ disk, clock });
  const advertise = { address: "10.0.0.1", port: 6443 };
  const options = { store, clock, random: seededRandom(1), kinds: builtinKinds, advertise };
  const server = await createApiServer(options);
  const client = createClient(server.transport(LOOPBACK));
  const close = async (): Promise<void> => {
    await server.close();
    await store.close();
  };
  return { client, close };
}

/** Fills the disk; answers how to free it. */
function fill(disk: FaultDisk): () => void {
  disk.inject((step) => (step === "write" ? new StoreError("full", "no space left") : undefined));
  return () => disk.inject(() => undefined);
}

test("a server that was killed comes back on a full disk and answers reads; with space again it writes what is missing", async () => {
  const disk = createFaultDisk();
  const first = await start(disk);
  await first.client.create(ConfigMap, { metadata: { ...place, name: "a" } });
  await first.close();
  const free = fill(disk);

  const second = await start(disk);
  assert.equal((await second.client.list(ConfigMap, place)).items.length, 1);
  const write = second.client.create(ConfigMap, { metadata: { ...place, name: "b" } });
  await assert.rejects(write, (error) => isApiError(error, "InternalError"));
  free();
  await clock.advance(10_000);
  await second.client.create(ConfigMap, { metadata: { ...place, name: "b" } });
  const slice = await second.client.get(EndpointSlice, { ...place, name: "kubernetes" });
  assert.deepEqual(slice.endpoints?.[0]?.addresses, ["10.0.0.1"]);
  await second.close();
});

test("the first server of a cluster starts on a full disk, and the cluster is whole once there is space", async () => {
  const disk = createFaultDisk();
  await (await openStore({ disk, clock })).close();
  const free = fill(disk);
  const { client, close } = await start(disk);
  assert.equal((await client.list(ConfigMap)).items.length, 0);
  free();
  await clock.advance(10_000);
  await client.create(ConfigMap, { metadata: { ...place, name: "a" } });
  await client.get(EndpointSlice, { ...place, name: "kubernetes" });
  await close();
});
