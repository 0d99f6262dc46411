// The resolver configuration of a pod, by its policy.
import type { Pod } from "@knots/api";
import type { NodeSettings, Resolver } from "./settings.ts";

/** The C library reads no more servers than this. */
const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;

const EMPTY: Resolver = { servers: [], searches: [], options: [] };

function ofCluster(namespace: string, { clusterDns, clusterDomain, resolver }: NodeSettings): Resolver {
  const own = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return { servers: clusterDns, searches: [...own, ...resolver.searches], options: ["ndots:5"] };
}

function byPolicy({ metadata, spec }: Pod, settings: NodeSettings): Resolver {
  const policy = spec.dnsPolicy ?? "ClusterFirst";
  if (policy === "None") return EMPTY;
  const inCluster = policy === "ClusterFirstWithHostNet" || (policy === "ClusterFirst" && spec.hostNetwork !== true);
  return inCluster && settings.clusterDns.length > 0 ? ofCluster(metadata.namespace, settings) : settings.resolver;
}

/** Options of the pod replace those of the same name. */
function mergedOptions(base: readonly string[], own: readonly string[]): readonly string[] {
  const byName = new Map([...base, ...own].map((option) => [option.split(":")[0], option]));
  return [...byName.values()];
}

/** Servers, search domains and options of a pod's containers. */
export function podResolver(pod: Pod, settings: NodeSettings): Resolver {
  const base = byPolicy(pod, settings);
  const { nameservers = [], searches = [], options = [] } = pod.spec.dnsConfig ?? {};
  const own = options.map(({ name = "", value }) => (value === undefined ? name : `${name}:${value}`));
  return {
    servers: [...new Set([...base.servers, ...nameservers])].slice(0, MAX_SERVERS),
    searches: [...new Set([...base.searches, ...searches])].slice(0, MAX_SEARCHES),
    options: mergedOptions(base.options, own),
  };
}
