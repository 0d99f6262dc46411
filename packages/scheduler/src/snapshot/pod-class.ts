// Pods that no selector and no affinity rule can tell apart, counted per node: spreading and affinity look at classes, not at pods.
import type { Affinity } from "@knots/api";
import type { PodInfo } from "./pod-info.ts";

export interface PodClass {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly affinity: Affinity | undefined;
  readonly terminating: boolean;
  /** How many pods of the class are on each node; never zero. */
  readonly perNode: ReadonlyMap<string, number>;
}

function classKey({ pod, namespace, labels, terminating }: PodInfo): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {};
  return JSON.stringify([namespace, terminating, sorted, podAffinity, podAntiAffinity]);
}

/** The classes of all placed pods. */
export interface PodClasses {
  readonly all: ReadonlyMap<string, PodClass>;
  add(pod: PodInfo, node: string): void;
  remove(pod: PodInfo, node: string): void;
}

export function createPodClasses(): PodClasses {
  const all = new Map<string, PodClass & { readonly perNode: Map<string, number> }>();
  const change = (pod: PodInfo, node: string, by: number): void => {
    const key = classKey(pod);
    const { namespace, labels, terminating } = pod;
    const found = all.get(key) ?? {
      namespace,
      labels,
      terminating,
      affinity: pod.pod.spec?.affinity,
      perNode: new Map(),
    };
    const count = (found.perNode.get(node) ?? 0) + by;
    if (count > 0) found.perNode.set(node, count);
    else found.perNode.delete(node);
    if (found.perNode.size > 0) all.set(key, found);
    else all.delete(key);
  };
  return { all, add: (pod, node) => change(pod, node, 1), remove: (pod, node) => change(pod, node, -1) };
}
