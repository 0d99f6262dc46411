// StatefulSet: keeps pods with names and storage of their own, and moves them from one template to the next in order.
import { type ControllerRevision, type PersistentVolumeClaim, Pod, StatefulSet } from "@knots/api";
import type { Plan } from "@knots/client";
import { type KubeObject, selectorFromObject } from "@knots/machinery";
import { claim } from "../shared/owner.ts";
import { nextAvailability } from "../shared/pods.ts";
import {
  claimRevisions,
  dropRevisions,
  introduce,
  REVISION_HASH,
  renumber,
  updateRevisionOf,
} from "../shared/revisions.ts";
import { ordinalOf } from "./identity.ts";
import { eventOf } from "./report.ts";
import { statusOf } from "./status.ts";
import { nextSteps } from "./step.ts";

/** Label of a revision that carries its hash. */
const HASH = "controller.kubernetes.io/hash";

/** What a decision about one StatefulSet is made from. */
export interface Snapshot {
  readonly set: StatefulSet;
  /** Pods that it manages, and pods of its namespace that nobody manages. */
  readonly pods: readonly Pod[];
  /** Revisions that it manages, and those of its namespace that nobody manages. */
  readonly revisions: readonly ControllerRevision[];
  /** Claims with the names of its claims. */
  readonly claims: readonly PersistentVolumeClaim[];
}

/** Decides the next step of one StatefulSet. Counts in the status are of the pods seen, before the writes. */
export function plan(snapshot: Snapshot, now: number): Plan {
  const { set } = snapshot;
  const { revisions, writes: adoptions } = claimRevisions(StatefulSet, set, snapshot.revisions);
  const admits = (object: KubeObject): boolean => ordinalOf(set, object) !== undefined;
  const claimant = { ownerKind: StatefulSet, owner: set, selector: selectorFromObject(set.spec?.selector), admits };
  const { claimed, writes: claimWrites } = claim(claimant, Pod, snapshot.pods);
  const claiming = [...adoptions, ...claimWrites];
  if (claiming.length > 0) return { writes: claiming };
  const leaving = set.metadata.deletionTimestamp !== undefined;
  const update = updateRevisionOf(set, revisions);
  if (!update) return leaving ? {} : introduce(StatefulSet, set, revisions, HASH);
  const current = revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
  const names = { current: current.metadata.name, update: update.metadata.name };
  const status = { ...set, status: statusOf(set, claimed, names, now) };
  if (leaving) return { status };
  const pods = new Map(claimed.map((pod) => [ordinalOf(set, pod) ?? -1, pod]));
  const claims = new Map(snapshot.claims.map((each) => [each.metadata.name, each]));
  const { writes = [], events = [] } = nextSteps({ set, now, pods, claims, current, update });
  const used = new Set([
    names.current,
    names.update,
    ...claimed.map(({ metadata }) => metadata.labels?.[REVISION_HASH]),
  ]);
  const history = dropRevisions(set, revisions, ({ metadata }) => used.has(metadata.name));
  const wakeAt = nextAvailability(claimed, set.spec?.minReadySeconds ?? 0, now);
  return {
    writes: [...renumber(update, revisions), ...writes, ...history],
    status,
    events,
    ...(wakeAt !== undefined && { wakeAt }),
    report: (outcomes) => ({
      events: outcomes.map((outcome) => eventOf(set, outcome)).filter((event) => event !== undefined),
    }),
  };
}
