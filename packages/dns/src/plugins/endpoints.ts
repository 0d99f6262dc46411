// What the slices of a service say: addresses, host names, ports.
import type { Endpoint, EndpointSlice, Service } from "@knots/api";
import type { Lister } from "@knots/client";

export interface EndpointAddress {
  readonly endpoint: Endpoint;
  readonly address: string;
}
export interface NamedPort {
  readonly name: string;
  /** Lower case: tcp, udp, sctp. */
  readonly protocol: string;
  readonly number: number;
}

function slicesOf(slices: Lister<EndpointSlice>, service: Service): readonly EndpointSlice[] {
  return slices
    .byIndex("service", `${service.metadata.namespace}/${service.metadata.name}`)
    .filter((slice) => slice.addressType === "IPv4");
}

/** Addresses that may be named: ready ones, and all of them where the service publishes unready addresses. */
export function endpointsOf(slices: Lister<EndpointSlice>, service: Service): readonly EndpointAddress[] {
  return slicesOf(slices, service)
    .flatMap((slice) => slice.endpoints ?? [])
    .filter((endpoint) => service.spec.publishNotReadyAddresses === true || endpoint.conditions?.ready !== false)
    .flatMap((endpoint) => endpoint.addresses.map((address) => ({ endpoint, address })));
}

/** The label of an endpoint below its service: its host name, or its address with dashes. */
export function endpointName(endpoint: Endpoint, address: string): string {
  return endpoint.hostname ? endpoint.hostname.toLowerCase() : address.replaceAll(".", "-");
}

/** The ports of a service. */
export function portsOf(service: Service): readonly NamedPort[] {
  return (service.spec.ports ?? []).map(({ name = "", protocol = "TCP", port }) => ({
    name,
    protocol: protocol.toLowerCase(),
    number: port,
  }));
}

/** The port that endpoints listen on for a port of their headless service. */
export function portTarget(slices: Lister<EndpointSlice>, service: Service, port: NamedPort): number {
  const declared = slicesOf(slices, service)
    .flatMap((slice) => slice.ports ?? [])
    .find(
      (candidate) =>
        (candidate.name ?? "") === port.name && (candidate.protocol ?? "TCP").toLowerCase() === port.protocol,
    );
  return declared?.port ?? port.number;
}
