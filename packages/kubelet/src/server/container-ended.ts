// Knows when a run of a container is over, by what the kubelet itself reports.
import type { Pod } from "@knots/api";
import type { Informer } from "@knots/client";

/** Told of changes of pods that are bound to this node. */
export type PodChanges = Pick<Informer<Pod>, "subscribe">;

/** Statuses name runs as `<runtime>://<id>`. */
const isRun = (containerID: string | undefined, id: string): boolean => containerID?.endsWith(`//${id}`) ?? false;

function isOver({ status, metadata }: Pod, uid: string, id: string): boolean {
  if (metadata.uid !== uid) return false;
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status ?? {};
  const all = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
  return all.some(
    ({ state, lastState }) =>
      isRun(state?.terminated?.containerID, id) || isRun(lastState?.terminated?.containerID, id),
  );
}

/** Resolves when the pod's status says that the run has ended, when the pod is gone, or when the signal aborts. */
export function containerEnded(pods: PodChanges, uid: string, id: string, signal: AbortSignal): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const look = (pod: Pod): void => {
    if (isOver(pod, uid, id)) ended.resolve();
  };
  const stop = pods.subscribe({
    added: look,
    updated: look,
    deleted: (pod) => {
      if (pod.metadata.uid === uid) ended.resolve();
    },
  });
  signal.addEventListener("abort", () => ended.resolve(), { once: true });
  return ended.promise.finally(stop);
}
