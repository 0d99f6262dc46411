// Recreate: all pods of old templates end before the first of the new one starts.
import type { Pod } from "@knots/api";
import { controllerRefOf } from "../shared/owner.ts";
import { isTerminal } from "../shared/pods.ts";
import { type Draft, isActiveSet, resize } from "./draft.ts";
import { actualTotal, replicasOf, wanted } from "./numbers.ts";

/** Whether a pod of an old template may still run. */
function oldPodsRun(draft: Draft, pods: readonly Pod[]): boolean {
  if (actualTotal(draft.old) > 0) return true;
  return pods.some((pod) => controllerRefOf(pod)?.uid !== draft.current?.metadata.uid && !isTerminal(pod));
}

/** Ends the old pods; true while the new set has to wait for that. */
export function clearOld(draft: Draft, pods: readonly Pod[]): boolean {
  const active = draft.old.filter(isActiveSet);
  for (const set of active) resize(draft, set, 0);
  return active.length > 0 || oldPodsRun(draft, pods);
}

export function growToFull(draft: Draft): void {
  const { current, deployment } = draft;
  if (current && replicasOf(current) !== wanted(deployment)) resize(draft, current, wanted(deployment));
}
