// The pod network of one node as a plan: names, addresses, the CNI network and the nft table; all from one cluster id.
import { BRIDGE_PREFIX, bridgeName, cniNetworkName, podsTable } from "../names.ts";
import { addressIn, contains, overlaps, parseRange, type Range } from "./range.ts";

export interface PodNetworkConfig {
  /** Cluster id: six hex digits. */
  readonly id: string;
  /** Addresses of this node's pods, such as 10.244.0.0/24; the first one is the bridge's. */
  readonly nodeRange: string;
  /** Addresses of the pods of all nodes. */
  readonly podRange: string;
  /** Cluster addresses of services. */
  readonly serviceRange: string;
}

/** What stands on the node when the network is up. */
export interface PodNetworkPlan extends PodNetworkConfig {
  readonly bridge: string;
  /** Hardware address of the bridge: without one of its own it would change whenever a pod comes or goes. */
  readonly hardware: string;
  /** The bridge's address, which is the pods' gateway. */
  readonly gateway: string;
  /** The same with the length of the node's network. */
  readonly gatewayCidr: string;
  readonly table: string;
  readonly networkName: string;
}

function range(what: string, text: string): Range {
  const parsed = parseRange(text);
  if (!parsed) throw new RangeError(`the ${what} ${text} is not an IPv4 network such as 10.244.0.0/16`);
  return parsed;
}

/** Works out names and addresses. Throws a RangeError in plain words when the ranges do not fit together. */
export function planPodNetwork(config: PodNetworkConfig): PodNetworkPlan {
  const { id, nodeRange, podRange, serviceRange } = config;
  const node = range("pod range of this node", nodeRange);
  const pods = range("pod range", podRange);
  const services = range("service range", serviceRange);
  if (!contains(pods, node))
    throw new RangeError(`the node's pod range ${nodeRange} is not in the pod range ${podRange}`);
  if (node.bits > 30) throw new RangeError(`the node's pod range ${nodeRange} has no room for pods`);
  if (overlaps(pods, services))
    throw new RangeError(`the pod range ${podRange} and the service range ${serviceRange} overlap`);
  const gateway = addressIn(node, 1);
  const bytes = id.match(/../g) ?? [];
  return {
    ...config,
    bridge: bridgeName(id),
    hardware: ["0a", "58", ...bytes.slice(0, 3), "01"].join(":"),
    gateway,
    gatewayCidr: `${gateway}/${node.bits}`,
    table: podsTable(id),
    networkName: cniNetworkName(id),
  };
}

/**
 * The CNI network list. Host ports are no matter of it: service rules answer them. Addresses in use are remembered
 * under `addresses`; `mtu` is that of the way out of the machine.
 */
export function cniConfig(plan: PodNetworkPlan, place: { readonly addresses: string; readonly mtu?: number }): string {
  const ipam = {
    type: "host-local",
    dataDir: place.addresses,
    ranges: [[{ subnet: plan.nodeRange, gateway: plan.gateway }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  const bridge = {
    type: "bridge",
    bridge: plan.bridge,
    isGateway: true,
    hairpinMode: true,
    ipMasq: false,
    ...(place.mtu !== undefined && { mtu: place.mtu }),
    ipam,
  };
  const list = { cniVersion: "0.4.0", name: plan.networkName, plugins: [bridge] };
  return `${JSON.stringify(list, undefined, 2)}\n`;
}

/** The nft table of the pod network as a script. What stands under its name is refilled in place: no packet goes by. */
export function podsTableScript({ bridge, table, nodeRange, podRange, serviceRange }: PodNetworkPlan): string {
  const chains: readonly (readonly [string, string, readonly string[]])[] = [
    // Loopback may be routed on our bridge, for node ports; the other way round nobody may come in.
    [
      "guard",
      "type filter hook prerouting priority -300",
      [
        `iifname "${bridge}" ip daddr 127.0.0.0/8 drop`,
        `iifname "${bridge}" ip saddr 127.0.0.0/8 drop`,
        // Whoever outside sends the cluster's networks our way would reach every pod and service past all that is exposed.
        ...[nodeRange, serviceRange].map((range) => `iifname != "lo" iifname != "${bridge}" ip daddr ${range} drop`),
      ],
    ],
    [
      "apart",
      "type filter hook forward priority 0",
      [`iifname "${bridge}" oifname "${BRIDGE_PREFIX}*" oifname != "${bridge}" drop`],
    ],
    [
      "outside",
      "type nat hook postrouting priority 100",
      [
        `ip saddr ${nodeRange} ip daddr != ${podRange} ip daddr != 224.0.0.0/4 oifname != "${bridge}" masquerade fully-random`,
      ],
    ],
  ];
  return [
    `add table ip ${table}`,
    `flush table ip ${table}`,
    ...chains.flatMap(([name, hook, rules]) => [
      `add chain ip ${table} ${name} { ${hook}; policy accept; }`,
      ...rules.map((rule) => `add rule ip ${table} ${name} ${rule}`),
    ]),
    "",
  ].join("\n");
}
