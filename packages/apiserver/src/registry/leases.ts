// Shares store leases between objects that expire at about the same time, so that each Event does not cost a grant.

import type { Clock } from "@knots/std";
import type { Store } from "@knots/store";

/** How long one lease is handed out (milliseconds): objects live at most this much too long. */
const SHARED_FOR = 60_000;

/** Leases by lifetime. */
export interface LeasePool {
  /** The id of a lease that ends no earlier than `ttlSeconds` from now. */
  lease(ttlSeconds: number): Promise<number>;
  /** The lease handed out for this lifetime is gone: others may end leases of a store that they share. */
  forget(ttlSeconds: number): void;
}

/** A pool over the store's leases. */
export function createLeasePool(store: Store, clock: Clock): LeasePool {
  const open = new Map<number, { readonly id: Promise<number>; readonly until: number }>();
  const grant = async (ttlSeconds: number): Promise<number> => (await store.grant(ttlSeconds)).id;
  return {
    lease(ttlSeconds) {
      const known = open.get(ttlSeconds);
      if (known && clock.monotonic() < known.until) return known.id;
      const id = grant(ttlSeconds + SHARED_FOR / 1000);
      open.set(ttlSeconds, { id, until: clock.monotonic() + SHARED_FOR });
      // A failed grant must not be handed out again.
      id.catch(() => open.delete(ttlSeconds));
      return id;
    },
    forget: (ttlSeconds) => void open.delete(ttlSeconds),
  };
}
