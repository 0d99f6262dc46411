// Events: notes that go away by themselves after an hour.
import type { Strategy } from "../registry/strategy.ts";

export const events: Strategy = { ttlSeconds: 3600, createOnUpdate: true };
