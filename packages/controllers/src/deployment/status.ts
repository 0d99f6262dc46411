// The status of a Deployment: counts, and the conditions Available, Progressing and ReplicaFailure.
import type { Deployment, ReplicaSet } from "@knots/api";
import { conditionOf, withCondition, withoutCondition } from "@knots/machinery";
import { formatTime, parseTime } from "@knots/std";
import { sum } from "../shared/sum.ts";
import { allSets, type Condition, type Draft } from "./draft.ts";
import { actualTotal, askedTotal, availableTotal, maxUnavailable, wanted } from "./numbers.ts";

export type Status = NonNullable<Deployment["status"]>;
const NO_DEADLINE = 2_147_483_647;

/** Seconds without progress after which a rollout counts as stuck; undefined means never. */
export function progressDeadline(deployment: Deployment): number | undefined {
  const seconds = deployment.spec?.progressDeadlineSeconds;
  return seconds === NO_DEADLINE ? undefined : seconds;
}

export function condition(
  type: string,
  status: Condition["status"],
  because: readonly [string, string],
  now: number,
): Condition {
  const time = formatTime(now);
  const [reason, message] = because;
  return { type, status, reason, message, lastUpdateTime: time, lastTransitionTime: time };
}

/** Adds a condition unless one with the same status and reason is there; that one stays as it is. */
export function setCondition(conditions: readonly Condition[], next: Condition): readonly Condition[] {
  const old = conditionOf(conditions, next.type);
  return old?.status === next.status && old.reason === next.reason ? conditions : withCondition(conditions, next);
}

function counts(draft: Draft): Omit<Status, "conditions"> {
  const { deployment, current } = draft;
  const sets = allSets(draft);
  const collisions = deployment.status?.collisionCount;
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: actualTotal(sets),
    updatedReplicas: current ? actualTotal([current]) : 0,
    readyReplicas: sum(sets, (set) => set.status?.readyReplicas ?? 0),
    availableReplicas: availableTotal(sets),
    unavailableReplicas: Math.max(0, askedTotal(sets) - availableTotal(sets)),
    terminatingReplicas: sum(sets, (set) => set.status?.terminatingReplicas ?? 0),
    ...(collisions !== undefined && { collisionCount: collisions }),
  };
}

/** Counts and the condition Available; the other conditions are those of the draft. */
export function basicStatus(draft: Draft): Status {
  const { deployment, now } = draft;
  const numbers = counts(draft);
  const enough = (numbers.availableReplicas ?? 0) >= wanted(deployment) - maxUnavailable(deployment);
  const available = enough
    ? condition("Available", "True", ["MinimumReplicasAvailable", "Deployment has minimum availability."], now)
    : condition(
        "Available",
        "False",
        ["MinimumReplicasUnavailable", "Deployment does not have minimum availability."],
        now,
      );
  return { ...numbers, conditions: setCondition(draft.conditions, available) };
}

/** Whether all wanted pods are of the current template and available, and no other pods are left. */
export function isComplete(deployment: Deployment, status: Status | undefined): boolean {
  const size = wanted(deployment);
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status ?? {};
  return (
    [updatedReplicas, replicas, availableReplicas].every((count) => count === size) &&
    observedGeneration >= (deployment.metadata.generation ?? 0)
  );
}

function isProgressing(old: Status, next: Status): boolean {
  const leftOver = ({ replicas = 0, updatedReplicas = 0 }: Status): number => replicas - updatedReplicas;
  return (
    (next.updatedReplicas ?? 0) > (old.updatedReplicas ?? 0) ||
    leftOver(next) < leftOver(old) ||
    (next.readyReplicas ?? 0) > (old.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (old.availableReplicas ?? 0)
  );
}

/** When the rollout will count as stuck if nothing moves (milliseconds since the epoch). */
function deadlineOf(deployment: Deployment, progressing: Condition | undefined): number | undefined {
  const seconds = progressDeadline(deployment);
  if (seconds === undefined || !progressing || progressing.reason === "NewReplicaSetAvailable") return undefined;
  return parseTime(progressing.lastUpdateTime ?? progressing.lastTransitionTime ?? "") + seconds * 1000;
}

function isTimedOut(deployment: Deployment, status: Status, now: number): boolean {
  const progressing = conditionOf(status.conditions, "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") return true;
  const deadline = deadlineOf(deployment, progressing);
  return deadline !== undefined && deadline < now;
}

/** Progress renews the update time even when status and reason stay. */
function renewed(conditions: readonly Condition[], next: Condition): readonly Condition[] {
  const old = conditionOf(conditions, next.type);
  const kept =
    old?.status === "True" && old.lastTransitionTime !== undefined
      ? { ...next, lastTransitionTime: old.lastTransitionTime }
      : next;
  return [...withoutCondition(conditions, next.type), kept];
}

function progressConditions(draft: Draft, status: Status): readonly Condition[] {
  const { deployment, current, now } = draft;
  const list = status.conditions ?? [];
  const subject = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const because = (reason: string, what: string): readonly [string, string] => [reason, `${subject} ${what}`];
  const settled =
    status.replicas === status.updatedReplicas &&
    conditionOf(draft.conditions, "Progressing")?.reason === "NewReplicaSetAvailable";
  if (settled) return list;
  if (isComplete(deployment, status)) {
    const done = because("NewReplicaSetAvailable", "has successfully progressed.");
    return setCondition(list, condition("Progressing", "True", done, now));
  }
  if (isProgressing(deployment.status ?? {}, status)) {
    return renewed(list, condition("Progressing", "True", because("ReplicaSetUpdated", "is progressing."), now));
  }
  if (!isTimedOut(deployment, status, now)) return list;
  const stuck = because("ProgressDeadlineExceeded", "has timed out progressing.");
  return setCondition(list, condition("Progressing", "False", stuck, now));
}

/** A set's failure is the Deployment's; the current template's failure first. */
function replicaFailure({ current, old }: Draft): Condition | undefined {
  const sets: readonly ReplicaSet[] = [...(current ? [current] : []), ...old];
  const failure = sets.map((set) => conditionOf(set.status?.conditions, "ReplicaFailure")).find((found) => found);
  return failure && { ...failure, ...(failure.lastTransitionTime && { lastUpdateTime: failure.lastTransitionTime }) };
}

/** The status during and after a rollout. */
export function rolloutStatus(draft: Draft): Status {
  const basic = basicStatus(draft);
  const progress =
    progressDeadline(draft.deployment) === undefined
      ? withoutCondition(basic.conditions, "Progressing")
      : progressConditions(draft, basic);
  const failure = replicaFailure(draft);
  const conditions = failure ? setCondition(progress, failure) : withoutCondition(progress, "ReplicaFailure");
  return { ...basic, conditions };
}

/** When to look again at a rollout that has not moved; undefined when it is complete or already known to be stuck. */
export function stuckAt(deployment: Deployment, status: Status): number | undefined {
  const progressing = conditionOf(status.conditions, "Progressing");
  if (isComplete(deployment, status) || progressing?.reason === "ProgressDeadlineExceeded") return undefined;
  const deadline = deadlineOf(deployment, progressing);
  return deadline === undefined ? undefined : deadline + 1000;
}
