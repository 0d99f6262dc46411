// A node put together: pod network, service rules, DNS, ingress and the node agent, each under its own identity.
import { createClient, createEventRecorder, createInformers, type EventRecorder, type Informers } from "@knots/client";
import { runDns } from "@knots/dns";
import {
  type Connection,
  createHttpsTransport,
  type HttpsTransport,
  type KeyPair,
  type LeafRequest,
  type PkiFolder,
} from "@knots/host";
import { type HaproxyProgram, runIngress } from "@knots/ingress";
import { bridgeName, machineKernel, runServices, servicesTable } from "@knots/network";
import type { Clock, Logger, Random } from "@knots/std";
import { DNS_USER, INGRESS_USER, SERVICES_USER } from "../addons/objects.ts";
import { startAgent } from "./agent.node.ts";
import type { NodeSettings } from "./surroundings.ts";

export interface NodeProcessOptions {
  readonly settings: NodeSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Address of the API server, such as `https://127.0.0.1:6443`. */
  readonly server: string;
  /** Gives certificates; on one machine that of the control plane. */
  readonly pki: PkiFolder;
  readonly ingress: IngressSettings;
}
/** Where sites answer. */
export interface IngressSettings {
  readonly addresses: readonly string[];
  /** Addresses by which clients reach them, for the status of Ingresses. */
  readonly published: readonly string[];
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly haproxy: HaproxyProgram;
  /** Folder of HAProxy's files. */
  readonly folder: string;
}
/** A node at work. */
export interface RunningNode {
  /** Resolves when rules, names and routes are those of the API; until then those of the last run stay in force. */
  readonly ready: Promise<void>;
  /** Stops our parts; pods, rules and HAProxy go on. */
  close(): Promise<void>;
}

/** A part of the node that is up, with its way to the API. */
interface RunningPart {
  /** Resolves when it knows what the API holds. */
  readonly ready: Promise<unknown>;
  stop(): Promise<void>;
}

/** A way to the API as somebody, with informers and events. */
interface Access {
  readonly transport: HttpsTransport;
  readonly client: ReturnType<typeof createClient>;
  readonly informers: Informers;
  readonly recorder: EventRecorder;
  close(): Promise<void>;
}

async function accessAs(
  options: NodeProcessOptions,
  file: string,
  request: LeafRequest,
): Promise<Access & { readonly pair: KeyPair }> {
  const { pki, server, clock, random, log, settings } = options;
  const pair = await pki.leaf(file, request);
  const connection: Connection = { server, authority: pki.authority.certificate, ...pair };
  const transport = createHttpsTransport(connection, { clock, userAgent: `knots/${file}` });
  const client = createClient(transport);
  const own = log.child({ component: file });
  const informers = createInformers({ client, clock, random, log: own });
  const recorder = createEventRecorder({ client, clock, random, log: own, host: settings.name });
  return {
    transport,
    client,
    informers,
    recorder,
    pair,
    async close() {
      await recorder.close();
      await informers.close();
      transport.close();
    },
  };
}

const clientOnly = (user: string): LeafRequest => ({ user, usages: ["client"] });

async function startServices(options: NodeProcessOptions): Promise<RunningPart> {
  const { settings, clock, log } = options;
  const access = await accessAs(options, "services", clientOnly(SERVICES_USER));
  const services = runServices({
    informers: access.informers,
    node: settings.name,
    table: {
      table: servicesTable(settings.clusterId),
      podRange: settings.podRange,
      serviceRange: settings.serviceRange,
      bridge: bridgeName(settings.clusterId),
      ...(settings.exposed ? {} : { nodePortAddresses: ["127.0.0.0/8", settings.address] }),
    },
    kernel: machineKernel,
    clock,
    log: log.child({ component: "services" }),
  });
  const stop = async (): Promise<void> => {
    await services.stop();
    await access.close();
  };
  return { ready: services.ready, stop };
}

async function startDns(options: NodeProcessOptions): Promise<RunningPart> {
  const { settings, clock, random, log } = options;
  const access = await accessAs(options, "dns", clientOnly(DNS_USER));
  const dns = await runDns({
    informers: access.informers,
    addresses: [settings.address],
    zone: settings.clusterDomain,
    serviceAddress: settings.clusterDns,
    clock,
    random,
    log: log.child({ component: "dns" }),
  });
  const stop = async (): Promise<void> => {
    await dns.close();
    await access.close();
  };
  return { ready: dns.ready, stop };
}

async function startIngress(options: NodeProcessOptions): Promise<RunningPart> {
  const { pki, clock, log, ingress } = options;
  const access = await accessAs(options, "ingress", clientOnly(INGRESS_USER));
  const sign = async (host: string): Promise<string> => {
    const { certificate, key } = await pki.leaf(`sites/${host.replace("*", "_")}`, {
      user: host,
      usages: ["server"],
      dnsNames: [host],
    });
    return `${certificate}${key}`;
  };
  const running = await runIngress({
    ...ingress,
    client: access.client,
    informers: access.informers,
    recorder: access.recorder,
    clock,
    log: log.child({ component: "ingress" }),
    sign,
  });
  const stop = async (): Promise<void> => {
    await running.close();
    await access.close();
  };
  return { ready: running.synced(), stop };
}

async function startKubelet(options: NodeProcessOptions): Promise<RunningPart> {
  const { settings, clock, random, log } = options;
  const { name, address } = settings;
  const access = await accessAs(options, "node", {
    user: `system:node:${name}`,
    groups: ["system:nodes"],
    usages: ["client", "server"],
    dnsNames: [name],
    ipAddresses: [address],
  });
  const agent = await startAgent(
    { client: access.client, clock, random, log: log.child({ component: "kubelet" }), settings },
    access.pair,
  );
  const stop = async (): Promise<void> => {
    await agent.close();
    await access.close();
  };
  return { ready: Promise.resolve(), stop };
}

/** Starts everything; resolves when all parts are up, whether or not the API answers. */
export async function startNode(options: NodeProcessOptions): Promise<RunningNode> {
  const parts = await Promise.all([
    startServices(options),
    startDns(options),
    startIngress(options),
    startKubelet(options),
  ]);
  const ready = Promise.all(parts.map((part) => part.ready)).then(() => {});
  // Who closes early does not wait for it.
  ready.catch(() => {});
  return {
    ready,
    async close() {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}
