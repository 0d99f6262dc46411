// Which pods a daemon set creates and removes next: one for each node, and the newest template in place of older ones.
import { type ControllerRevision, type DaemonSet, type Node, Pod } from "@knots/api";
import type { PlannedEvent, Write } from "@knots/client";
import { parseTime } from "@knots/std";
import { resolveAmount } from "../shared/amount.ts";
import { isAvailable, isReady, isTerminal } from "../shared/pods.ts";
import { REVISION_HASH } from "../shared/revisions.ts";
import { type Eligibility, eligibility } from "./eligible.ts";
import { newPod, nodeOf } from "./pod.ts";

/** A set at one moment, with the revision of its template. */
export interface Situation {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  /** Every pod that the set manages. */
  readonly pods: readonly Pod[];
  readonly update: ControllerRevision;
  readonly now: number;
}

/** One node with the set's pods on it, oldest first. */
export interface Place extends Eligibility {
  readonly node: string;
  readonly pods: readonly Pod[];
}

/** Most pods that one round creates. */
const BURST = 250;
/** Milliseconds that a failed pod stays before it is replaced, so that one that always fails does not keep its node busy. */
const FAILED_FOR = 1000;

const remove = (object: Pod): Write => ({ verb: "delete", kind: Pod, object });
const isLeaving = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;
const bornAt = ({ metadata }: Pod): number => parseTime(metadata.creationTimestamp ?? "") || 0;
export const isUpdated = ({ update }: Situation, { metadata }: Pod): boolean =>
  metadata.labels?.[REVISION_HASH] === update.metadata.labels?.[REVISION_HASH];
export const isUp = ({ set, now }: Situation, pod: Pod): boolean =>
  isReady(pod) && isAvailable(pod, set.spec?.minReadySeconds ?? 0, now);

/** All nodes, with the pods that are on them or meant for them. */
export function placesOf({ set, nodes, pods }: Situation): readonly Place[] {
  const spec = set.spec?.template?.spec;
  const byNode = Map.groupBy(pods, nodeOf);
  return nodes.map((node) => ({
    ...eligibility(spec, node),
    node: node.metadata.name,
    pods: (byNode.get(node.metadata.name) ?? []).toSorted((a, b) => bornAt(a) - bornAt(b)),
  }));
}

interface Limits {
  readonly surge: number;
  readonly unavailable: number;
}

function limitsOf({ set }: Situation, desired: number): Limits | undefined {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  if (type === "OnDelete") return undefined;
  const surge = resolveAmount(rollingUpdate?.maxSurge, desired, Math.ceil);
  const unavailable = resolveAmount(rollingUpdate?.maxUnavailable ?? 1, desired, Math.ceil);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Pods that are too many on a node; with a surge the old one stays until the new one is available. */
function surplusOf(situation: Situation, live: readonly Pod[], surge: number): readonly Pod[] {
  if (live.length < 2) return [];
  const fresh = live.filter((pod) => isUpdated(situation, pod));
  const old = live.filter((pod) => !isUpdated(situation, pod));
  if (surge === 0 || old.length === 0) return live.slice(1);
  const replaced = fresh.some((pod) => isUp(situation, pod)) || !old.some((pod) => isUp(situation, pod));
  return [...fresh.slice(1), ...(replaced && fresh.length > 0 ? old : old.slice(1))];
}

/** What one round does, and when to look again. */
export interface Step {
  readonly writes: readonly Write[];
  readonly events: readonly PlannedEvent[];
  readonly wakeAt?: number;
}

/** Failed pods go, after a while. */
function replaceFailed({ set, now }: Situation, { node, pods }: Place): Step {
  const failed = pods.filter((pod) => isTerminal(pod) && !isLeaving(pod));
  const due = failed.filter((pod) => bornAt(pod) + FAILED_FOR <= now);
  const later = failed.filter((pod) => !due.includes(pod)).map((pod) => bornAt(pod) + FAILED_FOR);
  const events = due.map((pod): PlannedEvent => {
    const ended = pod.status?.phase === "Failed";
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    return {
      regarding: set,
      type: ended ? "Warning" : "Normal",
      reason: ended ? "FailedDaemonPod" : "SucceededDaemonPod",
      message: ended
        ? `Found failed daemon pod ${name} on node ${node}, will try to kill it`
        : `Found succeeded daemon pod ${name} on node ${node}, will try to delete it`,
    };
  });
  return { writes: due.map(remove), events, ...(later.length > 0 && { wakeAt: Math.min(...later) }) };
}

/** Keeps one pod on a node that should have it, and none on one that may not. */
function manage(situation: Situation, place: Place, surge: number): Step {
  const { pods, node, shouldRun, mayStay } = place;
  if (!mayStay) return { writes: pods.filter((pod) => !isLeaving(pod)).map(remove), events: [] };
  const failed = replaceFailed(situation, place);
  const surplus = surplusOf(
    situation,
    pods.filter((pod) => !isTerminal(pod) && !isLeaving(pod)),
    surge,
  ).map(remove);
  const made = shouldRun && pods.length === 0 ? [newPod(situation.set, node, situation.update)] : [];
  return { ...failed, writes: [...failed.writes, ...surplus, ...made] };
}

/** Replaces pods of older templates, within what may be missing or doubled; one that is down anyway costs nothing. */
function roll(situation: Situation, places: readonly Place[], { surge, unavailable }: Limits): readonly Write[] {
  const wanted = places.filter(({ shouldRun }) => shouldRun);
  const has = (pods: readonly Pod[]): boolean => pods.some((pod) => !isLeaving(pod) && isUp(situation, pod));
  let room = surge > 0 ? surge - wanted.filter(({ pods }) => pods.length > 1).length : unavailable;
  if (surge === 0) room -= wanted.filter(({ pods }) => !has(pods)).length;
  return wanted.flatMap(({ node, pods }): readonly Write[] => {
    const [pod] = pods;
    if (!pod || pods.length > 1 || isLeaving(pod) || isTerminal(pod) || isUpdated(situation, pod)) return [];
    if (!has(pods)) return [remove(pod)];
    if (room <= 0) return [];
    room -= 1;
    return [surge > 0 ? newPod(situation.set, node, situation.update) : remove(pod)];
  });
}

/** What a set that is not being deleted does next. */
export function nextSteps(situation: Situation, places: readonly Place[]): Step {
  const limits = limitsOf(situation, places.filter(({ shouldRun }) => shouldRun).length);
  const steps = places.map((place) => manage(situation, place, limits?.surge ?? 0));
  const writes = steps.flatMap((step) => step.writes);
  const times = steps.flatMap(({ wakeAt }) => wakeAt ?? []);
  const rest = writes.length === 0 && limits ? roll(situation, places, limits) : [];
  return {
    writes: [...writes, ...rest].slice(0, BURST),
    events: steps.flatMap(({ events }) => events),
    ...(times.length > 0 && { wakeAt: Math.min(...times) }),
  };
}
