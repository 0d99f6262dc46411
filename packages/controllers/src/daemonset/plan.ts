// DaemonSet: keeps one pod on every node that is meant, and moves them from one template to the next.
import { type ControllerRevision, DaemonSet, type Node, Pod } from "@knots/api";
import type { Plan } from "@knots/client";
import { selectorFromObject } from "@knots/machinery";
import { claim } from "../shared/owner.ts";
import { podEvent } from "../shared/pod-events.ts";
import { isReady, nextAvailability } from "../shared/pods.ts";
import {
  claimRevisions,
  dropRevisions,
  introduce,
  REVISION_HASH,
  renumber,
  updateRevisionOf,
} from "../shared/revisions.ts";
import { isUp, isUpdated, nextSteps, type Place, placesOf, type Situation } from "./step.ts";

/** What a decision about one DaemonSet is made from. */
export interface Snapshot {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  /** Pods that it manages, and pods of its namespace that nobody manages. */
  readonly pods: readonly Pod[];
  /** Revisions that it manages, and those of its namespace that nobody manages. */
  readonly revisions: readonly ControllerRevision[];
}

type Status = NonNullable<DaemonSet["status"]>;

/** Counts nodes, by the oldest pod that stays there. */
function statusOf(situation: Situation, places: readonly Place[]): Status {
  const { set } = situation;
  const wanted = places.filter(({ shouldRun }) => shouldRun);
  const having = wanted.filter(({ pods }) => pods.length > 0);
  const count = (holds: (pod: Pod) => boolean): number =>
    having.filter(({ pods }) => pods.some((pod) => pod.metadata.deletionTimestamp === undefined && holds(pod))).length;
  const available = count((pod) => isUp(situation, pod));
  const { conditions, collisionCount } = set.status ?? {};
  return {
    currentNumberScheduled: having.length,
    numberMisscheduled: places.filter(({ shouldRun, pods }) => !shouldRun && pods.length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: count(isReady),
    observedGeneration: set.metadata.generation ?? 0,
    updatedNumberScheduled: count((pod) => isUpdated(situation, pod)),
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
    ...(collisionCount !== undefined && { collisionCount }),
    ...(conditions && { conditions }),
  };
}

/** Decides the next step of one DaemonSet. Counts in the status are of the pods seen, before the writes. */
export function plan(snapshot: Snapshot, now: number): Plan {
  const { set, nodes } = snapshot;
  const selector = selectorFromObject(set.spec?.selector);
  const { revisions, writes: adoptions } = claimRevisions(DaemonSet, set, snapshot.revisions);
  const { claimed, writes: claims } = claim({ ownerKind: DaemonSet, owner: set, selector }, Pod, snapshot.pods);
  if (adoptions.length + claims.length > 0) return { writes: [...adoptions, ...claims] };
  const update = updateRevisionOf(set, revisions);
  const leaving = set.metadata.deletionTimestamp !== undefined;
  if (!update) return leaving ? {} : introduce(DaemonSet, set, revisions, REVISION_HASH);
  const situation: Situation = { set, nodes, pods: claimed, update, now };
  const places = placesOf(situation);
  const status = { ...set, status: statusOf(situation, places) };
  if (leaving) return { status };
  const { writes, events, wakeAt } = nextSteps(situation, places);
  const used = new Set(claimed.map(({ metadata }) => metadata.labels?.[REVISION_HASH]));
  const isUsed = (one: ControllerRevision): boolean => one === update || used.has(one.metadata.labels?.[REVISION_HASH]);
  const times = [nextAvailability(claimed, set.spec?.minReadySeconds ?? 0, now), wakeAt].filter(
    (at) => at !== undefined,
  );
  return {
    writes: [...renumber(update, revisions), ...writes, ...dropRevisions(set, revisions, isUsed)],
    status,
    events,
    ...(times.length > 0 && { wakeAt: Math.min(...times) }),
    report: (outcomes) => ({
      events: outcomes.filter(({ write }) => write.kind === Pod).flatMap((outcome) => podEvent(set, outcome) ?? []),
    }),
  };
}
