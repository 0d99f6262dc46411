// Program: measures service rules against a real kernel, in a machine of its own; prints one line of JSON.
import { fileURLToPath } from "node:url";
import { builtinKinds, EndpointSlice, Service } from "@knots/api";
import { createClient, createFakeApi, createInformers } from "@knots/client";
import { machineKernel, runServices } from "@knots/network";
import { platformRandom, realClock, silentLogger } from "@knots/std";
import { insideMachine, runInMachine } from "../../testkit/machine/machine.node.ts";

const SERVICES = 1000;
const CHANGES = 300;
const namespace = "bench";

const at = (index: number, generation: number) => `10.244.${generation % 250}.${(index % 250) + 1}`;
const endpoints = (index: number, generation: number) =>
  [0, 1, 2].map((place) => ({ addresses: [at(index, generation + place)], conditions: { ready: true } }));

async function fill() {
  const api = createFakeApi({ kinds: builtinKinds, clock: realClock });
  const client = createClient(api.transport);
  for (let index = 0; index < SERVICES; index++) {
    const name = `service-${index}`;
    const clusterIP = `10.96.${Math.floor(index / 250)}.${(index % 250) + 1}`;
    await client.create(Service, { metadata: { name, namespace }, spec: { clusterIP, ports: [{ port: 80 }] } });
    await client.create(EndpointSlice, {
      metadata: { name, namespace, labels: { "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      endpoints: endpoints(index, 0),
      ports: [{ name: "", port: 8080, protocol: "TCP" }],
    });
  }
  return client;
}

function share(sorted: readonly number[], part: number): number {
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 10) / 10;
}

async function measure(): Promise<void> {
  const client = await fill();
  const outside = { clock: realClock, random: platformRandom, log: silentLogger };
  const informers = createInformers({ client, ...outside });
  await Promise.all([informers.informer(Service).synced(), informers.informer(EndpointSlice).synced()]);
  const table = {
    table: "knots_bench",
    podRange: "10.244.0.0/16",
    serviceRange: "10.96.0.0/12",
    bridge: "ktsbench",
    nodePortAddresses: ["127.0.0.0/8"],
  };
  const start = performance.now();
  const services = runServices({ informers, node: "n1", table, kernel: machineKernel, ...outside });
  await services.ready;
  const fullBuild = performance.now() - start;
  const took: number[] = [];
  for (let change = 1; change <= CHANGES; change++) {
    const index = (change * 7) % SERVICES;
    const slice = await client.get(EndpointSlice, { namespace, name: `service-${index}` });
    const before = performance.now();
    const { metadata } = await client.update(EndpointSlice, { ...slice, endpoints: endpoints(index, change) });
    await informers.informer(EndpointSlice).reached(metadata.resourceVersion ?? "");
    await services.settled();
    took.push(performance.now() - before);
  }
  await services.remove();
  await informers.close();
  took.sort((a, b) => a - b);
  const report = {
    services: SERVICES,
    fullBuild: Math.round(fullBuild),
    p50: share(took, 0.5),
    p99: share(took, 0.99),
  };
  console.log(JSON.stringify({ "service rules, milliseconds": report }));
}

if (insideMachine()) await measure();
else {
  const { code, output } = await runInMachine([process.execPath, fileURLToPath(import.meta.url)]);
  process.stdout.write(output);
  process.exitCode = code;
}
