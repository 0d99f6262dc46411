// ReplicaSet: keeps the stated number of matching pods, and counts them.
import { Pod, ReplicaSet } from "@knots/api";
import type { Plan, Write } from "@knots/client";
import { conditionOf, selectorFromLabels, selectorFromObject, withCondition, withoutCondition } from "@knots/machinery";
import { formatTime } from "@knots/std";
import { claim, controllerRefTo } from "../shared/owner.ts";
import { podEvent } from "../shared/pod-events.ts";
import { isActive, isAvailable, isReady, isTerminating, nextAvailability } from "../shared/pods.ts";
import { chooseVictims } from "./victims.ts";

/** Most pods that one round creates or deletes. */
export const BURST = 500;

/** What a decision about one ReplicaSet is made from. */
export interface Snapshot {
  readonly replicaSet: ReplicaSet;
  /** Pods that it manages, and pods of its namespace that nobody manages. */
  readonly pods: readonly Pod[];
  /** Pods of all ReplicaSets with the same owner (its own included): they should not crowd one node. */
  readonly related: readonly Pod[];
}

type Status = NonNullable<ReplicaSet["status"]>;
const wanted = (set: ReplicaSet): number => set.spec?.replicas ?? 1;

function newPod(set: ReplicaSet): Write {
  const { metadata, spec } = set.spec?.template ?? {};
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace,
      ...(metadata?.labels && { labels: metadata.labels }),
      ...(metadata?.annotations && { annotations: metadata.annotations }),
      ...(metadata?.finalizers && { finalizers: metadata.finalizers }),
      ownerReferences: [controllerRefTo(ReplicaSet, set)],
    },
    spec,
  };
  return { verb: "create", kind: Pod, object };
}

/**
 * Creations grow with what is already there (1, 2, 4 ...), so that a quota or a broken template refuses a few pods and not
 * hundreds; after a refusal one pod is tried at a time.
 */
function creations(set: ReplicaSet, active: number): readonly Write[] {
  const failing = conditionOf(set.status?.conditions, "ReplicaFailure")?.status === "True";
  const batch = failing ? 1 : Math.min(active + 1, BURST);
  return Array.from({ length: Math.min(wanted(set) - active, batch) }, () => newPod(set));
}

function deletions({ replicaSet, related }: Snapshot, active: readonly Pod[], now: number): readonly Write[] {
  const count = Math.min(active.length - wanted(replicaSet), BURST);
  return chooseVictims(active, count, { related, now }).map((object) => ({ verb: "delete", kind: Pod, object }));
}

function counts(set: ReplicaSet, active: readonly Pod[], now: number): Omit<Status, "conditions"> {
  const template = selectorFromLabels(set.spec?.template?.metadata?.labels ?? {});
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const ready = active.filter(isReady);
  const available = minReadySeconds === 0 ? ready : ready.filter((pod) => isAvailable(pod, minReadySeconds, now));
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter((pod) => template.matches(pod.metadata.labels)).length,
    readyReplicas: ready.length,
    availableReplicas: available.length,
    observedGeneration: set.metadata.generation ?? 0,
  };
}

function withStatus(set: ReplicaSet, status: Status): ReplicaSet {
  const { conditions, ...rest } = status;
  return { ...set, status: conditions && conditions.length > 0 ? { ...rest, conditions } : rest };
}

/** Tells what became of the pods: one event each, and the condition ReplicaFailure after a refusal. */
function reportOn(set: ReplicaSet, status: Status, now: number): NonNullable<Plan["report"]> {
  return (outcomes) => {
    const events = outcomes.flatMap((outcome) => podEvent(set, outcome) ?? []);
    const failed = outcomes.find(({ write, error }) => error && (write.verb === "create" || write.verb === "delete"));
    if (!failed) return { events };
    const condition = {
      type: "ReplicaFailure",
      status: "True" as const,
      reason: failed.write.verb === "create" ? "FailedCreate" : "FailedDelete",
      message: failed.error?.message ?? "",
      lastTransitionTime: formatTime(now),
    };
    // The first refusal is kept as it is, so that repeated ones do not rewrite the status.
    const conditions = set.status?.conditions ?? [];
    const known = conditionOf(conditions, "ReplicaFailure") !== undefined;
    return {
      events,
      status: withStatus(set, { ...status, conditions: known ? conditions : withCondition(conditions, condition) }),
    };
  };
}

/** Decides what to do about one ReplicaSet. Counts in the status are of the pods seen, before the writes. */
export function plan(snapshot: Snapshot, now: number): Plan {
  const { replicaSet, pods } = snapshot;
  const selector = selectorFromObject(replicaSet.spec?.selector);
  const { claimed, writes } = claim({ ownerKind: ReplicaSet, owner: replicaSet, selector }, Pod, pods.filter(isActive));
  const surplus = claimed.length - wanted(replicaSet);
  const leaving = replicaSet.metadata.deletionTimestamp !== undefined;
  const changes =
    leaving || surplus === 0
      ? []
      : surplus < 0
        ? creations(replicaSet, claimed.length)
        : deletions(snapshot, claimed, now);
  const terminating = pods.filter((pod) => isTerminating(pod) && selector.matches(pod.metadata.labels)).length;
  const conditions = withoutCondition(replicaSet.status?.conditions, "ReplicaFailure");
  const status: Status = { ...counts(replicaSet, claimed, now), terminatingReplicas: terminating, conditions };
  const wakeAt = nextAvailability(claimed, replicaSet.spec?.minReadySeconds ?? 0, now);
  return {
    writes: [...writes, ...changes],
    status: withStatus(replicaSet, status),
    ...(wakeAt !== undefined && { wakeAt }),
    report: reportOn(replicaSet, status, now),
  };
}
