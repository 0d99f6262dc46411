// Which addresses the control plane looks at for a site, whoever wrote it: none that lead back into the machine.
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

/** Where a repository's server is: the address to ask, or why it is not asked. */
export type OutsideAddress =
  | { readonly address: string; readonly host: string; readonly port: number }
  | { readonly refusal: string };

/** Finds the address of a URL's server. */
export type FindAddress = (url: string) => Promise<OutsideAddress>;

const INSIDE: readonly (readonly [network: string, bits: number, family: "ipv4" | "ipv6"])[] = [
  ["0.0.0.0", 8, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["224.0.0.0", 3, "ipv4"],
  ["::", 127, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
  // Where clouds tell machines their secrets, beside the link-local 169.254.169.254.
  ["100.100.100.200", 32, "ipv4"],
  ["192.0.0.192", 32, "ipv4"],
  ["fd00:ec2::254", 128, "ipv6"],
];

const inside = new BlockList();
for (const [network, bits, family] of INSIDE) inside.addSubnet(network, bits, family);

/** Whether an address is this machine, its link, a group, or where clouds keep secrets. IPv4 inside IPv6 counts as IPv4. */
export function leadsInside(address: string): boolean {
  return inside.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

type Resolve = (host: string) => Promise<readonly { readonly address: string }[]>;
const resolveHost: Resolve = (host) => lookup(host, { all: true });

/**
 * Resolves the host once. A name counts as inside when any of its addresses does; the address found is the one to use, so
 * that a name that changes its mind in between leads nowhere else.
 */
export async function findAddress(url: string, resolve: Resolve = resolveHost): Promise<OutsideAddress> {
  if (!URL.canParse(url)) return { refusal: "the address is no URL" };
  const { hostname, port, protocol } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return { refusal: "only https and http are asked" };
  const host = hostname.replace(/^\[|\]$/g, "");
  const found = isIP(host) ? [{ address: host }] : await resolve(host).catch(() => []);
  const [first] = found;
  if (!first) return { refusal: `the name ${host} could not be resolved` };
  const bad = found.find(({ address }) => leadsInside(address));
  if (bad) {
    const where = bad.address === host ? host : `${host} (${bad.address})`;
    return {
      refusal: `${where} leads into this machine or its network segment: use an address that pods reach as well`,
    };
  }
  return { address: first.address, host, port: Number(port || (protocol === "https:" ? 443 : 80)) };
}
