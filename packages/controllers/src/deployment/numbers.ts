// The numbers of a rollout: wanted replicas, surge, unavailability, and sums over ReplicaSets.
import type { Deployment, ReplicaSet } from "@knots/api";
import { resolveAmount } from "../shared/amount.ts";
import { sum } from "../shared/sum.ts";

export const wanted = (deployment: Deployment): number => deployment.spec?.replicas ?? 1;
export const replicasOf = (set: ReplicaSet): number => set.spec?.replicas ?? 0;
export const availableOf = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0;
/** Pods that the sets are asked to have. */
export const askedTotal = (sets: readonly ReplicaSet[]): number => sum(sets, replicasOf);
export const availableTotal = (sets: readonly ReplicaSet[]): number => sum(sets, availableOf);
/** Pods that the sets have. */
export const actualTotal = (sets: readonly ReplicaSet[]): number => sum(sets, (set) => set.status?.replicas ?? 0);
export const isRolling = (deployment: Deployment): boolean => deployment.spec?.strategy?.type !== "Recreate";

/** Surge rounds up, unavailability rounds down; when both come to zero, one pod may be unavailable, or nothing could move. */
function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge, maxUnavailable } = deployment.spec?.strategy?.rollingUpdate ?? {};
  const surge = resolveAmount(maxSurge, wanted(deployment), Math.ceil);
  const unavailable = resolveAmount(maxUnavailable, wanted(deployment), Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** How many pods above the wanted number a rollout may use. */
export const maxSurge = (deployment: Deployment): number => (isRolling(deployment) ? fenceposts(deployment).surge : 0);
/** How many of the wanted pods may be unavailable during a rollout. */
export const maxUnavailable = (deployment: Deployment): number =>
  isRolling(deployment) ? Math.min(fenceposts(deployment).unavailable, wanted(deployment)) : 0;

/** The replicas that the set of the current template should have now. */
export function newSetSize(deployment: Deployment, sets: readonly ReplicaSet[], current: number): number {
  if (!isRolling(deployment)) return wanted(deployment);
  const room = wanted(deployment) + maxSurge(deployment) - askedTotal(sets);
  return room <= 0 ? current : current + Math.min(room, wanted(deployment) - current);
}
