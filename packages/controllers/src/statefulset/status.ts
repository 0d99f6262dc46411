// How many pods a stateful set has, and how far its rollout has come.
import type { Pod, StatefulSet } from "@knots/api";
import { isAvailable, isReady } from "../shared/pods.ts";
import { REVISION_HASH } from "../shared/revisions.ts";
import { sizeOf } from "./identity.ts";

type Status = NonNullable<StatefulSet["status"]>;
export interface Revisions {
  readonly current: string;
  readonly update: string;
}

/** Whether every pod has the newest template and is ready. */
function isRolledOut(set: StatefulSet, { replicas, readyReplicas, updatedReplicas }: Status): boolean {
  const rolling = set.spec?.updateStrategy?.type !== "OnDelete";
  return rolling && [replicas, readyReplicas, updatedReplicas].every((count) => count === sizeOf(set));
}

/** The status that follows from the pods seen. The end of a rollout makes its revision the current one. */
export function statusOf(set: StatefulSet, pods: readonly Pod[], { current, update }: Revisions, now: number): Status {
  const ready = pods.filter((pod) => pod.status?.phase === "Running" && isReady(pod));
  const available = ready.filter((pod) => isAvailable(pod, set.spec?.minReadySeconds ?? 0, now));
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const withRevision = (name: string): number =>
    staying.filter(({ metadata }) => metadata.labels?.[REVISION_HASH] === name).length;
  const { conditions, collisionCount = 0 } = set.status ?? {};
  const status: Status = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: available.length,
    currentReplicas: withRevision(current),
    updatedReplicas: withRevision(update),
    currentRevision: current,
    updateRevision: update,
    collisionCount,
    ...(conditions && { conditions }),
  };
  if (!isRolledOut(set, status)) return status;
  return { ...status, currentRevision: update, currentReplicas: status.updatedReplicas ?? 0 };
}
