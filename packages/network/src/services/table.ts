// An nftables table as data, and what rules need to know of their node.

/** A named set or map. `kept` sets are filled by the kernel and never emptied by us. */
export interface NftSet {
  readonly kind: "set" | "map";
  readonly declaration: string;
  /** Keys with their verdicts ("" in sets). */
  readonly elements: ReadonlyMap<string, string>;
  readonly kept?: boolean;
}
/** A chain: its hook (for base chains) and its rules in order. */
export interface NftChain {
  readonly hook?: string;
  readonly rules: readonly string[];
}
/** A whole table. A chain whose content did not change is the same object in the next one. */
export interface Ruleset {
  readonly table: string;
  readonly chains: ReadonlyMap<string, NftChain>;
  readonly sets: ReadonlyMap<string, NftSet>;
}

/** The outline of a table that stands in the kernel, of whoever wrote it: everything but its rules. */
export interface StandingTable {
  /** Hooks of base chains; undefined for the others. */
  readonly chains: ReadonlyMap<string, string | undefined>;
  readonly sets: ReadonlyMap<string, Pick<NftSet, "declaration" | "elements">>;
}

/** What the rules need to know of the node. */
export interface RulesetOptions {
  /** Table name without family, such as `knots_1a2b3c`. */
  readonly table: string;
  /** Addresses of pods on all nodes, as CIDR. */
  readonly podRange: string;
  /** Cluster addresses of services, as CIDR: what no service answers there is refused. */
  readonly serviceRange: string;
  /** The bridge that pods hang on. */
  readonly bridge: string;
  /** Addresses and networks on which node ports answer, such as 127.0.0.0/8; all local addresses when not given. */
  readonly nodePortAddresses?: readonly string[];
}
