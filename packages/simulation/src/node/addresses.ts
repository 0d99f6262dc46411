// Pod addresses of one node: the lowest free one of its network; given back when the pod is gone.
import { formatIPv4, parseCidr } from "@knots/machinery";
import { AssertionError, defined } from "@knots/std";

export interface AddressPool {
  /** The pod's address; the same one for as long as the pod holds it. Prefers `wanted` when it is free. */
  take(uid: string, wanted?: string): string;
  release(uid: string): void;
}

/** Addresses of an IPv4 network without its first two (network and gateway) and its last (broadcast). */
export function createAddressPool(network: string): AddressPool {
  const { base, size } = defined(parseCidr(network), `network ${network}`);
  const byUid = new Map<string, string>();
  const taken = new Set<string>();
  const lowestFree = (): string => {
    for (let host = 2; host < size - 1; host++) {
      const text = formatIPv4(base + host);
      if (!taken.has(text)) return text;
    }
    throw new AssertionError(`network ${network} has no free address`);
  };
  return {
    take(uid, wanted) {
      const own = byUid.get(uid);
      if (own !== undefined) return own;
      const chosen = wanted && !taken.has(wanted) ? wanted : lowestFree();
      byUid.set(uid, chosen);
      taken.add(chosen);
      return chosen;
    },
    release(uid) {
      taken.delete(byUid.get(uid) ?? "");
      byUid.delete(uid);
    },
  };
}
