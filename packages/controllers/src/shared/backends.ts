// Which pods stand behind a service, and on which of their ports.
import type { Pod, Service } from "@knots/api";
import { isIPv6, type Selector, selectorFromLabels } from "@knots/machinery";
import { isReady, isTerminal } from "./pods.ts";

/** A port that traffic is sent to. */
export interface BackendPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly appProtocol?: string;
}
/** A pod behind a service. */
export interface Backend {
  readonly pod: Pod;
  /** Addresses of one family. */
  readonly addresses: readonly string[];
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly ports: readonly BackendPort[];
  /** Its own DNS name below the service. */
  readonly hostname: string | undefined;
}

export const isHeadless = ({ spec }: Service): boolean => spec?.clusterIP === "None";
/** Whether pods are looked up for the service: it has a selector and is not a mere name. */
export function selectorOfService({ spec }: Service): Selector | undefined {
  const selector = spec?.selector ?? {};
  return spec?.type === "ExternalName" || Object.keys(selector).length === 0 ? undefined : selectorFromLabels(selector);
}

type ServicePort = NonNullable<NonNullable<Service["spec"]>["ports"]>[number];

/** The number of a port on this pod; a named one is looked up in its containers, sidecars included. */
function portNumber({ spec }: Pod, { targetPort, port, protocol = "TCP" }: ServicePort): number | undefined {
  if (typeof targetPort === "number") return targetPort || port;
  if (targetPort === undefined || targetPort === "") return port;
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...(spec?.containers ?? []), ...sidecars]
    .flatMap(({ ports = [] }) => ports)
    .find((each) => each.name === targetPort && (each.protocol ?? "TCP") === protocol)?.containerPort;
}

function portsOf(service: Service, pod: Pod): readonly BackendPort[] {
  return (service.spec?.ports ?? []).flatMap((declared): readonly BackendPort[] => {
    const port = portNumber(pod, declared);
    const { name = "", protocol = "TCP", appProtocol } = declared;
    return port === undefined ? [] : [{ name, port, protocol, ...(appProtocol && { appProtocol }) }];
  });
}

/** The pod as a backend; undefined when it has ended or has no address of the family. */
export function backendOf(service: Service, pod: Pod, family: "IPv4" | "IPv6"): Backend | undefined {
  const all = pod.status?.podIPs?.map(({ ip }) => ip) ?? (pod.status?.podIP ? [pod.status.podIP] : []);
  const addresses = all.filter((ip) => isIPv6(ip) === (family === "IPv6"));
  if (isTerminal(pod) || addresses.length === 0) return undefined;
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = (service.spec?.publishNotReadyAddresses ?? false) || (serving && !terminating);
  const named = pod.spec?.hostname && pod.spec.subdomain === service.metadata.name;
  const hostname = named ? pod.spec?.hostname : undefined;
  return { pod, addresses: addresses.slice(0, 1), ready, serving, terminating, hostname, ports: portsOf(service, pod) };
}

export const targetRefOf = ({ metadata }: Pod) => ({
  kind: "Pod",
  namespace: metadata.namespace,
  name: metadata.name,
  uid: metadata.uid,
});
