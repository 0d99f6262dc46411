// Virtual ports: what is reached under which address, and who answers on this node.

export type Protocol = "tcp" | "udp" | "sctp";

/** Where a connection may end. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** One port of a service, or a host port of a pod, as the kernel sees it. */
export interface VirtualPort {
  /** `namespace/service:port`, unique together with the protocol; pods' host ports begin with `host port `. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** Address inside the cluster, on `port`. */
  readonly clusterAddress?: string;
  /** Who answers on the cluster address; empty refuses connections. */
  readonly targets: readonly Target[];
  /** Addresses for clients outside, on `port`. */
  readonly externalAddresses: readonly string[];
  /** Port of the node's own addresses. */
  readonly nodePort?: number;
  /** Who answers clients outside (with `externalTrafficPolicy: Local`, only this node's). */
  readonly outsideTargets: readonly Target[];
  /** Clients outside keep their address; `targets` still answer this node and its pods. */
  readonly keepSource: boolean;
  /** Seconds that a client stays with its target; absent means every connection is placed anew. */
  readonly affinitySeconds?: number;
}

/** The protocol by the name that API objects give it. */
export function protocolOf(text: string | undefined): Protocol {
  return text === "UDP" ? "udp" : text === "SCTP" ? "sctp" : "tcp";
}

/** Orders virtual ports by name, then protocol. */
export function byName(a: VirtualPort, b: VirtualPort): number {
  const [left, right] = [`${a.name} ${a.protocol}`, `${b.name} ${b.protocol}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
