// The node's sign of life: a Lease that is renewed every ten seconds.
import { Lease } from "@knots/api";
import type { Client } from "@knots/client";
import type { OwnerReference } from "@knots/machinery";
import { type Clock, formatMicroTime, type Logger, sleep } from "@knots/std";

const NAMESPACE = "kube-node-lease";
const DURATION = 40;
/** Milliseconds between renewals, and between tries after a failure. */
const RENEW_EVERY = 10_000;
const RETRY_AFTER = 1000;

export interface LeaseOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  readonly name: string;
  /** The Node, once it is registered. */
  readonly owner: () => OwnerReference | undefined;
  readonly signal: AbortSignal;
}

async function renew(options: LeaseOptions, held: Lease | undefined): Promise<Lease> {
  const { client, clock, name, owner } = options;
  const spec = { holderIdentity: name, leaseDurationSeconds: DURATION, renewTime: formatMicroTime(clock.now()) };
  const lease = held ?? (await client.find(Lease, { namespace: NAMESPACE, name }));
  if (lease) return await client.update(Lease, { ...lease, spec: { ...lease.spec, ...spec } });
  const reference = owner();
  const metadata = { name, namespace: NAMESPACE, ...(reference && { ownerReferences: [reference] }) };
  return await client.create(Lease, { metadata, spec });
}

/** Renews until the signal aborts; a lease that somebody changed or deleted is read or made again. */
export async function keepLease(options: LeaseOptions): Promise<void> {
  const { clock, log, signal } = options;
  let held: Lease | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      held = await renew(options, held);
      failures = 0;
    } catch (error) {
      held = undefined;
      failures++;
      if (failures === 3) log.warn("the node's lease cannot be renewed", { error });
    }
    const again = held ? RENEW_EVERY : failures === 1 ? 0 : RETRY_AFTER;
    await sleep(clock, again, signal).catch(() => {});
  }
}
