// The Deployment controller: what it watches and how a snapshot is taken.
import { Deployment, Pod, ReplicaSet } from "@knots/api";
import { type Caches, controller, type Key, keyOf, splitKey, watch } from "@knots/client";
import { type KubeObject, selectorFromObject } from "@knots/machinery";
import { byControllerUid, controllerRefOf, orphansByNamespace } from "../shared/owner.ts";
import { plan, type Snapshot } from "./plan.ts";

function ownerKeys(object: KubeObject): readonly Key[] {
  const reference = controllerRefOf(object);
  return reference?.kind === Deployment.kind ? [`${object.metadata.namespace}/${reference.name}`] : [];
}

function setKeys(set: ReplicaSet, caches: Caches, previous?: ReplicaSet): readonly Key[] {
  const owners = [...ownerKeys(set), ...(previous ? ownerKeys(previous) : [])];
  if (controllerRefOf(set)) return owners;
  const adopters = caches
    .of(Deployment)
    .list(set.metadata.namespace)
    .filter((deployment) => selectorFromObject(deployment.spec?.selector).matches(set.metadata.labels));
  return [...owners, ...adopters.map(keyOf)];
}

/** Pods matter to Deployments that recreate: the last old pod to end lets the new ones start. */
function podKeys(pod: Pod, caches: Caches): readonly Key[] {
  const reference = controllerRefOf(pod);
  const set = reference && caches.of(ReplicaSet).get(pod.metadata.namespace, reference.name);
  const keys = set ? ownerKeys(set) : [];
  return keys.filter((key) => {
    const { namespace, name } = splitKey(key);
    return caches.of(Deployment).get(namespace, name)?.spec?.strategy?.type === "Recreate";
  });
}

function snapshot(key: Key, caches: Caches): Snapshot | undefined {
  const { namespace, name } = splitKey(key);
  const deployment = caches.of(Deployment).get(namespace, name);
  if (!deployment) return undefined;
  const sets = caches.of(ReplicaSet);
  const owned = sets.byIndex("controller", deployment.metadata.uid);
  const recreate = deployment.spec?.strategy?.type === "Recreate";
  const pods = recreate ? owned.flatMap((set) => caches.of(Pod).byIndex("controller", set.metadata.uid)) : [];
  return { deployment, sets: [...owned, ...sets.byIndex("orphans", namespace)], pods };
}

export const deploymentController = controller<Snapshot>({
  name: "deployment",
  component: "deployment-controller",
  primary: Deployment,
  watches: [
    watch({ kind: Deployment, keys: (deployment) => [keyOf(deployment)] }),
    watch({ kind: ReplicaSet, indexes: { controller: byControllerUid, orphans: orphansByNamespace }, keys: setKeys }),
    watch({ kind: Pod, indexes: { controller: byControllerUid }, keys: podKeys }),
  ],
  snapshot,
  plan,
  workers: 5,
});
