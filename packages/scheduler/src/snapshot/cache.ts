// The scheduler's picture of the cluster: nodes with their pods, kept up to date by single changes, decisions included before the server shows them.
import type { Node, Pod } from "@knots/api";
import { type Labels, nothing, type Selector } from "@knots/machinery";
import { emptyNode, type NodeInfo, withNode, withoutPod, withPod } from "./node-info.ts";
import { createPodClasses, type PodClass } from "./pod-class.ts";
import { type PodInfo, podInfoOf } from "./pod-info.ts";

/** What decisions are made from. */
export interface ClusterView {
  /** Nodes by name; in the order in which they appeared. */
  readonly nodes: ReadonlyMap<string, NodeInfo>;
  readonly podClasses: ReadonlyMap<string, PodClass>;
  /** Labels of a namespace; undefined when it is not known. */
  namespaceLabels(name: string): Labels | undefined;
  /** Which pods belong together with `pod` (same Service or ReplicaSet), for spreading without constraints of its own. */
  siblings(pod: PodInfo): Selector;
}

/** What the cache asks of others: labels of namespaces and selectors of owners. */
export type Surroundings = Pick<ClusterView, "namespaceLabels" | "siblings">;
export const NO_SURROUNDINGS: Surroundings = { namespaceLabels: () => ({}), siblings: () => nothing };

export interface Cache extends ClusterView {
  setNode(node: Node): void;
  removeNode(name: string): void;
  /** A placed pod as the server shows it; it takes the place of an assumed one. */
  setPod(pod: Pod): void;
  removePod(pod: Pod): void;
  /** Counts a pod on a node before its binding is visible. */
  assume(pod: PodInfo, node: string): void;
  /** Takes an assumption back, unless the server has confirmed it meanwhile. */
  forget(pod: PodInfo): void;
  isAssumed(uid: string): boolean;
}

interface Placed {
  readonly info: PodInfo;
  readonly node: string;
  readonly assumed: boolean;
}

/** An empty cache. */
export function createCache(surroundings: Surroundings = NO_SURROUNDINGS): Cache {
  const nodes = new Map<string, NodeInfo>();
  const classes = createPodClasses();
  const placed = new Map<string, Placed>();
  const take = (uid: string): void => {
    const before = placed.get(uid);
    if (!before) return;
    placed.delete(uid);
    classes.remove(before.info, before.node);
    const node = nodes.get(before.node);
    if (node) nodes.set(before.node, withoutPod(node, before.info));
  };
  const put = (entry: Placed): void => {
    take(entry.info.uid);
    placed.set(entry.info.uid, entry);
    classes.add(entry.info, entry.node);
    const node = nodes.get(entry.node);
    if (node) nodes.set(entry.node, withPod(node, entry.info));
  };
  const withItsPods = (node: Node): NodeInfo =>
    [...placed.values()]
      .filter((entry) => entry.node === node.metadata.name)
      .reduce((info, entry) => withPod(info, entry.info), emptyNode(node));
  return {
    ...surroundings,
    nodes,
    podClasses: classes.all,
    setNode(node) {
      const before = nodes.get(node.metadata.name);
      nodes.set(node.metadata.name, before ? withNode(before, node) : withItsPods(node));
    },
    removeNode: (name) => void nodes.delete(name),
    setPod: (pod) => put({ info: podInfoOf(pod), node: pod.spec?.nodeName ?? "", assumed: false }),
    removePod: (pod) => take(pod.metadata.uid),
    assume: (info, node) => put({ info, node, assumed: true }),
    forget: ({ uid }) => {
      if (placed.get(uid)?.assumed) take(uid);
    },
    isAssumed: (uid) => placed.get(uid)?.assumed ?? false,
  };
}
