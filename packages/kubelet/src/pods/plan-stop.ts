// Stopping containers: who first, with how much time, and how a stop under way is cut short.
import type { Pod } from "@knots/api";
import type { Instance } from "../runtime/runtime.ts";
import { joined, NOTHING, type PodPlan } from "./actions.ts";
import { initContainers, isAlive, type PodView } from "./view.ts";

/** Grace when nothing is said, in seconds. */
const DEFAULT_GRACE = 30;
/** A stop is cut short only for a gain of at least this many milliseconds. */
const WORTH_HURRYING = 1000;

/** Seconds from the wish to the kill: those of the deletion when there is one. */
export function graceOf({ metadata, spec }: Pod): number {
  const grace = metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE;
  return Math.max(1, grace);
}

/** Stops one run unless that is under way already. */
export function planStop(view: PodView, run: Instance, wish: { readonly deadline: number; readonly message: string }) {
  const busy = view.memory.busy.get(run.name);
  const stop = { type: "stop", id: run.id, name: run.name, ...wish } as const;
  if (busy === undefined) return { actions: [stop] };
  const late = busy.type === "stop" && busy.deadline - wish.deadline > WORTH_HURRYING;
  return late ? { actions: [{ ...stop, hurry: true }] } : NOTHING;
}

/** Runs that have to end before `name`, a sidecar, is stopped: everything but the sidecars declared before it. */
function endsBefore(pod: Pod, name: string): (run: Instance) => boolean {
  const sidecars = initContainers(pod).filter(({ role }) => role === "sidecar");
  const place = sidecars.findIndex(({ spec }) => spec.name === name);
  const earlier = new Set(sidecars.slice(0, place + 1).map(({ spec }) => spec.name));
  return (run) => !earlier.has(run.name);
}

/** Stops all that runs: sidecars last, in the reverse of their order. */
export function planStopAll(view: PodView, wish: { readonly deadline: number; readonly message: string }): PodPlan {
  const alive = view.runtime.instances.filter(isAlive);
  const sidecars = new Set(
    initContainers(view.pod)
      .filter(({ role }) => role === "sidecar")
      .map(({ spec }) => spec.name),
  );
  const ready = alive.filter((run) => !sidecars.has(run.name) || !alive.some(endsBefore(view.pod, run.name)));
  return joined(...ready.map((run) => planStop(view, run, wish)));
}
