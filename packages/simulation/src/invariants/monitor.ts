// Watches a cluster for broken invariants.
import type { Informers } from "@knots/client";
import type { Invariant, Violation } from "./invariant.ts";
import { boundOnce, neverOvercommitted, ownAddresses, restartsGrow } from "./pods.ts";
import { neverTooMany, withinSurge } from "./replicas.ts";

/** All invariants that are checked with every change. */
export const invariants: readonly Invariant[] = [
  boundOnce,
  neverOvercommitted,
  ownAddresses,
  restartsGrow,
  withinSurge,
  neverTooMany,
];

export interface Monitor {
  /** What was found so far, oldest first; at most 1000. */
  readonly violations: readonly Violation[];
  close(): void;
}
const LIMIT = 1000;

/** Starts to watch. Give it informers of its own, so that what it sees is not disturbed. */
export function monitorInvariants(informers: Informers, chosen: readonly Invariant[] = invariants): Monitor {
  const violations: Violation[] = [];
  const ends = chosen.map((invariant) =>
    invariant.watch(informers, (message) => {
      if (violations.length < LIMIT) violations.push({ invariant: invariant.id, message });
    }),
  );
  return {
    violations,
    close() {
      for (const end of ends) end();
    },
  };
}
