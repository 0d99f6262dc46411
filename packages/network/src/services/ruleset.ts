// The nftables table of service rules: what stands in every table, and each virtual port's part.
import { BASE_SETS, baseChains } from "./base-chains.ts";
import { fragmentOf } from "./fragment.ts";
import type { VirtualPort } from "./model.ts";
import type { NftChain, NftSet, Ruleset, RulesetOptions } from "./table.ts";

/**
 * The table for these virtual ports. Where two claim one address and port, the first keeps it: an external address
 * never takes a cluster address away.
 */
export function ruleset(ports: readonly VirtualPort[], options: RulesetOptions): Ruleset {
  const chains = new Map<string, NftChain>(baseChains(options));
  const kept = new Map<string, NftSet>();
  const elements = new Map(BASE_SETS.map(({ name }) => [name, new Map<string, string>()]));
  const fragments = ports.map((port) => fragmentOf(port, options));
  const taken = new Set<string>();
  const claim = (set: string, key: string, verdict: string): void => {
    if (taken.has(key)) return;
    taken.add(key);
    elements.get(set)?.set(key, verdict);
  };
  for (const { cluster } of fragments) if (cluster) claim(cluster.set, cluster.key, cluster.verdict);
  for (const fragment of fragments) {
    for (const [name, chain] of fragment.chains) chains.set(name, chain);
    for (const [name, set] of fragment.sets) kept.set(name, set);
    for (const { set, key, verdict } of fragment.outside) claim(set, key, verdict);
    for (const { set, key } of fragment.refusedOutside) elements.get(set)?.set(key, "");
  }
  const base = BASE_SETS.map(({ name, kind, declaration }): [string, NftSet] => [
    name,
    { kind, declaration, elements: elements.get(name) ?? new Map() },
  ]);
  return { table: options.table, chains, sets: new Map([...base, ...kept]) };
}
