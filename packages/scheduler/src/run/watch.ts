// Follows the cluster: informer events become changes of the cache and of the queue.
import { Namespace, Node, Pod, ReplicaSet, Service } from "@knots/api";
import type { Informer, Informers } from "@knots/client";
import { nothing, type Selector, selectorFromLabels, selectorFromObject, selectorOf } from "@knots/machinery";
import { deepEqual } from "@knots/std";
import type { Queue } from "../queue/queue.ts";
import type { Cache, Surroundings } from "../snapshot/cache.ts";
import { type PodInfo, podInfoOf } from "../snapshot/pod-info.ts";

interface Followed {
  readonly cache: Cache;
  readonly queue: Queue;
  /** Name of the scheduler whose pods are queued. */
  readonly name: string;
}

const isEnded = (pod: Pod): boolean => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
const isPlaced = (pod: Pod): boolean => Boolean(pod.spec?.nodeName) && !isEnded(pod);

function isOurs(pod: Pod, name: string): boolean {
  const { nodeName, schedulerName = "default-scheduler", schedulingGates = [] } = pod.spec ?? {};
  const waits = !nodeName && schedulingGates.length === 0 && pod.metadata.deletionTimestamp === undefined;
  return waits && schedulerName === name && !isEnded(pod);
}

function leave({ cache, queue }: Followed, pod: Pod): void {
  queue.remove(pod.metadata.uid);
  const wasPlaced = Boolean(pod.spec?.nodeName) || cache.isAssumed(pod.metadata.uid);
  cache.removePod(pod);
  if (wasPlaced) queue.notice({ type: "pod-gone", pod: podInfoOf(pod) });
}

/** A change that matters to placing: status alone does not. */
const sameWish = (a: Pod, b: Pod): boolean =>
  deepEqual(a.spec, b.spec) &&
  deepEqual(a.metadata.labels, b.metadata.labels) &&
  a.metadata.deletionTimestamp === b.metadata.deletionTimestamp;

function arrive(followed: Followed, pod: Pod, previous?: Pod): void {
  const { cache, queue, name } = followed;
  if (isPlaced(pod)) {
    queue.remove(pod.metadata.uid);
    cache.setPod(pod);
    const type = previous && isPlaced(previous) ? "pod-changed" : "pod-placed";
    if (type === "pod-placed" || (previous && !sameWish(pod, previous))) queue.notice({ type, pod: podInfoOf(pod) });
  } else if (previous && isPlaced(previous)) leave(followed, pod);
  else if (!isOurs(pod, name)) queue.remove(pod.metadata.uid);
  else if (previous && sameWish(pod, previous)) queue.refresh(podInfoOf(pod));
  else if (!cache.isAssumed(pod.metadata.uid)) queue.add(podInfoOf(pod));
}

/** Heartbeats change only times: they open no room. */
function nodeMatters(node: Node, previous: Node): boolean {
  const shape = ({ metadata, spec, status }: Node) => [metadata.labels, spec, status?.allocatable, status?.images];
  return !deepEqual(shape(node), shape(previous));
}

function followNodes(informer: Informer<Node>, { cache, queue }: Followed): () => void {
  return informer.subscribe({
    added(node) {
      cache.setNode(node);
      queue.notice({ type: "node-added", node: node.metadata.name });
    },
    updated(node, previous) {
      if (!nodeMatters(node, previous)) return;
      cache.setNode(node);
      queue.notice({ type: "node-changed", node: node.metadata.name });
    },
    deleted: (node) => cache.removeNode(node.metadata.name),
  });
}

/** Subscribes cache and queue; answers the function that ends it. Nodes come first, so that pods find them. */
export function follow(informers: Informers, followed: Followed): () => void {
  const ends = [
    followNodes(informers.informer(Node), followed),
    informers.informer(Pod).subscribe({
      added: (pod) => arrive(followed, pod),
      updated: (pod, previous) => arrive(followed, pod, previous),
      deleted: (pod) => leave(followed, pod),
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Together the selectors of the services in front of a pod and of the ReplicaSet behind it. */
function siblingsOf(informers: Informers): (pod: PodInfo) => Selector {
  const services = informers.informer(Service);
  const sets = informers.informer(ReplicaSet);
  return ({ namespace, labels, pod }) => {
    const fronts = services
      .list(namespace)
      .filter(({ spec }) => Object.keys(spec?.selector ?? {}).length > 0)
      .map(({ spec }) => selectorFromLabels(spec?.selector ?? {}))
      .filter((selector) => selector.matches(labels));
    const owner = pod.metadata.ownerReferences?.find(({ controller, kind }) => controller && kind === ReplicaSet.kind);
    const set = owner && sets.get(namespace, owner.name);
    const all = [...fronts, ...(set ? [selectorFromObject(set.spec?.selector)] : [])];
    return all.length === 0 ? nothing : selectorOf(all.flatMap(({ requirements }) => requirements));
  };
}

/** What the cache asks of others, and the promise that all of it is known. */
export function surroundingsOf(informers: Informers): { readonly surroundings: Surroundings; synced(): Promise<void> } {
  const namespaces = informers.informer(Namespace);
  const kinds = [Node, Pod, Namespace, Service, ReplicaSet];
  return {
    surroundings: {
      namespaceLabels: (name) => namespaces.get("", name)?.metadata.labels,
      siblings: siblingsOf(informers),
    },
    async synced() {
      await Promise.all(kinds.map((kind) => informers.informer(kind).synced()));
    },
  };
}
