// One cluster's network on this machine: API in memory, pod network, service rules, DNS; objects are written by the test.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { builtinKinds, type Endpoint, EndpointSlice, Namespace, Pod, Service } from "@knots/api";
import { type Client, createClient, createFakeApi, createInformers, type Informers } from "@knots/client";
import { runDns } from "@knots/dns";
import type { Part } from "@knots/host";
import { machineKernel, openPodNetwork, type PodNetwork, runServices, servicesTable } from "@knots/network";
import { createLogger, createMetrics, type Metrics, platformRandom, realClock } from "@knots/std";
import { addPod, type TestPod } from "./pods.ts";

export interface StageOptions {
  readonly id: string;
  readonly part: Part;
  readonly folder: string;
  /** Second number of pod addresses: 244 makes 10.244.0.0/16. */
  readonly pods: number;
  readonly serviceRange: string;
  readonly dnsAddress: string;
  /** Node ports on every address. */
  readonly exposed?: boolean;
}

/** What the test says of an endpoint besides its address. */
export interface EndpointRow extends Partial<Endpoint> {
  readonly addresses: readonly string[];
}

export interface Stage {
  readonly network: PodNetwork;
  readonly client: Client;
  readonly metrics: Metrics;
  readonly node: string;
  pod(name: string): Promise<TestPod>;
  /** Writes a Service and waits for its rules. */
  service(name: string, spec: Service["spec"]): Promise<Service>;
  /** Writes the endpoints of a service and waits for their rules. */
  endpoints(service: string, rows: readonly EndpointRow[], port?: EndpointPort): Promise<void>;
  /** Writes a pod of this node with its status. */
  podObject(name: string, pod: Pick<Pod, "spec" | "status">): Promise<void>;
  /** Ends the loop of service rules, leaving the rules, and starts another. */
  restartServices(): Promise<void>;
  /** Waits for everything written so far. */
  settled(): Promise<void>;
  /** Resolves when the next line with this message is logged. */
  logged(message: string): Promise<void>;
  remove(): Promise<void>;
}
export interface EndpointPort {
  readonly port: number;
  readonly protocol?: "TCP" | "UDP";
}

const NODE = "n1";

/** A log that can be waited on; what went wrong is shown. */
function listeningLog() {
  const waiting = new Map<string, () => void>();
  const write = (line: string): void => {
    const { level, message } = JSON.parse(line) as { readonly level: string; readonly message: string };
    waiting.get(message)?.();
    if (level === "error") process.stderr.write(`${line}\n`);
  };
  const logged = (message: string): Promise<void> =>
    new Promise((resolve) => {
      waiting.set(message, resolve);
    });
  return { log: createLogger({ clock: realClock, write }), logged };
}

interface Written {
  readonly metadata: { readonly resourceVersion?: string };
}

function objectsOf(client: Client, informers: Informers, applied: () => Promise<void>) {
  const reached = async (kind: typeof Service | typeof EndpointSlice | typeof Pod, { metadata }: Written) => {
    await informers
      .informer(kind, kind === Pod ? { fieldSelector: `spec.nodeName=${NODE}` } : {})
      .reached(metadata.resourceVersion ?? "");
    await applied();
  };
  const namespace = "a";
  return {
    async service(name: string, spec: Service["spec"]) {
      const old = await client.find(Service, { namespace, name });
      const written = old
        ? await client.update(Service, { ...old, spec })
        : await client.create(Service, { metadata: { name, namespace }, spec });
      await reached(Service, written);
      return written;
    },
    async endpoints(service: string, rows: readonly EndpointRow[], port: EndpointPort = { port: 8080 }) {
      const old = await client.find(EndpointSlice, { namespace, name: service });
      const endpoints = rows.map((row) => ({ nodeName: NODE, conditions: { ready: true, serving: true }, ...row }));
      const labels = { "kubernetes.io/service-name": service };
      const ports = [{ name: "", protocol: "TCP" as const, ...port }];
      const written = old
        ? await client.update(EndpointSlice, { ...old, endpoints, ports })
        : await client.create(EndpointSlice, {
            metadata: { name: service, namespace, labels },
            addressType: "IPv4",
            endpoints,
            ports,
          });
      await reached(EndpointSlice, written);
    },
    async podObject(name: string, { spec, status }: Pick<Pod, "spec" | "status">) {
      const created = await client.create(Pod, { metadata: { name, namespace }, spec: { ...spec, nodeName: NODE } });
      const written = await client.updateStatus(Pod, { ...created, ...(status && { status }) });
      await reached(Pod, written);
    },
  };
}

/** Puts everything up. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const { id, part, folder, pods, serviceRange } = options;
  const { log, logged } = listeningLog();
  const outside = { clock: realClock, random: platformRandom, log };
  const cniFolder = join(folder, id, "cni");
  mkdirSync(cniFolder, { recursive: true });
  const podRange = `10.${pods}.0.0/16`;
  const nodeRange = `10.${pods}.0.0/24`;
  const stateFolder = join(folder, id, "network");
  const network = await openPodNetwork({ id, nodeRange, podRange, serviceRange, cniFolder, stateFolder, log });
  const api = createFakeApi({ kinds: builtinKinds, clock: realClock });
  const client = createClient(api.transport);
  const informers = createInformers({ client, ...outside });
  const metrics = createMetrics();
  const table = {
    table: servicesTable(id),
    podRange,
    serviceRange,
    bridge: network.bridge,
    ...(!options.exposed && { nodePortAddresses: ["127.0.0.0/8", network.gateway] }),
  };
  const start = () => runServices({ informers, node: NODE, table, kernel: machineKernel, metrics, ...outside });
  let services = start();
  await client.create(Namespace, { metadata: { name: "a" } });
  const dns = await runDns({ informers, addresses: [network.gateway], serviceAddress: options.dnsAddress, ...outside });
  await Promise.all([services.ready, dns.ready]);
  const settled = (): Promise<void> => services.settled();
  return {
    network,
    client,
    metrics,
    node: NODE,
    pod: (name) => addPod({ network, cniFolder, part }, name),
    ...objectsOf(client, informers, settled),
    settled,
    logged,
    async restartServices() {
      await services.stop();
      services = start();
      await services.ready;
    },
    async remove() {
      await dns.close();
      await services.remove();
      await informers.close();
      await network.remove();
    },
  };
}
