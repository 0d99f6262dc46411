// Claims of Services after somebody has edited the store: what is missing is claimed, what nobody holds is given back, what is right stays.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds } from "@knots/api";
import { createVirtualClock, defined, seededRandom } from "@knots/std";
import { openMemoryStore, prefixEnd } from "@knots/store";
import { createApiServer } from "../server.ts";
import { authenticated, MASTERS_GROUP } from "../user.ts";
import { repairClaims } from "./repair-claims.ts";
import { claimsOf, SERVICE_CLAIMS } from "./services.ts";

const SERVICES = { group: "", version: "v1", resource: "services" };
const RANGES = "/registry/ranges/";

async function stage() {
  const clock = createVirtualClock();
  const store = openMemoryStore({ clock });
  const server = await createApiServer({ store, clock, random: seededRandom(3), kinds: builtinKinds });
  const transport = server.transport(authenticated("admin", [MASTERS_GROUP]));
  for (const name of ["a", "b"]) {
    const object = { metadata: { name }, spec: { type: "NodePort", ports: [{ port: 80 }] } };
    await transport.request({ verb: "create", resource: SERVICES, namespace: "default", object });
  }
  const { storage } = defined(server.registries.find(SERVICES), "services");
  const claims = async (): Promise<string[]> =>
    (await store.range({ start: RANGES, end: prefixEnd(RANGES) })).items.map(({ key }) => key);
  const repair = () => repairClaims({ store, storage, prefixes: SERVICE_CLAIMS, keysOf: claimsOf });
  const close = async (): Promise<void> => {
    await server.close();
    await store.close();
  };
  return { clock, store, claims, repair, close };
}

test("what is in order is left alone", async () => {
  const { store, claims, repair, close } = await stage();
  const before = store.status().revision;
  assert.deepEqual(await repair(), { added: [], removed: [], shared: [] });
  assert.equal(store.status().revision, before);
  assert.equal(
    (await claims()).length,
    5,
    "the Service of the API server has an address, the others one and a port each",
  );
  await close();
});

test("lost claims come back, and those of nobody go, by themselves within ten minutes", async () => {
  const { clock, store, claims, close } = await stage();
  const before = await claims();
  const [lost = ""] = before;
  const stray = `${RANGES}serviceips/10.99.99.99`;
  await store.txn({
    compare: [],
    success: [
      { type: "delete", key: lost },
      { type: "put", key: stray, value: Buffer.from("default/gone") },
    ],
  });
  await clock.advance(11 * 60_000);
  assert.deepEqual(await claims(), before);
  await close();
});

test("an address that two Services hold is named", async () => {
  const { store, repair, close } = await stage();
  const read = async (name: string) =>
    defined((await store.range({ start: `/registry/services/specs/default/${name}` })).items[0], name);
  const [a, b] = [await read("a"), await read("b")];
  const ip = (text: string): string => defined(/"clusterIP":"([^"]+)"/.exec(text)?.[1], "an address");
  const [textA, textB] = [Buffer.from(a.value).toString(), Buffer.from(b.value).toString()];
  const value = Buffer.from(textB.replaceAll(ip(textB), ip(textA)));
  await store.txn({ compare: [], success: [{ type: "put", key: b.key, value }] });
  const { added, removed, shared } = await repair();
  assert.deepEqual([added, removed.length, shared], [[], 1, [`${RANGES}serviceips/${ip(textA)}`]]);
  await close();
});
