// The agreement with the node agent: who is served through ingress, and who is released. Pure.
import type { Pod } from "@knots/api";

/** Annotation on pods that get requests through ingress: the node agent waits for the release before it ends them. */
export const DRAIN_ANNOTATION = "knots.dev/drain";
/** Condition that says that no request goes to the pod any more. */
export const RELEASED_CONDITION = "knots.dev/traffic-released";

/** What is to be written about pods. */
export interface TrafficPlan {
  /** Pods that must be marked as served. */
  readonly mark: readonly Pod[];
  /** Ending pods that nothing leads to any more. */
  readonly release: readonly Pod[];
}

const nameOf = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;
const isMarked = ({ metadata }: Pod): boolean => metadata.annotations?.[DRAIN_ANNOTATION] === "ingress";
const isReleased = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === RELEASED_CONDITION && value === "True") ?? false;

/** Compares pods with the set that HAProxy still serves (`namespace/name`). */
export function trafficPlan(pods: readonly Pod[], served: ReadonlySet<string>): TrafficPlan {
  return {
    mark: pods.filter((pod) => served.has(nameOf(pod)) && !isMarked(pod)),
    release: pods.filter(
      (pod) =>
        pod.metadata.deletionTimestamp !== undefined && isMarked(pod) && !served.has(nameOf(pod)) && !isReleased(pod),
    ),
  };
}
