// One candidate's view of a Lease: when it may be taken, and the writes that take, renew and release it.
import { Lease, type LeaseSpec } from "@knots/api";
import { isApiError } from "@knots/machinery";
import { type Clock, formatMicroTime } from "@knots/std";
import type { Client } from "../client.ts";

export interface LeaseTarget {
  readonly client: Client;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
  /** Unique per process: two candidates with one identity would both hold the lease. */
  readonly identity: string;
  /** Milliseconds that others wait after the last renewal that they saw; whole seconds. */
  readonly leaseDuration: number;
}

/** What an attempt found. */
export type Claim =
  /** The lease is ours; `since` is the monotonic time before the write was sent. */
  | { readonly held: true; readonly since: number; readonly term: number }
  /** Somebody else's, and still valid. */
  | { readonly held: false; readonly holder: string };

export interface LeaseClaim {
  /** Takes or renews the lease where that is allowed. Throws when the server cannot be reached or another was quicker. */
  attempt(signal?: AbortSignal): Promise<Claim>;
  /** Gives the lease up, so that another need not wait. */
  release(): Promise<void>;
}

/** A lease as it was seen, and when it was first seen like that (monotonic milliseconds of this candidate). */
interface Seen {
  readonly lease: Lease;
  readonly at: number;
}

/** Another's lease is valid until its duration has passed since its last change was seen here: no clocks are compared. */
function isTaken({ lease, at }: Seen, { identity, clock }: LeaseTarget): boolean {
  const { holderIdentity = "", leaseDurationSeconds = 0 } = lease.spec ?? {};
  if (holderIdentity === "" || holderIdentity === identity) return false;
  return clock.monotonic() < at + leaseDurationSeconds * 1000;
}

/** `present` is the lease to be taken over, `last` the last one that was seen, even if it was deleted since. */
function takenSpec({ identity, clock, leaseDuration }: LeaseTarget, present?: LeaseSpec, last = present): LeaseSpec {
  const now = formatMicroTime(clock.now());
  const ours = present?.holderIdentity === identity;
  const term = last?.leaseTransitions ?? (last ? 0 : -1);
  return {
    ...present,
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(leaseDuration / 1000),
    acquireTime: ours ? (present.acquireTime ?? now) : now,
    renewTime: now,
    leaseTransitions: ours ? term : term + 1,
  };
}

/** Creates the view of one candidate. */
export function createLeaseClaim(target: LeaseTarget): LeaseClaim {
  const { client, clock, namespace, name, identity } = target;
  let seen: Seen | undefined;
  /** Whether what was seen last is our own write, so that the next one needs no look. */
  let fresh = false;

  const note = (lease: Lease): Seen => {
    const same = seen?.lease.metadata.resourceVersion === lease.metadata.resourceVersion;
    seen = { lease, at: same && seen ? seen.at : clock.monotonic() };
    return seen;
  };
  const look = async (signal?: AbortSignal): Promise<Seen | undefined> => {
    try {
      return note(await client.get(Lease, { namespace, name }, signal ? { signal } : {}));
    } catch (error) {
      if (isApiError(error, "NotFound")) return undefined;
      throw error;
    }
  };
  const take = async (before: Lease | undefined, signal?: AbortSignal): Promise<Claim> => {
    const since = clock.monotonic();
    const spec = takenSpec(target, before?.spec, seen?.lease.spec);
    const options = signal ? { signal } : {};
    const taken = before
      ? await client.update(Lease, { ...before, spec }, options)
      : await client.create(Lease, { metadata: { namespace, name }, spec }, options);
    note(taken);
    fresh = true;
    return { held: true, since, term: taken.spec?.leaseTransitions ?? 0 };
  };
  return {
    async attempt(signal) {
      // The holder renews what it wrote last; only a failure makes it look again.
      const present = fresh ? seen : await look(signal);
      fresh = false;
      // A lease that was deleted while it was valid is waited for all the same: its holder may still be at work.
      const valid = present ?? seen;
      if (valid && isTaken(valid, target)) return { held: false, holder: valid.lease.spec?.holderIdentity ?? "" };
      return take(present?.lease, signal);
    },
    async release() {
      const lease = seen?.lease;
      if (lease?.spec?.holderIdentity !== identity) return;
      const now = formatMicroTime(clock.now());
      const { leaseTransitions = 0 } = lease.spec;
      const spec = { holderIdentity: "", leaseDurationSeconds: 1, acquireTime: now, renewTime: now, leaseTransitions };
      note(await client.update(Lease, { ...lease, spec }));
    },
  };
}
