// Leases: their time runs in etcd.
import type { Random } from "@knots/std";
import { StoreError } from "../error.ts";
import { etcd } from "./methods.ts";
import { isCallFailure } from "./port.ts";
import type { Session } from "./session.ts";

const TRIES = 3;

function noLease(id: number): StoreError {
  return new StoreError("lease", `lease ${id} does not exist`);
}

/** Of 52 bits, so that a number holds it exactly; etcd would draw from 63. */
function drawId(random: Random): number {
  return 1 + random.below(2 ** 20) * 2 ** 32 + random.below(2 ** 32);
}

/** Grants a lease under an id of our own. etcd takes whole seconds, and more than asked for when its elections take longer. */
export async function grantLease(
  session: Session,
  random: Random,
  ttlSeconds: number,
): Promise<{ readonly id: number }> {
  if (!(ttlSeconds > 0)) throw new StoreError("invalid", `a lease cannot live for ${ttlSeconds} s`);
  for (let tries = 1; ; tries++) {
    const id = drawId(random);
    try {
      await session.write(etcd.grant, { id, ttl: Math.ceil(ttlSeconds) });
      return { id };
    } catch (error) {
      const taken = error instanceof StoreError && isCallFailure(error.cause) && /already exists/.test(error.message);
      if (!taken || tries === TRIES) throw error;
    }
  }
}

/** Starts a lease's time anew; asks the next member when one does not answer, since that does no harm twice. */
export async function keepLease(session: Session, id: number): Promise<void> {
  const { ttl } = await session.members.exchange(etcd.keepAlive, { id });
  if (ttl <= 0) throw noLease(id);
}
