// What one virtual port adds to the table: its chains, its affinity sets, its keys in the maps.
import { MASQUERADE } from "./base-chains.ts";
import type { Target, VirtualPort } from "./model.ts";
import type { NftChain, NftSet, RulesetOptions } from "./table.ts";

/** A key of one of the table's sets or maps. */
export interface Element {
  readonly set: string;
  readonly key: string;
  /** "" in sets. */
  readonly verdict: string;
}
/** One virtual port's part of the table. */
export interface Fragment {
  readonly chains: ReadonlyMap<string, NftChain>;
  readonly sets: ReadonlyMap<string, NftSet>;
  readonly cluster?: Element;
  /** How clients outside get in. */
  readonly outside: readonly Element[];
  /** Keys that are refused after the maps did not lead anywhere. */
  readonly refusedOutside: readonly Element[];
}

/** A chain name from any text: what is readable of it, and 64 bits of checksum that keep names apart. */
export function chainName(prefix: string, text: string): string {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995) ^ (b >>> 13);
  }
  const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");
  return `${prefix}_${hex(a)}${hex(b)}_${text.replace(/[^A-Za-z0-9]/g, "_").slice(0, 80)}`;
}

interface Place {
  readonly owner: VirtualPort;
  readonly target: Target;
}
const textOf = ({ owner, target }: Place): string => `${owner.name}/${owner.protocol}/${target.address}/${target.port}`;
const targetName = (place: Place): string => chainName("target", textOf(place));
/** Another time makes another set: a declaration never changes under its name. */
const clientsName = (place: Place): string =>
  chainName("clients", `${textOf(place)}/${place.owner.affinitySeconds ?? 0}`);
const mark = `meta mark set meta mark or ${MASQUERADE}`;

function targetChain(place: Place): NftChain {
  const { owner, target } = place;
  const remember = owner.affinitySeconds === undefined ? [] : [`update @${clientsName(place)} { ip saddr }`];
  // A pod that reaches itself must see another sender, or it would answer itself past the translation.
  const hairpin = `ip saddr ${target.address} ${mark}`;
  return { rules: [hairpin, ...remember, `meta l4proto ${owner.protocol} dnat to ${target.address}:${target.port}`] };
}

function clientSet(seconds: number): NftSet {
  const declaration = `type ipv4_addr; flags dynamic,timeout; timeout ${seconds}s;`;
  return { kind: "set", declaration, elements: new Map(), kept: true };
}

/**
 * Rules that choose one of `targets`: the client's earlier one where affinity asks for it, else at random. One rule for
 * each target, and no verdict map in a rule: the kernel empties such a map at the moment when the rule is replaced, while
 * packets are still on their way through the old rules, and those would find nobody.
 */
function choosing(owner: VirtualPort, targets: readonly Target[]): readonly string[] {
  const places = targets.map((target) => ({ owner, target }));
  const sticky =
    owner.affinitySeconds === undefined
      ? []
      : places.map((place) => `ip saddr @${clientsName(place)} goto ${targetName(place)}`);
  const arms = places.map((place, index) => {
    const left = places.length - index;
    return `${left === 1 ? "" : `numgen random mod ${left} 0 `}goto ${targetName(place)}`;
  });
  return [...sticky, ...arms];
}

/** Who keeps the client's address must still answer this node and its pods, wherever the target is. */
function outsideRules(owner: VirtualPort, service: string, { podRange }: RulesetOptions): readonly string[] {
  if (!owner.keepSource) return [mark];
  if (owner.clusterAddress === undefined || owner.targets.length === 0) return [`ip saddr 127.0.0.0/8 ${mark}`];
  return [
    `ip saddr ${podRange} goto ${service}`,
    `fib saddr type local ${mark}`,
    `fib saddr type local goto ${service}`,
  ];
}

function outsideKeys({ protocol, port, externalAddresses, nodePort }: VirtualPort) {
  return [
    ...externalAddresses.map((address) => ({ kind: "ports", key: `${address} . ${protocol} . ${port}` })),
    ...(nodePort === undefined ? [] : [{ kind: "node_ports", key: `${protocol} . ${nodePort}` }]),
  ];
}

function makeFragment(owner: VirtualPort, options: RulesetOptions): Fragment {
  const chains = new Map<string, NftChain>();
  const sets = new Map<string, NftSet>();
  for (const target of [...owner.targets, ...owner.outsideTargets]) {
    const place = { owner, target };
    chains.set(targetName(place), targetChain(place));
    if (owner.affinitySeconds !== undefined) sets.set(clientsName(place), clientSet(owner.affinitySeconds));
  }
  const service = chainName("service", `${owner.name}/${owner.protocol}`);
  const answered = owner.clusterAddress !== undefined && owner.targets.length > 0;
  if (answered) chains.set(service, { rules: choosing(owner, owner.targets) });
  const key = `${owner.clusterAddress} . ${owner.protocol} . ${owner.port}`;
  const keys = outsideKeys(owner);
  const entry = chainName("outside", `${owner.name}/${owner.protocol}`);
  const reachable = keys.length > 0 && owner.targets.length + owner.outsideTargets.length > 0;
  if (reachable) {
    const rules = [...outsideRules(owner, service, options), ...choosing(owner, owner.outsideTargets)];
    chains.set(entry, { rules });
  }
  const inMap = ({ kind, key: at }: { readonly kind: string; readonly key: string }): Element => ({
    set: kind === "ports" ? "virtual_ports" : kind,
    key: at,
    verdict: `goto ${entry}`,
  });
  return {
    chains,
    sets,
    ...(answered && { cluster: { set: "virtual_ports", key, verdict: `goto ${service}` } }),
    outside: reachable ? keys.map(inMap) : [],
    refusedOutside:
      owner.outsideTargets.length > 0
        ? []
        : keys.map(({ kind, key: at }) => ({ set: `refused_${kind}`, key: at, verdict: "" })),
  };
}

const made = new WeakMap<RulesetOptions, WeakMap<VirtualPort, Fragment>>();

/** The part of `owner`, made once for each pair of objects. */
export function fragmentOf(owner: VirtualPort, options: RulesetOptions): Fragment {
  const known = made.get(options) ?? new WeakMap<VirtualPort, Fragment>();
  made.set(options, known);
  const fragment = known.get(owner) ?? makeFragment(owner, options);
  known.set(owner, fragment);
  return fragment;
}
