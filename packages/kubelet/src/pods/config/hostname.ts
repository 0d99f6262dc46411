// Host names of pods.
import type { Pod } from "@knots/api";
import type { NodeSettings } from "./settings.ts";

/** Longest name that the kernel takes. */
const MAX_NAME = 63;

/** `name.subdomain.namespace.svc.domain`; undefined for a pod without a subdomain. */
function domainName(pod: Pod, clusterDomain: string): string | undefined {
  const { hostname, subdomain } = pod.spec;
  const { name, namespace } = pod.metadata;
  return subdomain ? `${hostname || name}.${subdomain}.${namespace}.svc.${clusterDomain}` : undefined;
}

/** The name that the kernel of the pod tells; empty on the node's network, where it is the node's. */
export function hostnameOf(pod: Pod, { clusterDomain }: NodeSettings): string {
  const { hostname, hostNetwork, hostnameOverride, setHostnameAsFQDN } = pod.spec;
  if (hostNetwork) return "";
  const short = (hostname || pod.metadata.name).slice(0, MAX_NAME).replace(/[-.]+$/, "");
  if (hostnameOverride) return hostnameOverride;
  return (setHostnameAsFQDN && domainName(pod, clusterDomain)) || short;
}
