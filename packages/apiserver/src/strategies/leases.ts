// Leases may be made by writing them.
import type { Strategy } from "../registry/strategy.ts";

export const leases: Strategy = { createOnUpdate: true };
