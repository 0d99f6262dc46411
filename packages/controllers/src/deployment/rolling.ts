// RollingUpdate: one step up with the new template, or one step down with the old ones, always inside surge and unavailability.
import { allSets, type Draft, resize } from "./draft.ts";
import { askedTotal, availableOf, availableTotal, maxUnavailable, newSetSize, replicasOf, wanted } from "./numbers.ts";
import { byAge } from "./order.ts";

function growNew(draft: Draft): boolean {
  const { deployment, current } = draft;
  if (!current || replicasOf(current) === wanted(deployment)) return false;
  const shrink = replicasOf(current) > wanted(deployment);
  const size = shrink ? wanted(deployment) : newSetSize(deployment, allSets(draft), replicasOf(current));
  return resize(draft, current, size);
}

/** Takes up to `limit` pods from the old sets, oldest set first; `spare` says how many a set can lose now. */
function shrinkOld(draft: Draft, limit: number, spare: (replicas: number, available: number) => number): number {
  let taken = 0;
  for (const set of draft.old.toSorted(byAge)) {
    if (taken >= limit) break;
    const count = Math.min(limit - taken, spare(replicasOf(set), availableOf(set)));
    if (count <= 0) continue;
    resize(draft, set, replicasOf(set) - count);
    taken += count;
  }
  return taken;
}

function shrinkOldSets(draft: Draft): boolean {
  const { deployment, current, old } = draft;
  if (askedTotal(old) === 0 || !current) return false;
  const least = wanted(deployment) - maxUnavailable(deployment);
  const notYetAvailable = replicasOf(current) - availableOf(current);
  const most = askedTotal(allSets(draft)) - least - notYetAvailable;
  if (most <= 0) return false;
  // Pods that serve nobody go first: losing them costs no availability.
  const unhealthy = shrinkOld(draft, most, (replicas, available) => replicas - available);
  const spare = availableTotal(allSets(draft)) - least;
  const healthy = spare > 0 ? shrinkOld(draft, spare, (replicas) => replicas) : 0;
  return unhealthy + healthy > 0;
}

/** One step; true when something was scaled. */
export const rollStep = (draft: Draft): boolean => growNew(draft) || shrinkOldSets(draft);
