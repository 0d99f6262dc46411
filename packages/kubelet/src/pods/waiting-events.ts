// Tells people when a container begins to wait for its next try.
import type { ContainerStatus, Pod, PodStatus } from "@knots/api";
import type { PodEvents } from "./events.ts";

const reasons = (status: PodStatus | undefined): ReadonlyMap<string, ContainerStatus> => {
  const { initContainerStatuses = [], containerStatuses = [] } = status ?? {};
  return new Map([...initContainerStatuses, ...containerStatuses].map((each) => [each.name, each]));
};

/** Events `BackOff` for containers that wait by a back-off now and did not before. */
export function newlyWaiting(
  events: PodEvents,
  pod: Pod,
  status: { readonly before: PodStatus | undefined; readonly now: PodStatus },
): void {
  const before = reasons(status.before);
  const { name, namespace, uid } = pod.metadata;
  for (const [container, { state, image }] of reasons(status.now)) {
    const reason = state?.waiting?.reason;
    if (reason === before.get(container)?.state?.waiting?.reason) continue;
    if (reason === "CrashLoopBackOff") {
      const place = `${name}_${namespace}(${uid})`;
      events(pod, "Warning", "BackOff", `Back-off restarting failed container ${container} in pod ${place}`);
    }
    if (reason === "ImagePullBackOff") events(pod, "Normal", "BackOff", `Back-off pulling image "${image}"`);
  }
}
