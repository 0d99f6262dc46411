// The pod garbage collector: what it watches and how a snapshot is taken.
import { Node, Pod } from "@knots/api";
import { type Controller, controller, keyOf, splitKey, watch } from "@knots/client";
import { isTerminal } from "../shared/pods.ts";
import { plan, type Snapshot } from "./plan.ts";

/** The key of the round that looks at all ended pods; no pod has it. */
const ENDED = "/ended";
const byNode = (pod: Pod): readonly string[] => [pod.spec?.nodeName ?? ""];
const ended = (pod: Pod): readonly string[] => (isTerminal(pod) ? ["ended"] : []);

/** Keeps at most `threshold` ended pods. */
export const podGcController = (threshold = 12_500): Controller =>
  controller<Snapshot>({
    name: "podgc",
    component: "pod-garbage-collector",
    primary: Pod,
    watches: [
      watch({
        kind: Pod,
        indexes: { node: byNode, ended },
        keys: (pod) => (isTerminal(pod) ? [keyOf(pod), ENDED] : [keyOf(pod)]),
      }),
      // Only the coming and going of a node matters.
      watch({
        kind: Node,
        keys: ({ metadata }, caches, previous) =>
          previous ? [] : caches.of(Pod).byIndex("node", metadata.name).map(keyOf),
      }),
    ],
    snapshot(key, caches) {
      if (key === ENDED) return { about: "ended", pods: caches.of(Pod).byIndex("ended", "ended"), threshold };
      const { namespace, name } = splitKey(key);
      const pod = caches.of(Pod).get(namespace, name);
      return pod && { about: "pod", pod, nodeExists: caches.of(Node).get("", pod.spec?.nodeName ?? "") !== undefined };
    },
    plan,
  });
