// From a Service and its EndpointSlices to virtual ports.
import { CLIENT_IP_AFFINITY_SECONDS, type Endpoint, type EndpointSlice, type Service } from "@knots/api";
import { byName, protocolOf, type Target, type VirtualPort } from "./model.ts";

/** Label that ties a slice to its service. */
const SERVICE_NAME = "kubernetes.io/service-name";
/** Label that hands a service to another implementation. */
const OTHER_PROXY = "service.kubernetes.io/service-proxy-name";

/** `namespace/name` of the service that a slice belongs to. */
export const serviceOfSlice = ({ metadata }: EndpointSlice): string =>
  `${metadata.namespace}/${metadata.labels?.[SERVICE_NAME] ?? ""}`;

const isReady = (endpoint: Endpoint): boolean => endpoint.conditions?.ready !== false;
const isServing = (endpoint: Endpoint): boolean => endpoint.conditions?.serving === true;

interface PlacedTarget {
  readonly endpoint: Endpoint;
  readonly target: Target;
}

/** Ready endpoints; when there is none, those that still serve while they end. */
function usable(endpoints: readonly PlacedTarget[]): readonly PlacedTarget[] {
  const ready = endpoints.filter(({ endpoint }) => isReady(endpoint));
  return ready.length > 0 ? ready : endpoints.filter(({ endpoint }) => isServing(endpoint));
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

/** Whether a service has an address that this node must answer. */
export function isVirtual({ metadata, spec }: Service): boolean {
  return (
    spec.type !== "ExternalName" &&
    !["", "None"].includes(spec.clusterIP ?? "") &&
    metadata.labels?.[OTHER_PROXY] === undefined
  );
}

type ServicePort = NonNullable<Service["spec"]["ports"]>[number];

function affinityOf({ spec }: Service): number | undefined {
  if (spec.sessionAffinity !== "ClientIP") return undefined;
  return spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? CLIENT_IP_AFFINITY_SECONDS;
}

function virtualPort(
  service: Service,
  port: ServicePort,
  place: { readonly slices: readonly EndpointSlice[]; readonly node: string },
): VirtualPort {
  const { spec, metadata } = service;
  const all = placedTargets(place.slices, port.name ?? "", port.protocol ?? "TCP");
  const local = all.filter(({ endpoint }) => endpoint.nodeName === place.node);
  const keepSource = spec.externalTrafficPolicy === "Local";
  const affinitySeconds = affinityOf(service);
  return {
    name: `${metadata.namespace}/${metadata.name}:${port.name ?? ""}`,
    protocol: protocolOf(port.protocol),
    port: port.port,
    ...(spec.clusterIP && { clusterAddress: spec.clusterIP }),
    externalAddresses: spec.externalIPs ?? [],
    ...(port.nodePort && { nodePort: port.nodePort }),
    targets: targetsOf(usable(spec.internalTrafficPolicy === "Local" ? local : all)),
    outsideTargets: targetsOf(usable(keepSource ? local : all)),
    keepSource,
    ...(affinitySeconds !== undefined && { affinitySeconds }),
  };
}

/** Virtual ports of one service as `node` should answer them; `slices` are the service's own. */
export function servicePorts(service: Service, slices: readonly EndpointSlice[], node: string): readonly VirtualPort[] {
  if (!isVirtual(service)) return [];
  return (service.spec.ports ?? []).map((port) => virtualPort(service, port, { slices, node }));
}

/** Virtual ports of all services, ordered by name. */
export function virtualPorts(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  node: string,
): readonly VirtualPort[] {
  const byService = Map.groupBy(slices, serviceOfSlice);
  return services
    .flatMap((service) =>
      servicePorts(service, byService.get(`${service.metadata.namespace}/${service.metadata.name}`) ?? [], node),
    )
    .sort(byName);
}
