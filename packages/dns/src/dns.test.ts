// Cluster names as rows, then the real server asked by the platform's resolver over UDP and TCP.
import assert from "node:assert/strict";
import { Resolver } from "node:dns/promises";
import { test } from "node:test";
import type { EndpointSlice, Pod, Service } from "@knots/api";
import type { Lister } from "@knots/client";
import type { KubeObject } from "@knots/machinery";
import { createVirtualClock, seededRandom, silentLogger } from "@knots/std";
import { cache } from "./plugins/cache.ts";
import { forward } from "./plugins/forward.node.ts";
import { kubernetes } from "./plugins/kubernetes.ts";
import { shuffle } from "./plugins/shuffle.ts";
import { type Answer, chain, type Plugin } from "./resolver.ts";
import { startDnsServer } from "./server.node.ts";

const live = { uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z", namespace: "a" };

function lister<T extends KubeObject>(
  objects: readonly T[],
  index: (object: T) => readonly string[] = () => [],
): Lister<T> {
  return {
    get: (namespace, name) =>
      objects.find((object) => object.metadata.namespace === namespace && object.metadata.name === name),
    list: () => objects,
    byIndex: (_index, value) => objects.filter((object) => index(object).includes(value)),
  };
}

function service(name: string, spec: Service["spec"]): Service {
  return { apiVersion: "v1", kind: "Service", metadata: { ...live, name }, spec };
}
const services = [
  service("web", {
    clusterIP: "10.96.0.7",
    ports: [
      { name: "http", port: 80 },
      { name: "dns", port: 53, protocol: "UDP" },
    ],
  }),
  service("db", { clusterIP: "None", ports: [{ name: "sql", port: 5432 }] }),
  service("empty", { clusterIP: "None", ports: [{ port: 1 }] }),
  service("away", { type: "ExternalName", externalName: "Example.org." }),
];
const slices: readonly EndpointSlice[] = [
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...live, name: "db-1", labels: { "kubernetes.io/service-name": "db" } },
    addressType: "IPv4",
    endpoints: [
      { addresses: ["10.244.0.2"], hostname: "db-0", conditions: { ready: true } },
      { addresses: ["10.244.0.3"], conditions: { ready: true } },
      { addresses: ["10.244.0.4"], conditions: { ready: false } },
    ],
    ports: [{ name: "sql", port: 15432, protocol: "TCP" }],
  },
];
const pod: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { ...live, name: "p" },
  spec: { containers: [] },
  status: { podIP: "10.244.0.9" },
};

const outside: Plugin = async (question) => ({
  code: question.name === "example.org" ? "NOERROR" : "NXDOMAIN",
  authoritative: false,
  answers:
    question.name === "example.org" && question.type === "A"
      ? [{ name: "example.org", type: "A", ttl: 60, data: "192.0.2.1" }]
      : [],
});
const cluster = kubernetes(
  {
    services: lister(services, ({ spec }) => [spec.clusterIP ?? ""]),
    slices: lister(slices, ({ metadata, endpoints }) => [
      `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"]}`,
      ...(endpoints ?? []).flatMap(({ addresses }) => addresses),
    ]),
    pods: lister([pod], (candidate) => [candidate.status?.podIP ?? ""]),
    namespaceExists: (namespace) => namespace === "a",
  },
  { zone: "cluster.local" },
);
const resolve = chain([cluster, outside]);

function shown(answer: Answer): string {
  const data = answer.answers.map((record) => {
    if (record.type !== "SRV") return String(record.data);
    const { port, target } = record.data as { port: number; target: string };
    return `${port} ${target}`;
  });
  return `${answer.code} ${data.join(" ")}`.trim();
}

const rows: readonly (readonly [string, string, string])[] = [
  ["web.a.svc.cluster.local", "A", "NOERROR 10.96.0.7"],
  ["web.a.svc.cluster.local", "AAAA", "NOERROR"],
  ["db.a.svc.cluster.local", "A", "NOERROR 10.244.0.2 10.244.0.3"],
  ["db-0.db.a.svc.cluster.local", "A", "NOERROR 10.244.0.2"],
  ["10-244-0-3.db.a.svc.cluster.local", "A", "NOERROR 10.244.0.3"],
  ["10-244-0-4.db.a.svc.cluster.local", "A", "NXDOMAIN"],
  ["empty.a.svc.cluster.local", "A", "NXDOMAIN"],
  ["_http._tcp.web.a.svc.cluster.local", "SRV", "NOERROR 80 web.a.svc.cluster.local"],
  ["_dns._udp.web.a.svc.cluster.local", "SRV", "NOERROR 53 web.a.svc.cluster.local"],
  ["_dns._tcp.web.a.svc.cluster.local", "SRV", "NXDOMAIN"],
  [
    "_sql._tcp.db.a.svc.cluster.local",
    "SRV",
    "NOERROR 15432 db-0.db.a.svc.cluster.local 15432 10-244-0-3.db.a.svc.cluster.local",
  ],
  ["away.a.svc.cluster.local", "A", "NOERROR example.org 192.0.2.1"],
  ["none.a.svc.cluster.local", "A", "NXDOMAIN"],
  ["web.b.svc.cluster.local", "A", "NXDOMAIN"],
  ["a.svc.cluster.local", "A", "NOERROR"],
  ["svc.cluster.local", "A", "NOERROR"],
  ["nothing.cluster.local", "A", "NXDOMAIN"],
  ["10-244-0-9.a.pod.cluster.local", "A", "NOERROR 10.244.0.9"],
  ["10-244-0-8.a.pod.cluster.local", "A", "NXDOMAIN"],
  ["7.0.96.10.in-addr.arpa", "PTR", "NOERROR web.a.svc.cluster.local"],
  ["2.0.244.10.in-addr.arpa", "PTR", "NOERROR db-0.db.a.svc.cluster.local"],
  ["1.2.0.192.in-addr.arpa", "PTR", "NXDOMAIN"],
  ["example.org", "A", "NOERROR 192.0.2.1"],
];
for (const [name, type, expected] of rows)
  test(`${type} ${name} is ${expected}`, async () => {
    assert.equal(shown(await resolve({ name, type })), expected);
  });

test("the cache asks once while a record lives, counts its age, and keeps within its bound", async () => {
  const clock = createVirtualClock();
  let asked = 0;
  const counting: Plugin = (question, next) => {
    asked++;
    return next(question);
  };
  const cached = chain([cache({ clock, entries: 1 }), counting, outside]);
  const question = { name: "example.org", type: "A" };
  await Promise.all([cached(question), cached(question)]);
  await clock.advance(20_000);
  assert.equal((await cached(question)).answers[0]?.ttl, 40);
  assert.equal(asked, 1);
  await clock.advance(40_000);
  await cached(question);
  assert.equal(asked, 2);
});

test("over the wire: UDP, a cut answer that comes back over TCP, forwarding, and what cannot be answered", async (t) => {
  const many: Plugin = async (question, next) =>
    question.name === "many.test"
      ? {
          code: "NOERROR",
          authoritative: true,
          answers: Array.from({ length: 200 }, (_, i) => ({
            name: "many.test",
            type: "A",
            ttl: 5,
            data: `10.1.1.${i}`,
          })),
        }
      : next(question);
  const upstream = await startDnsServer({
    resolve: chain([many, outside]),
    addresses: ["127.0.0.1"],
    port: 0,
    log: silentLogger,
  });
  t.after(() => upstream.close());
  const forwarding = forward({ servers: async () => [`127.0.0.1:${upstream.port}`], random: seededRandom(1) });
  const server = await startDnsServer({
    resolve: chain([shuffle(seededRandom(1)), cluster, forwarding]),
    addresses: ["127.0.0.1"],
    port: 0,
    log: silentLogger,
  });
  t.after(() => server.close());
  const client = new Resolver({ timeout: 2000, tries: 1 });
  client.setServers([`127.0.0.1:${server.port}`]);
  assert.deepEqual(await client.resolve4("web.a.svc.cluster.local"), ["10.96.0.7"]);
  assert.deepEqual((await client.resolve4("db.a.svc.cluster.local")).sort(), ["10.244.0.2", "10.244.0.3"]);
  assert.equal((await client.resolve4("many.test")).length, 200);
  assert.deepEqual(await client.resolve4("example.org"), ["192.0.2.1"]);
  assert.deepEqual(await client.reverse("10.96.0.7"), ["web.a.svc.cluster.local"]);
  await assert.rejects(client.resolve4("none.example"), { code: "ENOTFOUND" });
  await assert.rejects(startDnsServer({ resolve, addresses: ["127.0.0.1"], port: server.port, log: silentLogger }), {
    code: "EADDRINUSE",
  });
});
