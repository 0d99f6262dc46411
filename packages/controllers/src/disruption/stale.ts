// Marks of disruptions that never came: a pod that was to be evicted and is still there is no longer said to be leaving.
import { Pod } from "@knots/api";
import { controller, keyOf, type Plan, splitKey, watch } from "@knots/client";
import { conditionOf } from "@knots/machinery";
import { formatTime, parseTime } from "@knots/std";
import { isActive } from "../shared/pods.ts";

/** How long the mark is believed in while the pod stays. Milliseconds. */
export const MARK_TIMEOUT = 120_000;
const MARK = "DisruptionTarget";
/** A kubelet's mark may stand long before the pod goes. */
const BY_KUBELET = "TerminationByKubelet";

/** The mark on a pod that lives on; undefined when there is none that could become stale. */
function markOf(pod: Pod) {
  const condition = isActive(pod) ? conditionOf(pod.status?.conditions, MARK) : undefined;
  return condition?.status === "True" && condition.reason !== BY_KUBELET ? condition : undefined;
}

export function plan(pod: Pod, now: number): Plan {
  const mark = markOf(pod);
  if (!mark) return {};
  const due = parseTime(mark.lastTransitionTime ?? pod.metadata.creationTimestamp) + MARK_TIMEOUT;
  if (now < due) return { wakeAt: due };
  const cleared = { type: MARK, status: "False" as const, lastTransitionTime: formatTime(now) };
  const conditions = (pod.status?.conditions ?? []).map((each) => (each === mark ? cleared : each));
  return { status: { ...pod, status: { ...pod.status, conditions } } as Pod };
}

export const staleDisruptionController = controller<Pod>({
  name: "stale-disruption",
  component: "disruption-controller",
  primary: Pod,
  watches: [watch({ kind: Pod, keys: (pod) => (markOf(pod) ? [keyOf(pod)] : []) })],
  snapshot(key, caches) {
    const { namespace, name } = splitKey(key);
    return caches.of(Pod).get(namespace, name);
  },
  plan,
});
