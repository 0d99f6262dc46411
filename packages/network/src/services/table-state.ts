// What a table in the kernel says about itself, from nft's listing in JSON.
import type { NftListedSet, NftObject } from "../nft/nft.node.ts";
import type { TableState } from "./kernel.ts";
import type { StandingTable } from "./table.ts";
import { GENERATION } from "./transaction.ts";

interface TimedElement {
  readonly elem: { readonly val: string; readonly timeout?: number; readonly expires?: number };
}

/** An element with the time it has left; undefined for elements without one. */
function timed(element: unknown): string | undefined {
  if (typeof element !== "object" || element === null || !("elem" in element)) return undefined;
  const { val, timeout, expires } = (element as TimedElement).elem;
  if (!expires) return undefined;
  return `${val}${timeout ? ` timeout ${timeout}s` : ""} expires ${expires}s`;
}

const typeText = ({ type }: NftListedSet): string => `type ${[type].flat().join(" . ")}`;

/** A key as scripts write it. */
function keyText(key: unknown): string {
  if (typeof key !== "object" || key === null || !("concat" in key)) return String(key);
  return (key as { readonly concat: readonly unknown[] }).concat.map(String).join(" . ");
}

/** `goto chain`; what is no such verdict becomes something that no table of ours has, so that it is exchanged. */
function verdictText(verdict: unknown): string {
  const { goto } = (verdict ?? {}) as { readonly goto?: { readonly target: string } };
  return `goto ${goto?.target ?? ""}`;
}

function standingTable(objects: readonly NftObject[]): StandingTable {
  const chains = objects.flatMap(({ chain }): [string, string | undefined][] => {
    if (!chain) return [];
    const { name, type, hook, prio, policy } = chain;
    return [[name, hook && `type ${type} hook ${hook} priority ${prio}; policy ${policy};`]];
  });
  const sets = objects.flatMap(
    ({ set, map }): [string, StandingTable["sets"] extends ReadonlyMap<string, infer S> ? S : never][] => {
      if (set) {
        const elements = new Map((set.elem ?? []).map((key) => [keyText(key), ""]));
        return [[set.name, { declaration: `${typeText(set)};`, elements }]];
      }
      if (!map) return [];
      const pairs = (map.elem ?? []) as readonly (readonly [unknown, unknown])[];
      const elements = new Map(pairs.map(([key, verdict]) => [keyText(key), verdictText(verdict)]));
      return [[map.name, { declaration: `${typeText(map)} : ${map.map};`, elements }]];
    },
  );
  return { chains: new Map(chains), sets: new Map(sets.filter(([name]) => name !== GENERATION)) };
}

/** Undefined unless the table carries a generation: then it is not ours. */
export function stateOf(objects: readonly NftObject[]): TableState | undefined {
  const sets = objects.flatMap(({ set }) => set ?? []);
  const [generation] = sets.find(({ name }) => name === GENERATION)?.elem ?? [];
  if (typeof generation !== "number") return undefined;
  const kept = sets.map(({ name, elem = [] }) => [name, elem.flatMap((each) => timed(each) ?? [])] as const);
  return {
    generation,
    kept: new Map(kept.filter(([, elements]) => elements.length > 0)),
    standing: standingTable(objects),
  };
}
