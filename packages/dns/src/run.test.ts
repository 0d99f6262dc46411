// The whole server on the API in memory: names follow the API, not before it is known; upstreams come from resolv.conf.
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { builtinKinds, EndpointSlice, Namespace, Service } from "@knots/api";
import { createClient, createFakeApi, createInformers } from "@knots/client";
import { createVirtualClock, deferred, realClock, seededRandom, silentLogger } from "@knots/std";
import { decode, encode } from "dns-packet";
import { runDns } from "./run.node.ts";
import { hostUpstreams, nameServers } from "./upstreams.node.ts";

async function bench(t: { after: (end: () => Promise<void>) => void }) {
  const random = seededRandom(1);
  const api = createFakeApi({ kinds: builtinKinds, clock: realClock, random });
  const client = createClient(api.transport);
  const gate = deferred();
  const { transport } = api;
  const gated = createClient({
    ...transport,
    request: async (...call) => {
      await gate.promise;
      return await transport.request(...call);
    },
  });
  const informers = createInformers({ client: gated, clock: realClock, random, log: silentLogger });
  const folder = await mkdtemp(join(tmpdir(), "knots-dns-"));
  const resolvConf = join(folder, "resolv.conf");
  await writeFile(resolvConf, "nameserver 127.0.0.1\n");
  const options = { informers, clock: realClock, random, log: silentLogger, resolvConf };
  const dns = await runDns({ ...options, addresses: ["127.0.0.1"], port: 0 });
  t.after(async () => {
    gate.resolve();
    await dns.close();
    await informers.close();
    await rm(folder, { recursive: true });
  });
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([`127.0.0.1:${dns.port}`]);
  return { client, informers, dns, resolver, open: () => gate.resolve() };
}

test("names follow the API as soon as it is known; other names fail while the host has no server but us", async (t) => {
  const { client, informers, dns, resolver, open } = await bench(t);
  await assert.rejects(resolver.resolve4("web.a.svc.cluster.local"), { code: "ESERVFAIL" });
  open();
  await dns.ready;
  await assert.rejects(resolver.resolve4("web.a.svc.cluster.local"), { code: "ENOTFOUND" });
  await client.create(Namespace, { metadata: { name: "a" } });
  const ports = [{ name: "http", port: 80 }];
  await client.create(Service, { metadata: { name: "web", namespace: "a" }, spec: { clusterIP: "10.96.0.7", ports } });
  await client.create(Service, { metadata: { name: "db", namespace: "a" }, spec: { clusterIP: "None", ports } });
  const { metadata } = await client.create(EndpointSlice, {
    metadata: { name: "db-1", namespace: "a", labels: { "kubernetes.io/service-name": "db" } },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.244.0.2"], hostname: "db-0", conditions: { ready: true } }],
    ports,
  });
  await informers.informer(EndpointSlice).reached(metadata.resourceVersion ?? "");
  assert.deepEqual(await resolver.resolve4("web.a.svc.cluster.local"), ["10.96.0.7"]);
  assert.deepEqual(await resolver.resolve4("db-0.db.a.svc.cluster.local"), ["10.244.0.2"]);
  assert.deepEqual(await resolver.reverse("10.244.0.2"), ["db-0.db.a.svc.cluster.local"]);
  assert.deepEqual(await resolver.reverse("10.96.0.7"), ["web.a.svc.cluster.local"]);
  await assert.rejects(resolver.resolve4("example.org"), { code: "ESERVFAIL" });
});

test("a client that mixes upper and lower case gets its spelling back", async (t) => {
  const { dns } = await bench(t);
  const socket = createSocket("udp4");
  t.after(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  const name = "WeB.a.SVC.cluster.local";
  socket.send(encode({ type: "query", id: 7, questions: [{ type: "A", name }] }), dns.port, "127.0.0.1");
  const [message] = (await once(socket, "message")) as [Buffer];
  assert.equal(decode(message).questions?.[0]?.name, name);
});

const rows: readonly (readonly [string, string, readonly string[]])[] = [
  ["servers come in their order", "nameserver 192.0.2.1\nnameserver 192.0.2.2\n", ["192.0.2.1", "192.0.2.2"]],
  ["a stub on loopback is asked", "# made by systemd-resolved\nnameserver 127.0.0.53\noptions edns0\n", ["127.0.0.53"]],
  ["we are never asked", "nameserver 10.244.0.1\nnameserver 192.0.2.1\n", ["192.0.2.1"]],
  ["an empty file names nobody", "search example.org\n", []],
];
for (const [says, text, servers] of rows)
  test(`resolv.conf: ${says}`, () => {
    assert.deepEqual(nameServers(text, ["10.244.0.1"]), servers);
  });

test("the file is read again after five seconds; while it is missing its last word counts", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "knots-dns-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "resolv.conf");
  const clock = createVirtualClock();
  const servers = hostUpstreams({ path, own: [], clock });
  await writeFile(path, "nameserver 192.0.2.1\n");
  assert.deepEqual(await servers(), ["192.0.2.1"]);
  await writeFile(path, "nameserver 192.0.2.2\n");
  assert.deepEqual(await servers(), ["192.0.2.1"]);
  await clock.advance(5000);
  assert.deepEqual(await servers(), ["192.0.2.2"]);
  await rm(path);
  await clock.advance(5000);
  assert.deepEqual(await servers(), ["192.0.2.2"]);
});
