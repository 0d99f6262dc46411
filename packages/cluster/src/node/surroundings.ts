// What the parts of a node are given.
import type { Client } from "@knots/client";
import type { Clock, Logger, Random } from "@knots/std";
import type { RuntimeOver } from "./shared/containerd.node.ts";

/** Facts about this node that do not change while it runs. */
export interface NodeSettings {
  readonly name: string;
  readonly dataDir: string;
  /** Derived from the data directory; part of every global name. */
  readonly clusterId: string;
  /** Address of the node inside the cluster: that of our bridge. */
  readonly address: string;
  /** Port of the agent's server. */
  readonly port: number;
  /** PEM of the cluster's authority. */
  readonly authority: string;
  readonly podCidr: string;
  /** Network of pods on all nodes. */
  readonly podRange: string;
  readonly serviceRange: string;
  /** Whether sites and node ports answer on every address of the machine. */
  readonly exposed: boolean;
  /** Path of containerd's socket. */
  readonly containerd: string;
  /** Present where that containerd is somebody else's. */
  readonly shared?: RuntimeOver;
  readonly groupRoot: string;
  readonly clusterDns: string;
  readonly clusterDomain: string;
  readonly resolver: {
    readonly servers: readonly string[];
    readonly searches: readonly string[];
    readonly options: readonly string[];
  };
}

export interface NodeSurroundings {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly settings: NodeSettings;
}
