// The pod network of this node: put up before the first pod, taken over after a restart, removed without a trace.
import { access, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "@knots/host";
import type { Logger } from "@knots/std";
import { applyNft, listNft, watchTables } from "../nft/nft.node.ts";
import { type ForeignFirewall, foreignFirewalls } from "./firewalls.ts";
import { checkRanges, ensureBridge, ensureBridgeFilter, removeBridge, uplinkMtu } from "./links.node.ts";
import { cniConfig, type PodNetworkConfig, type PodNetworkPlan, planPodNetwork, podsTableScript } from "./plan.ts";
import { removeRemains } from "./remains.node.ts";
import { sharedSettings } from "./settings.node.ts";

export interface PodNetworkOptions extends PodNetworkConfig {
  /** Folder from which the container runtime reads CNI networks. */
  readonly cniFolder: string;
  /** Folder for what the network itself remembers: addresses in use. */
  readonly stateFolder: string;
  /** Folder that all clusters of this machine share; /run/knots when not given. */
  readonly sharedFolder?: string;
  readonly log: Logger;
}

export interface PodNetwork extends PodNetworkPlan {
  /** Firewalls of others that stop traffic of pods, each logged once with the fix. */
  readonly firewalls: readonly ForeignFirewall[];
  /** Stops watching; the network stays up for a successor. */
  close(): Promise<void>;
  /** Takes everything down: links, addresses in use, tables, routes, settings. */
  remove(): Promise<void>;
}

const SHARED = "/run/knots";
const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const cniFile = ({ cniFolder }: PodNetworkOptions): string => join(cniFolder, "10-knots.conflist");
const addressFolder = ({ stateFolder }: PodNetworkOptions): string => join(stateFolder, "addresses");

/** Writes the table again whenever somebody (a reload of the host's firewall) removes it. */
async function guardTable(plan: PodNetworkPlan, log: Logger, signal: AbortSignal): Promise<void> {
  let pending = Promise.resolve();
  const check = async (): Promise<void> => {
    if (signal.aborted || (await listNft(["table", "ip", plan.table])).length > 0) return;
    await applyNft(podsTableScript(plan));
    log.warn("the pod network's table was removed by somebody else and is back", { table: plan.table });
  };
  const removed = (name?: string): void => {
    if (name !== undefined && name !== plan.table) return;
    pending = pending.then(check).catch((error: unknown) => log.error("the pod network's table is missing", { error }));
  };
  await watchTables(removed, signal);
  await pending;
}

async function reportFirewalls(bridge: string, log: Logger): Promise<readonly ForeignFirewall[]> {
  const found = foreignFirewalls(await listNft(["ruleset"]), bridge);
  for (const { name, chain, stops, fix } of found)
    log.warn(`a firewall on this machine drops ${stops} traffic of pods`, { firewall: name, chain, fix });
  return found;
}

/**
 * Puts the network up or completes what is there. Rejects with a RangeError or RangeTakenError when the ranges cannot
 * be used, with nothing changed.
 */
export async function openPodNetwork(options: PodNetworkOptions): Promise<PodNetwork> {
  const { log } = options;
  const plan = planPodNetwork(options);
  await checkRanges(plan);
  await ensureBridgeFilter(exists);
  await sharedSettings(options.sharedFolder ?? SHARED).claim(plan.id, { "net/ipv4/ip_forward": "1" });
  await applyNft(podsTableScript(plan));
  await ensureBridge(plan);
  const mtu = await uplinkMtu();
  const config = cniConfig(plan, { addresses: addressFolder(options), ...(mtu !== undefined && { mtu }) });
  await writeFileAtomic(cniFile(options), config, { durable: false });
  const firewalls = await reportFirewalls(plan.bridge, log);
  const stopping = new AbortController();
  const guarding = guardTable(plan, log, stopping.signal);
  const close = (): Promise<void> => {
    stopping.abort();
    return guarding;
  };
  const remove = async (): Promise<void> => {
    await close();
    await removePodNetwork(options);
  };
  return { ...plan, firewalls, close, remove };
}

/** Removes the network of a cluster, whether or not it is complete and whoever put it up. */
export async function removePodNetwork(options: Omit<PodNetworkOptions, "log">): Promise<void> {
  const plan = planPodNetwork(options);
  await removeBridge(plan.bridge);
  await removeRemains(plan.networkName);
  await applyNft(`add table ip ${plan.table}\ndelete table ip ${plan.table}\n`);
  await rm(join(options.cniFolder, "10-knots.conflist"), { force: true });
  await rm(join(options.stateFolder, "addresses"), { recursive: true, force: true });
  await sharedSettings(options.sharedFolder ?? SHARED).release(plan.id);
}
