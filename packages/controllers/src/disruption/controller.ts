// The disruption controller: what it watches and how a snapshot is taken.
import { Deployment, Pod, PodDisruptionBudget, ReplicaSet, ReplicationController, StatefulSet } from "@knots/api";
import { type Caches, controller, type Key, keyOf, splitKey, watch } from "@knots/client";
import { type KubeObject, type OwnerReference, selectorFromObject } from "@knots/machinery";
import { controllerRefOf } from "../shared/owner.ts";
import { hasScale, type Scaled } from "./expected.ts";
import { plan, type Snapshot } from "./plan.ts";

const selects = ({ spec }: PodDisruptionBudget, { metadata }: Pod): boolean =>
  selectorFromObject(spec?.selector).matches(metadata.labels);

/** Budgets that protect the pod, or did before its labels changed. */
function podKeys(pod: Pod, caches: Caches, previous?: Pod): readonly Key[] {
  const budgets = caches.of(PodDisruptionBudget).list(pod.metadata.namespace);
  return budgets.filter((each) => selects(each, pod) || (previous && selects(each, previous))).map(keyOf);
}

/** Every budget beside an object whose scale changed. */
function scaleKeys(object: Scaled, caches: Caches, previous?: Scaled): readonly Key[] {
  if (previous && previous.spec?.replicas === object.spec?.replicas) return [];
  return caches.of(PodDisruptionBudget).list(object.metadata.namespace).map(keyOf);
}

function ownerOf({ kind, name }: OwnerReference, namespace: string, caches: Caches): Scaled | undefined {
  switch (kind) {
    case ReplicaSet.kind:
      return caches.of(ReplicaSet).get(namespace, name);
    case Deployment.kind:
      return caches.of(Deployment).get(namespace, name);
    case StatefulSet.kind:
      return caches.of(StatefulSet).get(namespace, name);
    case ReplicationController.kind:
      return caches.of(ReplicationController).get(namespace, name);
    default:
      return undefined;
  }
}

/** Adds what manages the object, and what manages that. */
function collectOwners(object: KubeObject, caches: Caches, owners: Map<string, Scaled>): void {
  const reference = controllerRefOf(object);
  if (!reference || owners.has(reference.uid) || !hasScale(reference)) return;
  const owner = ownerOf(reference, object.metadata.namespace ?? "", caches);
  if (owner?.metadata.uid !== reference.uid) return;
  owners.set(reference.uid, owner);
  collectOwners(owner, caches, owners);
}

export const disruptionController = controller<Snapshot>({
  name: "disruption",
  component: "controllermanager",
  primary: PodDisruptionBudget,
  watches: [
    watch({ kind: PodDisruptionBudget, keys: (budget) => [keyOf(budget)] }),
    watch({ kind: Pod, keys: podKeys }),
    watch({ kind: ReplicaSet, keys: scaleKeys }),
    watch({ kind: Deployment, keys: scaleKeys }),
    watch({ kind: StatefulSet, keys: scaleKeys }),
    watch({ kind: ReplicationController, keys: scaleKeys }),
  ],
  snapshot(key, caches) {
    const { namespace, name } = splitKey(key);
    const budget = caches.of(PodDisruptionBudget).get(namespace, name);
    if (!budget) return undefined;
    const pods = caches
      .of(Pod)
      .list(namespace)
      .filter((pod) => selects(budget, pod));
    const owners = new Map<string, Scaled>();
    for (const pod of pods) collectOwners(pod, caches, owners);
    return { budget, pods, owners };
  },
  plan,
});
