// The text of a pod's /etc/hosts.
import type { Pod } from "@knots/api";

const HEAD = "# Kubernetes-managed hosts file";
const LOCAL = [
  "127.0.0.1\tlocalhost",
  "::1\tlocalhost ip6-localhost ip6-loopback",
  "fe00::0\tip6-localnet",
  "fe00::0\tip6-mcastprefix",
  "fe00::1\tip6-allnodes",
  "fe00::2\tip6-allrouters",
];

/** What the pod is called inside: its host name, and the full name when it has a subdomain. */
export function hostNames(pod: Pod, clusterDomain: string): readonly string[] {
  const { hostname, subdomain, hostnameOverride } = pod.spec ?? {};
  const name = hostnameOverride ?? (hostname || pod.metadata.name.slice(0, 63).replace(/[-.]+$/, ""));
  const full = `${name}.${subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}`;
  return subdomain && hostnameOverride === undefined ? [full, name] : [name];
}

function aliases(pod: Pod): readonly string[] {
  const lines = (pod.spec?.hostAliases ?? []).map(({ ip, hostnames = [] }) => [ip, ...hostnames].join("\t"));
  return lines.length > 0 ? ["", "# Entries added by HostAliases.", ...lines] : [];
}

export interface HostsInput {
  readonly pod: Pod;
  readonly podIPs: readonly string[];
  readonly clusterDomain: string;
  /** The node's own file, which pods on the node's network get. */
  readonly nodeHosts: string;
}

export function hostsText({ pod, podIPs, clusterDomain, nodeHosts }: HostsInput): string {
  const tail = aliases(pod);
  const end = tail.length > 0 ? `${tail.join("\n")}\n` : "";
  if (pod.spec?.hostNetwork) return `${HEAD} (host network).\n${nodeHosts}${end}`;
  const own = podIPs.map((ip) => [ip, ...hostNames(pod, clusterDomain)].join("\t"));
  return `${[`${HEAD}.`, ...LOCAL, ...own].join("\n")}\n${end}`;
}
