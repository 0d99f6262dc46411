// Replication controllers leave their pods behind unless the deletion says otherwise, as the first version of the API does.
import type { Strategy } from "../registry/strategy.ts";

export const replicationControllers: Strategy = { orphansByDefault: true };
