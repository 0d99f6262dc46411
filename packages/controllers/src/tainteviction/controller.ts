// The taint eviction controller: what it watches and how a snapshot is taken.
import { Node, Pod } from "@knots/api";
import { controller, keyOf, splitKey, watch } from "@knots/client";
import { deepEqual } from "@knots/std";
import { plan, type Snapshot } from "./plan.ts";

const byNode = (pod: Pod): readonly string[] => (pod.spec?.nodeName ? [pod.spec.nodeName] : []);

export const taintEvictionController = controller<Snapshot>({
  name: "tainteviction",
  component: "taint-eviction-controller",
  primary: Pod,
  watches: [
    watch({ kind: Pod, indexes: { node: byNode }, keys: (pod) => (pod.spec?.nodeName ? [keyOf(pod)] : []) }),
    watch({
      kind: Node,
      keys: (node, caches, previous) =>
        previous && deepEqual(previous.spec?.taints, node.spec?.taints)
          ? []
          : caches.of(Pod).byIndex("node", node.metadata.name).map(keyOf),
    }),
  ],
  snapshot(key, caches) {
    const { namespace, name } = splitKey(key);
    const pod = caches.of(Pod).get(namespace, name);
    return pod && { pod, node: caches.of(Node).get("", pod.spec?.nodeName ?? "") };
  },
  plan,
  workers: 4,
});
