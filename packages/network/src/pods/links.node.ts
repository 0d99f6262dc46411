// The bridge and what hangs on it, through the ip program.
import { writeFile } from "node:fs/promises";
import { run, tryRun } from "@knots/host";
import type { PodNetworkPlan } from "./plan.ts";
import { RangeTakenError, type Route, takenBy } from "./routes.ts";

interface Link {
  readonly ifname: string;
  readonly mtu: number;
}

const ip = (...args: readonly string[]): Promise<unknown> => run(["ip", ...args]);

/** What `ip -j` answers; nothing when there is no such thing. */
async function ask<T>(...args: readonly string[]): Promise<readonly T[]> {
  const { code, stdout } = await tryRun(["ip", "-j", ...args]);
  return code === 0 && stdout.trim() !== "" ? (JSON.parse(stdout) as readonly T[]) : [];
}

/** Rejects with a RangeTakenError when another device has addresses of ours. */
export async function checkRanges({ nodeRange, serviceRange, bridge }: PodNetworkPlan): Promise<void> {
  const routes = await ask<Route>("-4", "route", "show", "table", "main");
  for (const range of [nodeRange, serviceRange]) {
    const taken = takenBy(range, routes, bridge);
    if (taken) throw new RangeTakenError(range, taken);
  }
}

interface Addressed {
  readonly addr_info?: readonly { readonly local?: string }[];
}

/** The machine's own address on its way out; undefined when there is none. */
export async function uplinkAddress(): Promise<string | undefined> {
  const [route] = await ask<Route>("-4", "route", "show", "default");
  if (!route?.dev) return undefined;
  const [link] = await ask<Addressed>("-4", "address", "show", "dev", route.dev, "scope", "global");
  return link?.addr_info?.[0]?.local;
}

/** MTU of the way out of the machine; undefined when there is none. */
export async function uplinkMtu(): Promise<number | undefined> {
  const [route] = await ask<Route>("-4", "route", "show", "default");
  if (!route?.dev) return undefined;
  const [link] = await ask<Link>("link", "show", "dev", route.dev);
  return link?.mtu;
}

/** Makes the bridge, or completes the one that is there. */
export async function ensureBridge(plan: PodNetworkPlan): Promise<void> {
  const { bridge, hardware, gatewayCidr, serviceRange, gateway } = plan;
  const [present] = await ask<Link>("link", "show", "dev", bridge);
  if (!present) await ip("link", "add", "name", bridge, "address", hardware, "type", "bridge");
  await ip("link", "set", "dev", bridge, "addrgenmode", "none");
  // Replies between pods of one bridge must pass where addresses are translated back.
  await ip("link", "set", "dev", bridge, "type", "bridge", "nf_call_iptables", "1");
  await ip("address", "replace", gatewayCidr, "dev", bridge);
  await ip("link", "set", "dev", bridge, "up");
  // Node ports on loopback lead to pods; the table of the pod network guards the other direction.
  await writeFile(`/proc/sys/net/ipv4/conf/${bridge}/route_localnet`, "1");
  // A host without a way out must know one to services too, or it says "unreachable" before any rule is asked.
  await ip("route", "replace", serviceRange, "dev", bridge, "src", gateway);
}

/** Removes the bridge and every link on it. */
export async function removeBridge(bridge: string): Promise<void> {
  for (const { ifname } of await ask<Link>("link", "show", "master", bridge))
    await tryRun(["ip", "link", "delete", "dev", ifname]);
  if ((await ask<Link>("link", "show", "dev", bridge)).length > 0) await ip("link", "delete", "dev", bridge);
}

/** Makes the kernel offer bridged packets to nft, per bridge; other bridges stay as they were. */
export async function ensureBridgeFilter(exists: (path: string) => Promise<boolean>): Promise<void> {
  const folder = "/proc/sys/net/bridge";
  if (await exists(folder)) return;
  const { code, stderr } = await tryRun(["modprobe", "br_netfilter"]);
  if (code !== 0 || !(await exists(folder)))
    throw new Error(`the kernel module br_netfilter is needed for Services and cannot be loaded: ${stderr.trim()}`);
  // Loading it puts every bridge of the machine under the filter, which nobody asked for.
  for (const name of ["bridge-nf-call-iptables", "bridge-nf-call-ip6tables", "bridge-nf-call-arptables"])
    await writeFile(`${folder}/${name}`, "0");
}
