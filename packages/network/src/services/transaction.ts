// The nft script that turns one table into another, in one transaction that fails unless the table is the expected one.
import type { NftChain, NftSet, Ruleset, StandingTable } from "./table.ts";

/** The set whose only element counts the rounds that were written. */
export const GENERATION = "generation";

/** Addresses that the kernel put into kept sets, as nft elements (`10.0.0.1 timeout 60s expires 12s`). */
export type KeptElements = ReadonlyMap<string, readonly string[]>;

/** A script of commands collected in the order that nft needs them. */
interface Script {
  readonly declare: string[];
  readonly empty: string[];
  readonly fill: string[];
  readonly elements: string[];
  readonly remove: string[];
}

const sameRules = (a: NftChain, b: NftChain): boolean =>
  a === b ||
  (a.hook === b.hook && a.rules.length === b.rules.length && a.rules.every((rule, index) => rule === b.rules[index]));

function chainCommands(
  script: Script,
  table: string,
  change: { readonly name: string; readonly before: NftChain | undefined; readonly after: NftChain },
): void {
  const { name, before, after } = change;
  if (before && sameRules(before, after)) return;
  if (before) script.empty.push(`flush chain ip ${table} ${name}`);
  else script.declare.push(`add chain ip ${table} ${name}${after.hook ? ` { ${after.hook} }` : ""}`);
  for (const rule of after.rules) script.fill.push(`add rule ip ${table} ${name} ${rule}`);
}

const NOTHING: ReadonlyMap<string, string> = new Map();
const shown = ([key, verdict]: readonly [string, string]): string => (verdict === "" ? key : `${key} : ${verdict}`);

function elementCommands(
  script: Script,
  table: string,
  change: { readonly name: string; readonly before: NftSet | undefined; readonly after: NftSet },
): void {
  const { name, before, after } = change;
  if (!before) script.declare.push(`add ${after.kind} ip ${table} ${name} { ${after.declaration} }`);
  if (after.kept) return;
  const old = before?.elements ?? NOTHING;
  const gone = [...old].filter(([key, verdict]) => after.elements.get(key) !== verdict);
  const come = [...after.elements].filter(([key, verdict]) => old.get(key) !== verdict);
  if (gone.length > 0) script.elements.push(`delete element ip ${table} ${name} { ${gone.map(shown).join(", ")} }`);
  if (come.length > 0) script.elements.push(`add element ip ${table} ${name} { ${come.map(shown).join(", ")} }`);
}

function difference(before: Ruleset, after: Ruleset): readonly string[] {
  const { table } = after;
  const script: Script = { declare: [], empty: [], fill: [], elements: [], remove: [] };
  for (const [name, set] of after.sets)
    elementCommands(script, table, { name, before: before.sets.get(name), after: set });
  for (const [name, chain] of after.chains) {
    chainCommands(script, table, { name, before: before.chains.get(name), after: chain });
  }
  const goneChains = [...before.chains.keys()].filter((name) => !after.chains.has(name));
  const goneSets = [...before.sets.keys()].filter((name) => !after.sets.has(name));
  for (const name of goneChains) script.empty.push(`flush chain ip ${table} ${name}`);
  for (const name of goneChains) script.remove.push(`delete chain ip ${table} ${name}`);
  for (const name of goneSets) script.remove.push(`delete set ip ${table} ${name}`);
  const { declare, empty, fill, elements, remove } = script;
  return [...declare, ...empty, ...fill, ...elements, ...remove];
}

const textOf = (lines: readonly string[]): string => (lines.length === 0 ? "" : `${lines.join("\n")}\n`);
const emptyTable = (table: string): Ruleset => ({ table, chains: new Map(), sets: new Map() });

/** The script that removes a table, whether or not it is there. */
export const removeScript = (table: string): string => `add table ip ${table}\ndelete table ip ${table}\n`;

/** The whole table as generation `generation`, replacing whatever was there under its name; `kept` goes on in it. */
export function fullScript(after: Ruleset, generation: number, kept: KeptElements = new Map()): string {
  const { table } = after;
  const memory = [...kept].flatMap(([name, elements]) =>
    after.sets.get(name)?.kept && elements.length > 0
      ? [`add element ip ${table} ${name} { ${elements.join(", ")} }`]
      : [],
  );
  return textOf([
    `add table ip ${table}`,
    `delete table ip ${table}`,
    `add table ip ${table}`,
    `add set ip ${table} ${GENERATION} { type mark; }`,
    `add element ip ${table} ${GENERATION} { ${generation} }`,
    ...difference(emptyTable(table), after),
    ...memory,
  ]);
}

function stepTo(after: Ruleset, generation: number, lines: readonly string[]): string {
  const { table } = after;
  return textOf([
    `delete element ip ${table} ${GENERATION} { ${generation} }`,
    `add element ip ${table} ${GENERATION} { ${generation + 1} }`,
    ...lines,
  ]);
}

/**
 * What leads from `before`, which was written as `generation`, to `after` as `generation + 1`; "" when nothing changes.
 * The kernel refuses it as a whole when its table is of another generation. Connections and client affinity live on.
 */
export function updateScript(before: Ruleset, after: Ruleset, generation: number): string {
  const lines = difference(before, after);
  return lines.length === 0 ? "" : stepTo(after, generation, lines);
}

/** Rules that stand are not known, so they always differ. */
const UNKNOWN = ["?"];

function asRuleset(standing: StandingTable, after: Ruleset): Ruleset {
  const chains = [...standing.chains].map(([name, hook]): [string, NftChain] => [
    name,
    { ...(hook !== undefined && { hook }), rules: UNKNOWN },
  ]);
  const sets = [...standing.sets].map(([name, { declaration, elements }]): [string, NftSet] => [
    name,
    { kind: "set", declaration, elements, kept: after.sets.get(name)?.kept ?? false },
  ]);
  return { table: after.table, chains: new Map(chains), sets: new Map(sets) };
}

/**
 * What turns the table that stands as `generation` into `after`, in place: packets meet the old rules or the new ones, and
 * client affinity lives on. Undefined when hooks or sets of the same name are made differently there.
 */
export function takeOverScript(standing: StandingTable, after: Ruleset, generation: number): string | undefined {
  const sameHooks = [...after.chains].every(
    ([name, { hook }]) => !standing.chains.has(name) || standing.chains.get(name) === hook,
  );
  const sameSets = [...after.sets].every(
    ([name, { declaration, kept }]) => kept || (standing.sets.get(name)?.declaration ?? declaration) === declaration,
  );
  if (!sameHooks || !sameSets) return undefined;
  return stepTo(after, generation, difference(asRuleset(standing, after), after));
}
