// The nft script that turns one table into another, in one transaction.
import type { NftChain, NftSet, Ruleset } from "./ruleset.ts";

/** A script of commands collected in the order that nft needs them. */
interface Script {
  readonly declare: string[];
  readonly empty: string[];
  readonly fill: string[];
  readonly elements: string[];
  readonly remove: string[];
}

const sameRules = (a: NftChain, b: NftChain): boolean =>
  a.hook === b.hook && a.rules.length === b.rules.length && a.rules.every((rule, index) => rule === b.rules[index]);

function chainCommands(
  script: Script,
  table: string,
  change: { readonly name: string; readonly before?: NftChain; readonly after: NftChain },
): void {
  const { name, before, after } = change;
  if (before && sameRules(before, after)) return;
  if (before) script.empty.push(`flush chain ip ${table} ${name}`);
  else script.declare.push(`add chain ip ${table} ${name}${after.hook ? ` { ${after.hook} }` : ""}`);
  for (const rule of after.rules) script.fill.push(`add rule ip ${table} ${name} ${rule}`);
}

function elementCommands(
  script: Script,
  table: string,
  change: { readonly name: string; readonly before?: NftSet; readonly after: NftSet },
): void {
  const { name, before, after } = change;
  if (!before) script.declare.push(`add ${after.kind} ip ${table} ${name} { ${after.declaration} }`);
  if (after.kept) return;
  const [old, fresh] = [new Set(before?.elements), new Set(after.elements)];
  const gone = [...old].filter((element) => !fresh.has(element));
  const come = [...fresh].filter((element) => !old.has(element));
  if (gone.length > 0) script.elements.push(`delete element ip ${table} ${name} { ${gone.join(", ")} }`);
  if (come.length > 0) script.elements.push(`add element ip ${table} ${name} { ${come.join(", ")} }`);
}

/** A kept set whose declaration changed (another timeout) must be made anew; its users are refilled with it. */
function recreated(before: Ruleset, after: Ruleset): boolean {
  return [...after.sets].some(([name, set]) => {
    const old = before.sets.get(name);
    return old !== undefined && old.declaration !== set.declaration;
  });
}

/** The whole table, replacing whatever was there under its name. */
export function fullScript(after: Ruleset): string {
  const empty: Ruleset = { table: after.table, chains: new Map(), sets: new Map() };
  const start = [`add table ip ${after.table}`, `delete table ip ${after.table}`, `add table ip ${after.table}`];
  return `${start.join("\n")}\n${difference(empty, after)}`;
}

/** What leads from `before` to `after`; "" when nothing changes. Connections and client affinity live on. */
export function updateScript(before: Ruleset, after: Ruleset): string {
  return recreated(before, after) ? fullScript(after) : difference(before, after);
}

function difference(before: Ruleset, after: Ruleset): string {
  const { table } = after;
  const script: Script = { declare: [], empty: [], fill: [], elements: [], remove: [] };
  for (const [name, set] of after.sets) {
    const old = before.sets.get(name);
    elementCommands(script, table, { name, ...(old && { before: old }), after: set });
  }
  for (const [name, chain] of after.chains) {
    const old = before.chains.get(name);
    chainCommands(script, table, { name, ...(old && { before: old }), after: chain });
  }
  const goneChains = [...before.chains.keys()].filter((name) => !after.chains.has(name));
  const goneSets = [...before.sets.keys()].filter((name) => !after.sets.has(name));
  for (const name of goneChains) script.empty.push(`flush chain ip ${table} ${name}`);
  for (const name of goneChains) script.remove.push(`delete chain ip ${table} ${name}`);
  for (const name of goneSets) script.remove.push(`delete set ip ${table} ${name}`);
  const { declare, empty, fill, elements, remove } = script;
  const lines = [...declare, ...empty, ...fill, ...elements, ...remove];
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
