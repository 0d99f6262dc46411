// From Services and EndpointSlices to virtual ports: what is reached under which address, and who answers on this node.
import type { Endpoint, EndpointSlice, Service } from "@knots/api";

/** Where a connection may end. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** One port of a service as the kernel sees it. */
export interface VirtualPort {
  /** `namespace/service:port`, unique. */
  readonly name: string;
  readonly protocol: "tcp" | "udp" | "sctp";
  /** Virtual addresses (cluster IP and external IPs), all on `port`. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly nodePort?: number;
  /** Who answers on cluster addresses; empty refuses connections. */
  readonly targets: readonly Target[];
  /** Who answers on the node port (with `externalTrafficPolicy: Local`, only this node's). */
  readonly nodePortTargets: readonly Target[];
  /** Keep a client's address for node port connections. */
  readonly keepSource: boolean;
  /** Seconds that a client stays with its target; absent means every connection is placed anew. */
  readonly affinitySeconds?: number;
}

/** Name of the label that ties a slice to its service. */
const SERVICE_NAME = "kubernetes.io/service-name";
const DEFAULT_AFFINITY = 10_800;

const isReady = (endpoint: Endpoint): boolean => endpoint.conditions?.ready !== false;
const isServing = (endpoint: Endpoint): boolean => endpoint.conditions?.serving === true;

/** Ready endpoints; when there is none, those that still serve while they end. */
function usable(endpoints: readonly PlacedTarget[]): readonly PlacedTarget[] {
  const ready = endpoints.filter(({ endpoint }) => isReady(endpoint));
  return ready.length > 0 ? ready : endpoints.filter(({ endpoint }) => isServing(endpoint));
}

interface PlacedTarget {
  readonly endpoint: Endpoint;
  readonly target: Target;
}

function placedTargets(slices: readonly EndpointSlice[], portName: string, protocol: string): readonly PlacedTarget[] {
  return slices
    .filter((slice) => slice.addressType === "IPv4")
    .flatMap((slice) => {
      const port = slice.ports?.find(
        (candidate) => (candidate.name ?? "") === portName && (candidate.protocol ?? "TCP") === protocol,
      )?.port;
      if (port === undefined) return [];
      return (slice.endpoints ?? []).flatMap((endpoint) =>
        endpoint.addresses.slice(0, 1).map((address) => ({ endpoint, target: { address, port } })),
      );
    });
}

/** Targets without repetition, in a stable order. */
function targetsOf(endpoints: readonly PlacedTarget[]): readonly Target[] {
  const byKey = new Map(endpoints.map(({ target }) => [`${target.address}:${target.port}`, target]));
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []);
}

const isVirtual = (service: Service): boolean =>
  service.spec.type !== "ExternalName" &&
  service.spec.clusterIP !== undefined &&
  !["", "None"].includes(service.spec.clusterIP);

function protocolOf(text: string): VirtualPort["protocol"] {
  return text === "UDP" ? "udp" : text === "SCTP" ? "sctp" : "tcp";
}

type ServicePort = NonNullable<Service["spec"]["ports"]>[number];

function virtualPort(
  service: Service,
  port: ServicePort,
  context: { readonly slices: readonly EndpointSlice[]; readonly node: string },
): VirtualPort {
  const { spec, metadata } = service;
  const protocol = port.protocol ?? "TCP";
  const all = placedTargets(context.slices, port.name ?? "", protocol);
  const local = all.filter(({ endpoint }) => endpoint.nodeName === context.node);
  const keepSource = spec.externalTrafficPolicy === "Local";
  const affinity =
    spec.sessionAffinity === "ClientIP"
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY)
      : undefined;
  return {
    name: `${metadata.namespace}/${metadata.name}:${port.name ?? ""}`,
    protocol: protocolOf(protocol),
    addresses: [spec.clusterIP ?? "", ...(spec.externalIPs ?? [])],
    port: port.port,
    ...(port.nodePort && { nodePort: port.nodePort }),
    targets: targetsOf(usable(spec.internalTrafficPolicy === "Local" ? local : all)),
    nodePortTargets: targetsOf(usable(keepSource ? local : all)),
    keepSource,
    ...(affinity !== undefined && { affinitySeconds: affinity }),
  };
}

/** All virtual ports of the cluster as `node` should answer them, ordered by name. */
export function virtualPorts(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  node: string,
): readonly VirtualPort[] {
  const byService = Map.groupBy(
    slices,
    (slice) => `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME] ?? ""}`,
  );
  return services
    .filter(isVirtual)
    .flatMap((service) => {
      const own = byService.get(`${service.metadata.namespace}/${service.metadata.name}`) ?? [];
      return (service.spec.ports ?? []).map((port) => virtualPort(service, port, { slices: own, node }));
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
