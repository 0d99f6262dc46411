// Scaling without a rollout step: while paused, or after the wanted number changed, every set grows or shrinks by its share.
import type { Deployment, ReplicaSet } from "@knots/api";
import { desiredReplicas, maxReplicas } from "./annotations.ts";
import { allSets, type Draft, isActiveSet, resize } from "./draft.ts";
import { askedTotal, availableOf, isRolling, maxSurge, replicasOf, wanted } from "./numbers.ts";
import { byAge, bySizeNewer, bySizeOlder } from "./order.ts";

/** Whether the wanted number changed since the active sets were last scaled. */
export const isScaling = (draft: Draft): boolean =>
  allSets(draft).some((set) => {
    const desired = desiredReplicas(set);
    return isActiveSet(set) && desired !== undefined && desired !== wanted(draft.deployment);
  });

/** The only active set, or, when none is active, the newest; undefined while several are active. */
function activeOrLatest({ current, old }: Draft): ReplicaSet | undefined {
  const active = [...old, ...(current ? [current] : [])].filter(isActiveSet);
  if (active.length > 1) return undefined;
  return active[0] ?? current ?? [...old].sort(byAge).at(-1);
}

function isSaturated(deployment: Deployment, set: ReplicaSet | undefined): boolean {
  if (!set) return false;
  const size = wanted(deployment);
  return replicasOf(set) === size && desiredReplicas(set) === size && availableOf(set) === size;
}

/** Rounds halves away from zero. */
const round = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));

/** How much of a change of the whole falls to one set, by its share before the change. */
function share(deployment: Deployment, set: ReplicaSet): number {
  const size = replicasOf(set);
  if (wanted(deployment) === 0) return -size;
  const before = maxReplicas(set) || deployment.status?.replicas || 0;
  const most = wanted(deployment) + maxSurge(deployment);
  return before === 0 ? 0 : round((size * most) / before) - size;
}

function scaleProportionally(draft: Draft): void {
  const { deployment } = draft;
  const active = allSets(draft).filter(isActiveSet);
  const allowed = wanted(deployment) > 0 ? wanted(deployment) + maxSurge(deployment) : 0;
  const change = allowed - askedTotal(active);
  const sorted = change === 0 ? active : active.toSorted(change > 0 ? bySizeNewer : bySizeOlder);
  let given = 0;
  const sizes = sorted.map((set) => {
    const left = change - given;
    if (left === 0) return replicasOf(set);
    const part = change > 0 ? Math.min(share(deployment, set), left) : Math.max(share(deployment, set), left);
    given += part;
    return Math.max(0, replicasOf(set) + part);
  });
  sorted.forEach((set, place) => {
    const size = sizes[place] ?? 0;
    resize(draft, set, place === 0 ? Math.max(0, size + change - given) : size);
  });
}

/** Brings the sets to the wanted number without moving pods from one template to another. */
export function scale(draft: Draft): void {
  const { deployment } = draft;
  const only = activeOrLatest(draft);
  if (only) {
    if (replicasOf(only) !== wanted(deployment)) resize(draft, only, wanted(deployment));
  } else if (isSaturated(deployment, draft.current)) {
    for (const set of draft.old.filter(isActiveSet)) resize(draft, set, 0);
  } else if (isRolling(deployment)) scaleProportionally(draft);
}
