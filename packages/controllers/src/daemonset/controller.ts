// The DaemonSet controller: what it watches and how a snapshot is taken.
import { ControllerRevision, DaemonSet, Node, Pod } from "@knots/api";
import { type Caches, controller, type Key, keyOf, splitKey, watch } from "@knots/client";
import { deepEqual } from "@knots/std";
import { dependentKeys } from "../shared/keys.ts";
import { byControllerUid, orphansByNamespace } from "../shared/owner.ts";
import { plan, type Snapshot } from "./plan.ts";

const INDEXES = { controller: byControllerUid, orphans: orphansByNamespace };

/** A node concerns every set when what decides about it changes; heartbeats do not. */
function nodeKeys(node: Node, caches: Caches, previous?: Node): readonly Key[] {
  const same =
    previous !== undefined &&
    deepEqual(previous.metadata.labels, node.metadata.labels) &&
    deepEqual(previous.spec, node.spec);
  return same ? [] : caches.of(DaemonSet).list().map(keyOf);
}

function snapshot(key: Key, caches: Caches): Snapshot | undefined {
  const { namespace, name } = splitKey(key);
  const set = caches.of(DaemonSet).get(namespace, name);
  if (!set) return undefined;
  const pods = caches.of(Pod);
  const revisions = caches.of(ControllerRevision);
  const { uid } = set.metadata;
  return {
    set,
    nodes: caches.of(Node).list(),
    pods: [...pods.byIndex("controller", uid), ...pods.byIndex("orphans", namespace)],
    revisions: [...revisions.byIndex("controller", uid), ...revisions.byIndex("orphans", namespace)],
  };
}

export const daemonSetController = controller<Snapshot>({
  name: "daemonset",
  component: "daemonset-controller",
  primary: DaemonSet,
  watches: [
    watch({ kind: DaemonSet, keys: (set) => [keyOf(set)] }),
    watch({ kind: Pod, indexes: INDEXES, keys: dependentKeys(DaemonSet) }),
    watch({ kind: ControllerRevision, indexes: INDEXES, keys: dependentKeys(DaemonSet) }),
    watch({ kind: Node, keys: nodeKeys }),
  ],
  snapshot,
  plan,
  workers: 2,
});
