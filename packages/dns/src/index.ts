// Public names of @knots/dns.
export { type CacheOptions, cache } from "./plugins/cache.ts";
export { type ForwardOptions, forward } from "./plugins/forward.node.ts";
export { type KubernetesOptions, type KubernetesSources, kubernetes } from "./plugins/kubernetes.ts";
export { shuffle } from "./plugins/shuffle.ts";
export {
  type Answer,
  chain,
  type Plugin,
  type Question,
  type RecordType,
  type Resolve,
  type ResourceRecord,
  type ResponseCode,
} from "./resolver.ts";
export { type DnsOptions, type RunningDns, runDns } from "./run.node.ts";
export { type DnsServer, type DnsServerOptions, startDnsServer } from "./server.node.ts";
