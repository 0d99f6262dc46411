// Names of services and pods under the cluster's zone, and the reverse look-ups of their addresses.
import type { EndpointSlice, Pod, Service } from "@knots/api";
import type { Lister } from "@knots/client";
import type { Answer, Plugin, Question, Resolve, ResourceRecord } from "../resolver.ts";
import { endpointName, endpointsOf, portsOf, portTarget } from "./endpoints.ts";

/** Where the records come from. */
export interface KubernetesSources {
  /** Services filed by cluster address in the index "address". */
  readonly services: Lister<Service>;
  /** Slices filed under `namespace/service` in the index "service" and by their endpoints' addresses in "address". */
  readonly slices: Lister<EndpointSlice>;
  /** Pods filed by address in the index "ip". */
  readonly pods: Lister<Pod>;
  readonly namespaceExists: (namespace: string) => boolean;
}
export interface KubernetesOptions {
  /** The zone, such as `cluster.local`. */
  readonly zone: string;
  /** Seconds that clients may keep an answer; 5 when not given. */
  readonly ttl?: number;
}

interface Context extends KubernetesSources {
  readonly zone: string;
  readonly ttl: number;
}

const record = (context: Context, name: string, type: string, data: unknown): ResourceRecord => ({
  name,
  type,
  ttl: context.ttl,
  data,
});

function soa({ zone, ttl }: Context): ResourceRecord {
  const data = {
    mname: `ns.dns.${zone}`,
    rname: `hostmaster.${zone}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: ttl,
  };
  return { name: zone, type: "SOA", ttl, data };
}

function missing(context: Context): Answer {
  return { code: "NXDOMAIN", authoritative: true, answers: [], authorities: [soa(context)] };
}
function found(
  context: Context,
  answers: readonly ResourceRecord[],
  additionals: readonly ResourceRecord[] = [],
): Answer {
  const authorities = answers.length === 0 ? [soa(context)] : [];
  return { code: "NOERROR", authoritative: true, answers, authorities, additionals };
}

const SERVICE_NAME = "kubernetes.io/service-name";
const isHeadless = (service: Service): boolean => service.spec.clusterIP === "None";

/** Every name below a service, with its address records and the SRV target that stands for it. */
function hostsOf(context: Context, service: Service): ReadonlyMap<string, readonly string[]> {
  const base = `${service.metadata.name}.${service.metadata.namespace}.svc.${context.zone}`;
  const hosts = new Map<string, string[]>();
  for (const { endpoint, address } of endpointsOf(context.slices, service)) {
    const name = `${endpointName(endpoint, address)}.${base}`;
    hosts.set(name, [...(hosts.get(name) ?? []), address]);
  }
  return hosts;
}

const addressRecords = (context: Context, name: string, addresses: readonly string[]): readonly ResourceRecord[] =>
  addresses.map((address) => record(context, name, "A", address));

function addressesOf(context: Context, service: Service): readonly string[] {
  if (isHeadless(service)) return [...new Set(endpointsOf(context.slices, service).map(({ address }) => address))];
  return service.spec.clusterIP ? [service.spec.clusterIP] : [];
}

async function external(
  context: Context,
  service: Service,
  { question, next }: { readonly question: Question; readonly next: Resolve },
): Promise<Answer> {
  const target = (service.spec.externalName ?? "").replace(/\.$/, "").toLowerCase();
  const alias = record(context, question.name, "CNAME", target);
  if (question.type === "CNAME") return found(context, [alias]);
  const behind = await next({ name: target, type: question.type });
  return found(context, [alias, ...behind.answers]);
}

/** SRV records of one port, or of all ports when none is named. */
function serviceRecords(
  context: Context,
  service: Service,
  question: Question,
  port?: { readonly name: string; readonly protocol: string },
): Answer {
  const base = `${service.metadata.name}.${service.metadata.namespace}.svc.${context.zone}`;
  const wanted = portsOf(service).filter(
    (candidate) => !port || (candidate.name === port.name && candidate.protocol === port.protocol),
  );
  if (port && wanted.length === 0) return missing(context);
  if (question.type !== "SRV") return found(context, []);
  if (!isHeadless(service)) {
    const answers = wanted.map(({ number }) =>
      record(context, question.name, "SRV", { priority: 0, weight: 100, port: number, target: base }),
    );
    return found(context, answers, addressRecords(context, base, addressesOf(context, service)));
  }
  const hosts = hostsOf(context, service);
  const answers = [...hosts.keys()].flatMap((host) =>
    wanted.map((candidate) =>
      record(context, question.name, "SRV", {
        priority: 0,
        weight: Math.floor(100 / hosts.size),
        port: portTarget(context.slices, service, candidate),
        target: host,
      }),
    ),
  );
  return found(
    context,
    answers,
    [...hosts].flatMap(([host, addresses]) => addressRecords(context, host, addresses)),
  );
}

async function serviceAnswer(
  context: Context,
  labels: readonly string[],
  asked: { readonly question: Question; readonly next: Resolve },
): Promise<Answer> {
  const { question } = asked;
  const [namespace = "", name, ...front] = labels.toReversed();
  if (!context.namespaceExists(namespace)) return missing(context);
  if (name === undefined) return found(context, []);
  const service = context.services.get(namespace, name);
  if (!service) return missing(context);
  if (service.spec.type === "ExternalName")
    return front.length === 0 ? external(context, service, asked) : missing(context);
  if (front.length === 0) {
    if (isHeadless(service) && endpointsOf(context.slices, service).length === 0) return missing(context);
    if (question.type === "SRV") return serviceRecords(context, service, question);
    return found(
      context,
      question.type === "A" ? addressRecords(context, question.name, addressesOf(context, service)) : [],
    );
  }
  return belowService(context, service, { question, front });
}

function belowService(
  context: Context,
  service: Service,
  { question, front }: { readonly question: Question; readonly front: readonly string[] },
): Answer {
  const [first = "", second] = front;
  if (second !== undefined) {
    if (front.length !== 2 || !first.startsWith("_") || !second.startsWith("_")) return missing(context);
    return serviceRecords(context, service, question, { name: second.slice(1), protocol: first.slice(1) });
  }
  if (first === "_tcp" || first === "_udp" || first === "_sctp") return found(context, []);
  const addresses = isHeadless(service) ? hostsOf(context, service).get(question.name) : undefined;
  if (!addresses) return missing(context);
  return found(context, question.type === "A" ? addressRecords(context, question.name, addresses) : []);
}

function podAnswer(context: Context, labels: readonly string[], question: Question): Answer {
  const [namespace = "", dashed, ...rest] = labels.toReversed();
  if (!context.namespaceExists(namespace) || rest.length > 0) return missing(context);
  if (dashed === undefined) return found(context, []);
  const address = dashed.replaceAll("-", ".");
  const known = context.pods.byIndex("ip", address).some((pod) => pod.metadata.namespace === namespace);
  if (!known) return missing(context);
  return found(context, question.type === "A" ? addressRecords(context, question.name, [address]) : []);
}

/** Names below headless services under which an address is known. */
function hostNames(context: Context, address: string): readonly string[] {
  const owners = context.slices.byIndex("address", address).flatMap((slice) => {
    const service = context.services.get(slice.metadata.namespace ?? "", slice.metadata.labels?.[SERVICE_NAME] ?? "");
    return service && isHeadless(service) ? [service] : [];
  });
  const hosts = [...new Set(owners)].flatMap((service) => [...hostsOf(context, service)]);
  return hosts.filter(([, addresses]) => addresses.includes(address)).map(([host]) => host);
}

function reverse(context: Context, question: Question): Answer | undefined {
  const address = question.name.slice(0, -".in-addr.arpa".length).split(".").reverse().join(".");
  const services = context.services.byIndex("address", address);
  const names = services.map(({ metadata }) => `${metadata.name}.${metadata.namespace}.svc.${context.zone}`);
  const known = names.length > 0 ? names : hostNames(context, address);
  if (known.length === 0) return undefined;
  return found(
    context,
    question.type === "PTR" ? known.map((name) => record(context, question.name, "PTR", name)) : [],
  );
}

function inZone(context: Context, question: Question, next: Resolve): Answer | Promise<Answer> {
  const labels = question.name === context.zone ? [] : question.name.slice(0, -context.zone.length - 1).split(".");
  const branch = labels.at(-1);
  if (branch === undefined) return found(context, question.type === "SOA" ? [soa(context)] : []);
  if (question.name === `dns-version.${context.zone}`)
    return found(context, question.type === "TXT" ? [record(context, question.name, "TXT", ["1.1.0"])] : []);
  if (labels.length === 1) return branch === "svc" || branch === "pod" ? found(context, []) : missing(context);
  if (branch === "svc") return serviceAnswer(context, labels.slice(0, -1), { question, next });
  if (branch === "pod") return podAnswer(context, labels.slice(0, -1), question);
  return missing(context);
}

/** Answers names of the zone and reverse look-ups of cluster addresses; passes everything else on. */
export function kubernetes(sources: KubernetesSources, options: KubernetesOptions): Plugin {
  const context: Context = { ...sources, zone: options.zone, ttl: options.ttl ?? 5 };
  return async (question, next) => {
    if (question.name === context.zone || question.name.endsWith(`.${context.zone}`))
      return inZone(context, question, next);
    if (question.name.endsWith(".in-addr.arpa")) return reverse(context, question) ?? next(question);
    return next(question);
  };
}
