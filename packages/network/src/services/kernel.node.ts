// The kernel's side of service rules: nft for the table, conntrack for UDP entries that lead nowhere.
import { tryRun } from "@knots/host";
import { applyNft, listNft, watchTables } from "../nft/nft.node.ts";
import type { RulesKernel } from "./kernel.ts";
import type { StaleFlows } from "./stale-flows.ts";
import { stateOf } from "./table-state.ts";
import { GENERATION, removeScript } from "./transaction.ts";

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
