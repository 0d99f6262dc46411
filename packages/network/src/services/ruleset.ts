// From virtual ports to an nftables table as data: chains with their rules, sets and map elements.
import type { Target, VirtualPort } from "./model.ts";

/** A named set or map: its declaration, and its elements as text. `kept` sets are filled by the kernel and never emptied by us. */
export interface NftSet {
  readonly kind: "set" | "map";
  readonly declaration: string;
  readonly elements: readonly string[];
  readonly kept?: boolean;
}
/** A chain: its hook (for base chains) and its rules in order. */
export interface NftChain {
  readonly hook?: string;
  readonly rules: readonly string[];
}
/** A whole table. */
export interface Ruleset {
  readonly table: string;
  readonly chains: ReadonlyMap<string, NftChain>;
  readonly sets: ReadonlyMap<string, NftSet>;
}

/** What the rules need to know of the node. */
export interface RulesetOptions {
  /** Table name without family, such as `knots_1a2b3c`. */
  readonly table: string;
  /** Addresses of pods on all nodes, as CIDR: their source addresses are kept. */
  readonly podRange: string;
  /** The bridge that pods hang on. */
  readonly bridge: string;
  /** Addresses on which node ports answer: text of an nft set, such as `{ 127.0.0.0/8, 10.244.0.1 }`; undefined for every local address. */
  readonly nodePortAddresses?: readonly string[];
}

/** Packets with this mark bit leave with the node's own address. */
const MASQUERADE = "0x4000";

/** A chain name from any text: letters and digits stay, the rest becomes `_`; a checksum keeps names apart. */
export function chainName(prefix: string, text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const readable = text.replace(/[^A-Za-z0-9]/g, "_").slice(0, 90);
  return `${prefix}_${hash.toString(16).padStart(8, "0")}_${readable}`;
}

const targetName = (owner: VirtualPort, target: Target): string =>
  chainName("target", `${owner.name}/${owner.protocol}/${target.address}/${target.port}`);
const affinityName = (owner: VirtualPort, target: Target): string =>
  chainName("client", `${owner.name}/${owner.protocol}/${target.address}/${target.port}`);

/** The table while it is put together. */
interface Builder {
  readonly chains: Map<string, NftChain>;
  readonly sets: Map<string, NftSet>;
  readonly virtual: string[];
  readonly refused: string[];
  readonly nodePorts: string[];
  readonly refusedNodePorts: string[];
}

function addTarget(builder: Builder, owner: VirtualPort, target: Target): void {
  const name = targetName(owner, target);
  const rules = [`ip saddr ${target.address} meta mark set meta mark or ${MASQUERADE}`];
  if (owner.affinitySeconds !== undefined) {
    const set = affinityName(owner, target);
    builder.sets.set(set, {
      kind: "set",
      declaration: `type ipv4_addr; flags dynamic,timeout; timeout ${owner.affinitySeconds}s;`,
      elements: [],
      kept: true,
    });
    rules.push(`update @${set} { ip saddr }`);
  }
  rules.push(`meta l4proto ${owner.protocol} dnat to ${target.address}:${target.port}`);
  builder.chains.set(name, { rules });
}

/** Rules that choose one of `targets`: the client's earlier one where affinity asks for it, else at random. */
function choosing(owner: VirtualPort, targets: readonly Target[]): readonly string[] {
  const sticky =
    owner.affinitySeconds === undefined
      ? []
      : targets.map((target) => `ip saddr @${affinityName(owner, target)} goto ${targetName(owner, target)}`);
  const [first] = targets;
  if (first && targets.length === 1) return [...sticky, `goto ${targetName(owner, first)}`];
  const arms = targets.map((target, index) => `${index} : goto ${targetName(owner, target)}`);
  return [...sticky, `numgen random mod ${targets.length} vmap { ${arms.join(", ")} }`];
}

function addVirtualPort(builder: Builder, owner: VirtualPort): void {
  const all = new Map(
    [...owner.targets, ...owner.nodePortTargets].map((target) => [targetName(owner, target), target]),
  );
  for (const target of all.values()) addTarget(builder, owner, target);
  const service = chainName("service", `${owner.name}/${owner.protocol}`);
  if (owner.targets.length > 0) builder.chains.set(service, { rules: choosing(owner, owner.targets) });
  for (const address of owner.addresses) {
    const key = `${address} . ${owner.protocol} . ${owner.port}`;
    if (owner.targets.length > 0) builder.virtual.push(`${key} : goto ${service}`);
    else builder.refused.push(key);
  }
  if (owner.nodePort === undefined) return;
  const key = `${owner.protocol} . ${owner.nodePort}`;
  if (owner.nodePortTargets.length === 0) {
    builder.refusedNodePorts.push(key);
    return;
  }
  const entry = chainName("node_port", `${owner.name}/${owner.protocol}`);
  const mark = owner.keepSource ? [] : [`meta mark set meta mark or ${MASQUERADE}`];
  builder.chains.set(entry, { rules: [...mark, ...choosing(owner, owner.nodePortTargets)] });
  builder.nodePorts.push(`${key} : goto ${entry}`);
}

function nodePortGuard({ nodePortAddresses }: RulesetOptions): string {
  return nodePortAddresses
    ? `ip daddr { ${nodePortAddresses.join(", ")} } fib daddr type local`
    : "fib daddr type local";
}

function baseChains(options: RulesetOptions): readonly (readonly [string, NftChain])[] {
  const { podRange, bridge } = options;
  const guard = nodePortGuard(options);
  return [
    [
      "services",
      {
        rules: [
          "ip daddr . meta l4proto . th dport vmap @virtual_ports",
          `${guard} meta l4proto . th dport vmap @node_ports`,
        ],
      },
    ],
    ["prerouting", { hook: "type nat hook prerouting priority dstnat; policy accept;", rules: ["jump services"] }],
    ["output", { hook: "type nat hook output priority -100; policy accept;", rules: ["jump services"] }],
    [
      "refuse",
      {
        rules: [
          "ip daddr . meta l4proto . th dport @refused_ports reject",
          `${guard} meta l4proto . th dport @refused_node_ports reject`,
        ],
      },
    ],
    [
      "filter_input",
      { hook: "type filter hook input priority -110; policy accept;", rules: ["ct state new jump refuse"] },
    ],
    [
      "filter_forward",
      { hook: "type filter hook forward priority -110; policy accept;", rules: ["ct state new jump refuse"] },
    ],
    [
      "filter_output",
      { hook: "type filter hook output priority -110; policy accept;", rules: ["ct state new jump refuse"] },
    ],
    [
      "postrouting",
      {
        hook: "type nat hook postrouting priority srcnat; policy accept;",
        rules: [
          `meta mark and ${MASQUERADE} == ${MASQUERADE} meta mark set meta mark xor ${MASQUERADE} masquerade fully-random`,
          `ip saddr ${podRange} ip daddr != ${podRange} oifname != "${bridge}" ip daddr != 224.0.0.0/4 masquerade fully-random`,
        ],
      },
    ],
  ];
}

/** The table for these virtual ports. */
export function ruleset(ports: readonly VirtualPort[], options: RulesetOptions): Ruleset {
  const builder: Builder = {
    chains: new Map(),
    sets: new Map(),
    virtual: [],
    refused: [],
    nodePorts: [],
    refusedNodePorts: [],
  };
  for (const port of ports) addVirtualPort(builder, port);
  const sets: readonly (readonly [string, NftSet])[] = [
    [
      "virtual_ports",
      { kind: "map", declaration: "type ipv4_addr . inet_proto . inet_service : verdict;", elements: builder.virtual },
    ],
    [
      "refused_ports",
      { kind: "set", declaration: "type ipv4_addr . inet_proto . inet_service;", elements: builder.refused },
    ],
    [
      "node_ports",
      { kind: "map", declaration: "type inet_proto . inet_service : verdict;", elements: builder.nodePorts },
    ],
    [
      "refused_node_ports",
      { kind: "set", declaration: "type inet_proto . inet_service;", elements: builder.refusedNodePorts },
    ],
  ];
  return {
    table: options.table,
    sets: new Map([...sets, ...builder.sets]),
    chains: new Map([...builder.chains, ...baseChains(options)]),
  };
}
