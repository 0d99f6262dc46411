// The StatefulSet controller: what it watches and how a snapshot is taken.
import { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from "@knots/api";
import { type Caches, controller, type Key, keyOf, splitKey, watch } from "@knots/client";
import { dependentKeys } from "../shared/keys.ts";
import { byControllerUid, orphansByNamespace } from "../shared/owner.ts";
import { claimTemplates, ordinalOf } from "./identity.ts";
import { plan, type Snapshot } from "./plan.ts";

const INDEXES = { controller: byControllerUid, orphans: orphansByNamespace };

/** Whether the claim has the name of one of the set's claims. */
const isClaimOf = (set: StatefulSet, { metadata }: PersistentVolumeClaim): boolean =>
  claimTemplates(set).some((template) => {
    const prefix = `${template.metadata?.name}-`;
    const rest = { metadata: { name: metadata.name.slice(prefix.length) } };
    return metadata.name.startsWith(prefix) && ordinalOf(set, rest) !== undefined;
  });

const claimKeys = (claim: PersistentVolumeClaim, caches: Caches): readonly Key[] =>
  caches
    .of(StatefulSet)
    .list(claim.metadata.namespace)
    .filter((set) => isClaimOf(set, claim))
    .map(keyOf);

function snapshot(key: Key, caches: Caches): Snapshot | undefined {
  const { namespace, name } = splitKey(key);
  const set = caches.of(StatefulSet).get(namespace, name);
  if (!set) return undefined;
  const pods = caches.of(Pod);
  const revisions = caches.of(ControllerRevision);
  const { uid } = set.metadata;
  const hasClaims = claimTemplates(set).length > 0;
  return {
    set,
    pods: [...pods.byIndex("controller", uid), ...pods.byIndex("orphans", namespace)],
    revisions: [...revisions.byIndex("controller", uid), ...revisions.byIndex("orphans", namespace)],
    claims: hasClaims ? caches.of(PersistentVolumeClaim).list(namespace) : [],
  };
}

export const statefulSetController = controller<Snapshot>({
  name: "statefulset",
  component: "statefulset-controller",
  primary: StatefulSet,
  watches: [
    watch({ kind: StatefulSet, keys: (set) => [keyOf(set)] }),
    watch({ kind: Pod, indexes: INDEXES, keys: dependentKeys(StatefulSet) }),
    watch({ kind: ControllerRevision, indexes: INDEXES, keys: dependentKeys(StatefulSet) }),
    watch({ kind: PersistentVolumeClaim, keys: claimKeys }),
  ],
  snapshot,
  plan,
  workers: 5,
});
