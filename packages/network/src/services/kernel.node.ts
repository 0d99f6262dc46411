// The kernel's side of service rules: nft for the table, conntrack for UDP entries that lead nowhere.
import { tryRun } from "@knots/host";
import { applyNft, listNft, type NftObject, watchTables } from "../nft/nft.node.ts";
import type { RulesKernel, TableState } from "./kernel.ts";
import type { StaleFlows } from "./stale-flows.ts";
import { GENERATION, removeScript } from "./transaction.ts";

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

function stateOf(objects: readonly NftObject[]): TableState | undefined {
  const sets = objects.flatMap(({ set }) => set ?? []);
  const [generation] = sets.find(({ name }) => name === GENERATION)?.elem ?? [];
  if (typeof generation !== "number") return undefined;
  const kept = sets.map(({ name, elem = [] }) => [name, elem.flatMap((each) => timed(each) ?? [])] as const);
  return { generation, kept: new Map(kept.filter(([, elements]) => elements.length > 0)) };
}

function conntrackArguments(flows: StaleFlows): readonly string[] {
  const arguments_ = ["conntrack", "--delete", "--proto", "udp"];
  if ("answeredBy" in flows) {
    const { address, port } = flows.answeredBy;
    return [...arguments_, "--reply-src", address, "--reply-port-src", String(port)];
  }
  const { address, port } = flows.sentTo;
  return [...arguments_, ...(address ? ["--orig-dst", address] : []), "--orig-port-dst", String(port)];
}

/** The machine's kernel, in this process's network namespace. */
export const machineKernel: RulesKernel = {
  apply: applyNft,
  async read(table) {
    return stateOf(await listNft(["table", "ip", table]));
  },
  async generation(table) {
    return stateOf(await listNft(["set", "ip", table, GENERATION]))?.generation;
  },
  async forget(flows) {
    // Exit code 1 says that there was no such entry, which is as good.
    for (const each of flows) await tryRun(conntrackArguments(each));
  },
  async remove(table) {
    await applyNft(removeScript(table));
  },
  watch: watchTables,
};
