// What a node's pods have in common: names, addresses, folders, resolver. Plain data given by whoever starts the agent.

/** Lines of a resolver configuration. */
export interface Resolver {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export interface NodeSettings {
  readonly nodeName: string;
  /** Addresses of the node, the primary one first. */
  readonly hostIPs: readonly string[];
  /** Servers of cluster names, and the domain that those end in. */
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** The node's own resolver. */
  readonly resolver: Resolver;
  /** Control group that all pods are in, such as `/kts-1a2b3c`. */
  readonly groupRoot: string;
  /** Bytes of memory of the node. */
  readonly memoryBytes: number;
  /** Folder of logs: `<namespace>_<name>_<uid>/<container>/<n>.log`. */
  readonly logsDir: string;
}
