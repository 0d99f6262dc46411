// The ends of a pod: its containers have finished, or it is to go away altogether.
import { TRAFFIC_RELEASED_CONDITION } from "@knots/api";
import { isConditionTrue } from "@knots/machinery";
import { act, joined, NOTHING, type PodPlan, waitUntil } from "./actions.ts";
import { graceOf, planStopAll } from "./plan-stop.ts";
import { isAlive, type PodView, RELEASE } from "./view.ts";

/** Pods with this annotation are stopped when their last connection has been led away. */
export const DRAIN_ANNOTATION = "knots.dev/drain";
/** Longest wait for the release of traffic, in milliseconds. */
export const DRAIN_LIMIT = 5000;

const STOPPING = "Stopping container";

/** Until when the stop signal is held back; undefined when nothing holds it. */
function heldUntil({ pod, memory, now }: PodView): number | undefined {
  if (pod.metadata.annotations?.[DRAIN_ANNOTATION] === undefined) return undefined;
  if (isConditionTrue(pod.status?.conditions, TRAFFIC_RELEASED_CONDITION)) return undefined;
  const limit = Math.min(DRAIN_LIMIT, (graceOf(pod) - 1) * 1000);
  const until = (memory.stoppingSince ?? now) + limit;
  return now < until ? until : undefined;
}

/** Whether something of the pod runs, or may run in a moment. */
function isQuiet({ runtime, memory }: PodView): boolean {
  return !runtime.instances.some(isAlive) && ![...memory.busy.values()].some(({ type }) => type !== "remove");
}

/** Seconds for the containers of a pod that takes what it may not. */
const EVICTION_GRACE = 1;

/** All its containers have ended for good: what still runs is stopped and the address given back; logs and results stay. */
export function planFinished(view: PodView): PodPlan {
  const { pod, runtime, memory, now } = view;
  const grace = memory.evicted === undefined ? graceOf(pod) : EVICTION_GRACE;
  const deadline = (memory.stoppingSince ?? now) + grace * 1000;
  if (!isQuiet(view)) return planStopAll(view, { deadline, message: STOPPING });
  const ready = runtime.sandboxes.filter((sandbox) => sandbox.ready && !memory.busy.has(sandbox.id));
  return act(...ready.map(({ id }) => ({ type: "stop-sandbox", id }) as const));
}

/** The pod goes away: containers, then sandboxes, then all the rest; nothing stays behind. */
export function planRemoval(view: PodView): PodPlan {
  const { pod, runtime, memory, now } = view;
  const deadline = (memory.stoppingSince ?? now) + graceOf(pod) * 1000;
  if (!isQuiet(view)) {
    const held = heldUntil(view);
    return held === undefined ? planStopAll(view, { deadline, message: STOPPING }) : waitUntil(held);
  }
  const sandboxes = runtime.sandboxes.filter(({ id }) => !memory.busy.has(id));
  if (runtime.sandboxes.length > 0)
    return joined(...sandboxes.map(({ id }) => act({ type: "remove-sandbox", id } as const)));
  const strays = runtime.instances.filter(({ lost }) => lost !== true);
  const idle = strays.filter(({ id }) => !memory.busy.has(id));
  if (strays.length > 0)
    return joined(...idle.map(({ id, name }) => act({ type: "remove-container", id, name } as const)));
  return memory.busy.has(RELEASE) ? NOTHING : act({ type: "release" });
}
