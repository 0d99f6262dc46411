// The ReplicaSet controller: what it watches and how a snapshot is taken.
import { Pod, ReplicaSet } from "@knots/api";
import { type Caches, controller, type Key, keyOf, splitKey, watch } from "@knots/client";
import { dependentKeys } from "../shared/keys.ts";
import { byControllerUid, controllerRefOf, orphansByNamespace } from "../shared/owner.ts";
import { plan, type Snapshot } from "./plan.ts";

const INDEXES = { controller: byControllerUid, orphans: orphansByNamespace };

/** Pods of every set that belongs to the same owner as `set`. */
function relatedPods(set: ReplicaSet, caches: Caches): readonly Pod[] {
  const pods = caches.of(Pod);
  const owner = controllerRefOf(set);
  const family = owner ? caches.of(ReplicaSet).byIndex("controller", owner.uid) : [set];
  return family.flatMap((member) => pods.byIndex("controller", member.metadata.uid));
}

function snapshot(key: Key, caches: Caches): Snapshot | undefined {
  const { namespace, name } = splitKey(key);
  const replicaSet = caches.of(ReplicaSet).get(namespace, name);
  if (!replicaSet) return undefined;
  const pods = caches.of(Pod);
  return {
    replicaSet,
    pods: [...pods.byIndex("controller", replicaSet.metadata.uid), ...pods.byIndex("orphans", namespace)],
    related: relatedPods(replicaSet, caches),
  };
}

export const replicaSetController = controller<Snapshot>({
  name: "replicaset",
  component: "replicaset-controller",
  primary: ReplicaSet,
  watches: [
    watch({ kind: ReplicaSet, indexes: INDEXES, keys: (set) => [keyOf(set)] }),
    watch({ kind: Pod, indexes: INDEXES, keys: dependentKeys(ReplicaSet) }),
  ],
  snapshot,
  plan,
  workers: 5,
});
