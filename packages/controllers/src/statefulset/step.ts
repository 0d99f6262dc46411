// Which pods a stateful set creates, replaces and removes next: one after another, or all at once.
import { type ControllerRevision, Pod } from "@knots/api";
import type { PlannedEvent, Write } from "@knots/client";
import { resolveAmount } from "../shared/amount.ts";
import { isAvailable, isReady, isTerminal } from "../shared/pods.ts";
import { REVISION_HASH } from "../shared/revisions.ts";
import { hasStaleClaim, missingClaims, ownClaims, type Storage } from "./claims.ts";
import { firstOrdinal, identify, newPod, sizeOf } from "./identity.ts";

/** A set at one moment: its pods by ordinal and its two revisions. */
export interface Situation extends Storage {
  readonly now: number;
  readonly pods: ReadonlyMap<number, Pod>;
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

/** What is to be done, and whether an ordered set stops here until that has happened. */
interface Step {
  readonly writes?: readonly Write[];
  readonly events?: readonly PlannedEvent[];
  readonly waits: boolean;
}
const GO_ON: Step = { waits: false };
const WAIT: Step = { waits: true };

const isLeaving = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;
const remove = (object: Pod): Write => ({ verb: "delete", kind: Pod, object });
const isOrdered = ({ set }: Storage): boolean => set.spec?.podManagementPolicy !== "Parallel";
const isUp = ({ set, now }: Situation, pod: Pod): boolean =>
  pod.status?.phase === "Running" && isReady(pod) && isAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
/** Has the pod what its users count on. */
const isHealthy = (situation: Situation, pod: Pod | undefined): boolean =>
  pod !== undefined && !isLeaving(pod) && isUp(situation, pod);
const partitionOf = ({ set }: Storage): number => {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  return type === "OnDelete" ? 0 : (rollingUpdate?.partition ?? 0);
};

/** Pods below the partition keep the template that is being left. */
function create(situation: Situation, ordinal: number): Step {
  const { set, current, update } = situation;
  if (hasStaleClaim(situation, ordinal)) return WAIT;
  const claims = missingClaims(situation, ordinal);
  const old = ordinal < firstOrdinal(set) + partitionOf(situation);
  return { writes: claims.length > 0 ? claims : [newPod(set, ordinal, old ? current : update)], waits: true };
}

function replaceEnded({ set }: Situation, pod: Pod): Step {
  if (isLeaving(pod)) return WAIT;
  const failed = pod.status?.phase === "Failed";
  const { namespace, name } = set.metadata;
  const event: PlannedEvent = {
    regarding: set,
    type: failed ? "Warning" : "Normal",
    reason: failed ? "RecreatingFailedPod" : "RecreatingTerminatedPod",
    message: `StatefulSet ${namespace}/${name} is recreating ${failed ? "failed" : "terminated"} Pod ${pod.metadata.name}`,
  };
  return { writes: [remove(pod)], events: [event], waits: true };
}

function stepOfReplica(situation: Situation, ordinal: number): Step {
  const pod = situation.pods.get(ordinal);
  if (!pod) return create(situation, ordinal);
  if (isTerminal(pod)) return replaceEnded(situation, pod);
  if (isLeaving(pod)) return WAIT;
  const pending = pod.status?.phase !== "Running";
  const writes = [
    ...(pending ? missingClaims(situation, ordinal) : []),
    ...identify(situation.set, pod, ordinal),
    ...ownClaims(situation, pod, ordinal, false),
  ];
  return { writes, waits: !isUp(situation, pod) };
}

/** The first pod that is not healthy may always be scaled away: waiting for it could last for ever. */
function stepOfSurplus(situation: Situation, ordinal: number, mayBeDown: boolean): Step {
  const pod = situation.pods.get(ordinal);
  if (!pod) return GO_ON;
  if (isLeaving(pod)) return WAIT;
  if (isOrdered(situation) && !mayBeDown && !isUp(situation, pod)) return WAIT;
  const owners = ownClaims(situation, pod, ordinal, true);
  return { writes: owners.length > 0 ? owners : [remove(pod)], waits: true };
}

/** Replaces pods of older templates from the highest ordinal down; one that is down anyway costs nothing. */
function roll(situation: Situation, ordinals: readonly number[]): readonly Write[] {
  const { set, pods, update } = situation;
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  if (type === "OnDelete") return [];
  const most = Math.max(1, resolveAmount(rollingUpdate?.maxUnavailable ?? 1, sizeOf(set), Math.floor));
  let room = most - ordinals.filter((ordinal) => !isHealthy(situation, pods.get(ordinal))).length;
  const writes: Write[] = [];
  for (const ordinal of ordinals.slice(partitionOf(situation)).toReversed()) {
    const pod = pods.get(ordinal);
    if (!pod || isLeaving(pod) || pod.metadata.labels?.[REVISION_HASH] === update.metadata.name) continue;
    const healthy = isHealthy(situation, pod);
    if (healthy && room <= 0) continue;
    if (healthy) room -= 1;
    writes.push(remove(pod));
  }
  return writes;
}

/** The steps up to the first that an ordered set waits for. */
function walk(ordered: boolean, steps: readonly Step[]): readonly Step[] {
  const end = ordered ? steps.findIndex(({ waits }) => waits) : -1;
  return end < 0 ? steps : steps.slice(0, end + 1);
}

/** What a set that is not being deleted does next. */
export function nextSteps(situation: Situation): Omit<Step, "waits"> {
  const { set, pods } = situation;
  const ordered = isOrdered(situation);
  const wanted = Array.from({ length: sizeOf(set) }, (_, at) => firstOrdinal(set) + at);
  const within = new Set(wanted);
  const surplus = [...pods.keys()].filter((ordinal) => !within.has(ordinal)).toSorted((a, b) => b - a);
  const lowestDown = surplus.findLast((ordinal) => !isHealthy(situation, pods.get(ordinal)));
  const steps = walk(ordered, [
    ...wanted.map((ordinal) => stepOfReplica(situation, ordinal)),
    ...surplus.map((ordinal) => stepOfSurplus(situation, ordinal, ordinal === lowestDown)),
  ]);
  const writes = steps.flatMap((step) => step.writes ?? []);
  const events = steps.flatMap((step) => step.events ?? []);
  const settled = writes.length === 0 && (!ordered || steps.every(({ waits }) => !waits));
  return { writes: settled ? roll(situation, wanted) : writes, events };
}
