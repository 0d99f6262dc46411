// Foreign firewalls that keep pods from their traffic: found in the machine's nft chains and named with the fix.
import type { NftObject } from "../nft/nft.node.ts";

export type FirewallName = "docker" | "ufw" | "firewalld" | "other";

/** A chain that drops what it does not know. */
export interface ForeignFirewall {
  readonly name: FirewallName;
  /** `family table chain`, as nft names it. */
  readonly chain: string;
  /** What it stops: traffic of pods to elsewhere, or of pods to this machine (its API server and DNS). */
  readonly stops: "forwarded" | "incoming";
  /** Commands that let our bridge through. */
  readonly fix: readonly string[];
}

type Chain = NonNullable<NftObject["chain"]>;

function nameOf(table: string, chains: readonly Chain[]): FirewallName {
  if (table === "firewalld") return "firewalld";
  if (chains.some(({ name }) => name.startsWith("ufw-"))) return "ufw";
  return chains.some(({ name }) => name.startsWith("DOCKER")) ? "docker" : "other";
}

function fixOf(name: FirewallName, { family, table, name: chain, hook }: Chain, bridge: string): readonly string[] {
  const incoming = hook === "input";
  switch (name) {
    case "ufw":
      return incoming
        ? [`ufw allow in on ${bridge}`]
        : [`ufw route allow in on ${bridge}`, `ufw route allow out on ${bridge}`];
    case "docker":
      if (incoming) break;
      return [`iptables -I DOCKER-USER -i ${bridge} -j ACCEPT`, `iptables -I DOCKER-USER -o ${bridge} -j ACCEPT`];
    case "firewalld":
      return [`firewall-cmd --permanent --zone=trusted --add-interface=${bridge}`, "firewall-cmd --reload"];
    case "other":
      break;
  }
  const rule = (side: string): string => `nft insert rule ${family} ${table} ${chain} ${side} "${bridge}" accept`;
  return incoming ? [rule("iifname")] : [rule("iifname"), rule("oifname")];
}

/** Whether somebody let the bridge through already: any rule of the chain's table that names it. */
function namesBridge(objects: readonly NftObject[], chain: Chain, bridge: string): boolean {
  return objects.some(
    ({ rule }) =>
      rule?.family === chain.family && rule.table === chain.table && JSON.stringify(rule.expr).includes(`"${bridge}"`),
  );
}

/** firewalld accepts by policy and rejects in its last rule. */
const drops = ({ table, policy, name }: Chain): boolean =>
  policy === "drop" || (table === "firewalld" && /^filter_(FORWARD|INPUT)$/.test(name));

/** Reads a listing of the whole ruleset. Chains of IPv6 and bridges do not concern us. */
export function foreignFirewalls(objects: readonly NftObject[], bridge: string): readonly ForeignFirewall[] {
  const chains = objects.flatMap(({ chain }) => chain ?? []);
  return chains
    .filter((chain) => (chain.family === "ip" || chain.family === "inet") && drops(chain))
    .filter((chain) => chain.hook === "forward" || chain.hook === "input")
    .filter((chain) => !namesBridge(objects, chain, bridge))
    .map((chain): ForeignFirewall => {
      const name = nameOf(
        chain.table,
        chains.filter(({ family, table }) => family === chain.family && table === chain.table),
      );
      return {
        name,
        chain: `${chain.family} ${chain.table} ${chain.name}`,
        stops: chain.hook === "forward" ? "forwarded" : "incoming",
        fix: fixOf(name, chain, bridge),
      };
    });
}
