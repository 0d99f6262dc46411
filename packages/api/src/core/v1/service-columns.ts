// What `kubectl get services` shows: type, addresses, ports.
import { age, type Column } from "@knots/machinery";
import { labelsText, NONE, orNone, type Shown, text, wide } from "../../columns.ts";
import type { ServiceStatus } from "./service-status.ts";

interface Port {
  readonly port: number;
  readonly nodePort?: number;
  readonly protocol?: string;
}
interface Spec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly externalIPs?: readonly string[];
  readonly externalName?: string;
  readonly ports?: readonly Port[];
  readonly selector?: Readonly<Record<string, string>>;
}
type ServiceView = Shown<Spec, ServiceStatus>;

/** Addresses of a load balancer, joined. */
export function balancerText(ingress: readonly { readonly ip?: string; readonly hostname?: string }[] = []): string {
  const addresses = ingress.map(({ ip, hostname }) => (ip !== undefined && ip !== "" ? ip : (hostname ?? "")));
  return [...new Set(addresses.filter((address) => address !== ""))].join(",");
}

function externalText({ spec, status }: ServiceView): string {
  const external = spec.externalIPs ?? [];
  if (spec.type === "ExternalName") return spec.externalName ?? "";
  if (spec.type !== "LoadBalancer") return orNone(external.join(","));
  const all = [balancerText(status?.loadBalancer?.ingress), ...external].filter((address) => address !== "");
  return all.length > 0 ? all.join(",") : "<pending>";
}

function portText({ port, nodePort = 0, protocol = "TCP" }: Port): string {
  return nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}

export const serviceColumns: readonly Column[] = [
  text("Type", "How the service is reached.", ({ spec }: ServiceView) => spec.type ?? ""),
  text("Cluster-IP", "Address inside the cluster.", ({ spec }: ServiceView) =>
    orNone(spec.clusterIPs?.[0] ?? spec.clusterIP),
  ),
  text("External-IP", "Addresses from outside.", externalText),
  text("Port(s)", "Ports, node ports and protocols.", ({ spec }: ServiceView) =>
    spec.ports && spec.ports.length > 0 ? spec.ports.map(portText).join(",") : NONE,
  ),
  age(),
  wide(text("Selector", "Labels of the pods behind it.", ({ spec }: ServiceView) => labelsText(spec.selector))),
];
