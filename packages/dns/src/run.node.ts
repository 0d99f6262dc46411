// DNS of a node: the cluster's names from informers, everything else from the host's name servers.
import { EndpointSlice, Namespace, Pod, Service } from "@knots/api";
import type { Informers } from "@knots/client";
import type { Clock, Logger, Random } from "@knots/std";
import { cache } from "./plugins/cache.ts";
import { forward } from "./plugins/forward.node.ts";
import { kubernetes } from "./plugins/kubernetes.ts";
import { shuffle } from "./plugins/shuffle.ts";
import { type Answer, chain, type Plugin } from "./resolver.ts";
import { type DnsServer, startDnsServer } from "./server.node.ts";
import { hostUpstreams } from "./upstreams.node.ts";

export interface DnsOptions {
  readonly informers: Informers;
  /** Local addresses to listen on, such as the bridge's. */
  readonly addresses: readonly string[];
  /** 53 when not given; 0 picks a free one. */
  readonly port?: number;
  /** `cluster.local` when not given. */
  readonly zone?: string;
  /** Address of the DNS Service: like `addresses` it is never asked, should the host's configuration name it. */
  readonly serviceAddress?: string;
  /** /etc/resolv.conf when not given. */
  readonly resolvConf?: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** A running DNS server; closing it lets go of its ports. */
export interface RunningDns extends DnsServer {
  /** Resolves when cluster names can be answered; until then they are SERVFAIL, so that clients ask again. */
  readonly ready: Promise<void>;
}

const NOT_YET: Answer = { code: "SERVFAIL", authoritative: false, answers: [] };
const SERVICE_NAME = "kubernetes.io/service-name";

const byService = ({ metadata }: EndpointSlice): readonly string[] => [
  `${metadata.namespace}/${metadata.labels?.[SERVICE_NAME] ?? ""}`,
];
const byEndpointAddress = ({ endpoints }: EndpointSlice): readonly string[] => [
  ...new Set((endpoints ?? []).flatMap(({ addresses }) => addresses)),
];
const byClusterAddress = ({ spec }: Service): readonly string[] => (spec.clusterIP ? [spec.clusterIP] : []);
/** A pod of the host's network has no name of its own. */
const byPodAddress = ({ spec, status }: Pod): readonly string[] =>
  status?.podIP && !spec.hostNetwork ? [status.podIP] : [];

/** The copies that answers are made from, and the promise that all of them are complete. */
function sourcesOf(informers: Informers) {
  const services = informers.informer(Service);
  const slices = informers.informer(EndpointSlice);
  const pods = informers.informer(Pod);
  const namespaces = informers.informer(Namespace);
  services.addIndex("address", byClusterAddress);
  slices.addIndex("service", byService);
  slices.addIndex("address", byEndpointAddress);
  pods.addIndex("ip", byPodAddress);
  const synced = Promise.all([services, slices, pods, namespaces].map((informer) => informer.synced()));
  const namespaceExists = (name: string): boolean => namespaces.get("", name) !== undefined;
  return { services, slices, pods, namespaceExists, synced };
}

/** Starts listening at once; rejects when a port is taken, with nothing left open. */
export async function runDns(options: DnsOptions): Promise<RunningDns> {
  const { addresses, zone = "cluster.local", clock, random, log } = options;
  const { synced, ...sources } = sourcesOf(options.informers);
  let complete = false;
  const ready = synced.then(() => {
    complete = true;
  });
  ready.catch(() => {});
  const untilComplete: Plugin = (question, next) =>
    complete || !`.${question.name}`.endsWith(`.${zone}`) ? next(question) : Promise.resolve(NOT_YET);
  const own = [...addresses, ...(options.serviceAddress ? [options.serviceAddress] : [])];
  const servers = hostUpstreams({ path: options.resolvConf ?? "/etc/resolv.conf", own, clock });
  const resolve = chain([
    untilComplete,
    shuffle(random),
    kubernetes(sources, { zone }),
    cache({ clock }),
    forward({ servers, random }),
  ]);
  const server = await startDnsServer({
    resolve,
    addresses,
    log,
    ...(options.port !== undefined && { port: options.port }),
  });
  return { ...server, ready };
}
