// A decision about a Deployment while it is being made: ReplicaSets as they shall be, events, conditions.
import { type Deployment, ReplicaSet } from "@knots/api";
import type { PlannedEvent, Write } from "@knots/client";
import { deepEqual } from "@knots/std";
import { sizeAnnotations } from "./annotations.ts";
import { replicasOf } from "./numbers.ts";

export type Condition = NonNullable<NonNullable<Deployment["status"]>["conditions"]>[number];

/** Local to one call of the plan: it starts from the snapshot and ends as writes. */
export interface Draft {
  readonly deployment: Deployment;
  readonly now: number;
  conditions: readonly Condition[];
  /** The set of the current template, if there is one. */
  current: ReplicaSet | undefined;
  /** Sets of older templates. */
  old: readonly ReplicaSet[];
  /** The sets as they are stored, by UID. */
  readonly stored: ReadonlyMap<string, ReplicaSet>;
  readonly events: PlannedEvent[];
  readonly deletions: Write[];
}

export const allSets = ({ current, old }: Draft): readonly ReplicaSet[] => (current ? [...old, current] : old);
export const isActiveSet = (set: ReplicaSet): boolean => replicasOf(set) > 0;

export function scalingEvent(deployment: Deployment, name: string, sizes: readonly [number, number]): PlannedEvent {
  const [from, to] = sizes;
  const message = `Scaled ${from < to ? "up" : "down"} replica set ${name} from ${from} to ${to}`;
  return { regarding: deployment, type: "Normal", reason: "ScalingReplicaSet", message };
}

/** Puts a changed set in the place of the one with its UID. */
export function replaceSet(draft: Draft, changed: ReplicaSet): void {
  const { uid } = changed.metadata;
  if (draft.current?.metadata.uid === uid) draft.current = changed;
  draft.old = draft.old.map((set) => (set.metadata.uid === uid ? changed : set));
}

/** Sets a size and what it was chosen for; true when the size changed. */
export function resize(draft: Draft, set: ReplicaSet, replicas: number): boolean {
  const from = replicasOf(set);
  const annotations = { ...set.metadata.annotations, ...sizeAnnotations(draft.deployment) };
  const spec = { ...set.spec, replicas } as NonNullable<ReplicaSet["spec"]>;
  replaceSet(draft, { ...set, metadata: { ...set.metadata, annotations }, spec });
  if (from === replicas) return false;
  draft.events.push(scalingEvent(draft.deployment, set.metadata.name, [from, replicas]));
  return true;
}

/** One update for every stored set that shall differ. */
export function setWrites(draft: Draft): readonly Write[] {
  return allSets(draft).flatMap((set): readonly Write[] => {
    const stored = draft.stored.get(set.metadata.uid);
    return stored && !deepEqual(stored, set) ? [{ verb: "update", kind: ReplicaSet, object: set }] : [];
  });
}
