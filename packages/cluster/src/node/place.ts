// Addresses and names of a one-machine cluster, from one place.

/** Networks of a cluster on one machine. */
export const NETWORKS = {
  /** Pods of all nodes, and of this one. */
  podRange: "10.244.0.0/16",
  podCidr: "10.244.0.0/24",
  serviceRange: "10.96.0.0/12",
  clusterDns: "10.96.0.10",
  /** Address of our bridge: the node, as pods see it. */
  nodeAddress: "10.244.0.1",
  clusterDomain: "cluster.local",
  kubeletPort: 10_250,
  registryPort: 6480,
} as const;

/** Control group of all pods of a cluster. */
export const groupRoot = (clusterId: string): string => `/kts-${clusterId}`;
