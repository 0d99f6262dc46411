// Leases may be made by writing them; heartbeats of nodes share syncs of the disk.
import type { Strategy } from "../registry/strategy.ts";

const HEARTBEATS = "kube-node-lease";
/** A node renews every 10 s and is given up after 40 s: one more second is nothing, and one sync a second serves any number of nodes. */
const patienceMs = 1000;

export const leases: Strategy = {
  createOnUpdate: true,
  claim: async (object, old) =>
    old !== undefined && object.metadata.namespace === HEARTBEATS ? { object, alongside: { patienceMs } } : { object },
};
