// What a simulation of nodes is given.
import type { Node, Taint } from "@knots/api";
import type { Client, EventRecorder, Informers } from "@knots/client";
import type { Clock, Logger } from "@knots/std";
import type { Behaviour } from "../pod/script.ts";

/** One simulated machine. */
export interface SimulatedNode {
  readonly name: string;
  /** Resources by name; 8 cores, 32Gi and 110 pods when absent. */
  readonly capacity?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  /** Address of the machine. */
  readonly address: string;
  /** IPv4 network from which its pods get addresses, such as 10.244.1.0/24. */
  readonly podCIDR: string;
  readonly images?: NonNullable<Node["status"]>["images"];
}

export interface SimulationOptions {
  /** The client of a node; every node may have an identity of its own. */
  readonly clientOf: (node: string) => Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly log: Logger;
  readonly recorder: EventRecorder;
  readonly nodes: readonly SimulatedNode[];
  readonly behaviour?: Behaviour;
  /** Milliseconds between two heartbeats of a node. */
  readonly heartbeat?: number;
}

/** Nodes with ordinary names, addresses and networks: node-1 with 10.244.1.0/24 and so on. At most 65,000. */
export function simulatedNodes(count: number, change: Partial<SimulatedNode> = {}): readonly SimulatedNode[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const [high, low] = [Math.floor(number / 256), number % 256];
    return {
      name: `node-${number}`,
      address: `172.18.${high}.${low}`,
      podCIDR: `10.${244 - high}.${low}.0/24`,
      ...change,
    };
  });
}
