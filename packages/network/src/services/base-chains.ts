// What every table of service rules has: the hooks, the look-ups in maps and the refusal of what nobody answers.
import { BRIDGE_PREFIX } from "../names.ts";
import type { NftChain, NftSet, RulesetOptions } from "./table.ts";

/** Packets with this mark bit leave with the node's own address. */
export const MASQUERADE = "0x4000";

const VIRTUAL_KEY = "ipv4_addr . inet_proto . inet_service";
const NODE_KEY = "inet_proto . inet_service";

/** Sets and maps that stand in every table. */
export const BASE_SETS: readonly (Pick<NftSet, "kind" | "declaration"> & { readonly name: string })[] = [
  { name: "virtual_ports", kind: "map", declaration: `type ${VIRTUAL_KEY} : verdict;` },
  { name: "refused_ports", kind: "set", declaration: `type ${VIRTUAL_KEY};` },
  { name: "node_ports", kind: "map", declaration: `type ${NODE_KEY} : verdict;` },
  { name: "refused_node_ports", kind: "set", declaration: `type ${NODE_KEY};` },
];

/** Conditions of node ports, one for each place: a set inside a rule ends while packets still pass the old rule. */
function nodePortGuards({ nodePortAddresses }: RulesetOptions): readonly string[] {
  const local = "fib daddr type local";
  return nodePortAddresses ? nodePortAddresses.map((address) => `ip daddr ${address} ${local}`) : [local];
}

function ownChains(options: RulesetOptions): readonly (readonly [string, NftChain])[] {
  const guards = nodePortGuards(options);
  return [
    [
      "services",
      {
        rules: [
          "ip daddr . meta l4proto . th dport vmap @virtual_ports",
          ...guards.map((guard) => `${guard} meta l4proto . th dport vmap @node_ports`),
        ],
      },
    ],
    ["refuse", { rules: ["meta l4proto tcp reject with tcp reset", "reject with icmp type port-unreachable"] }],
    [
      "unanswered",
      {
        rules: [
          "ct status dnat return",
          `ip daddr ${options.serviceRange} jump refuse`,
          "ip daddr . meta l4proto . th dport @refused_ports jump refuse",
          ...guards.map((guard) => `${guard} meta l4proto . th dport @refused_node_ports jump refuse`),
        ],
      },
    ],
  ];
}

/**
 * Chains of every table. Refusal comes before routing: a packet for a cluster address would be sent back out of the
 * bridge it came from, and the kernel would tell the pod a "better" way that leads nowhere.
 */
export function baseChains(options: RulesetOptions): readonly (readonly [string, NftChain])[] {
  const otherCluster = `iifname "${BRIDGE_PREFIX}*" iifname != "${options.bridge}" return`;
  const hook = (type: string, where: string, priority: string): string =>
    `type ${type} hook ${where} priority ${priority}; policy accept;`;
  return [
    ...ownChains(options),
    ["nat_prerouting", { hook: hook("nat", "prerouting", "-100"), rules: [otherCluster, "jump services"] }],
    ["nat_output", { hook: hook("nat", "output", "-100"), rules: ["jump services"] }],
    ["filter_prerouting", { hook: hook("filter", "prerouting", "-90"), rules: [otherCluster, "jump unanswered"] }],
    ["filter_output", { hook: hook("filter", "output", "-90"), rules: ["jump unanswered"] }],
    [
      "nat_postrouting",
      {
        hook: hook("nat", "postrouting", "100"),
        rules: [
          `meta mark and ${MASQUERADE} == ${MASQUERADE} meta mark set meta mark xor ${MASQUERADE} masquerade fully-random`,
        ],
      },
    ],
  ];
}
