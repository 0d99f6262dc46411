// Invariants of pods: bound once, never more than a node has, own addresses, restart counts that only grow.
import { Node, Pod } from "@knots/api";
import { quantityMilli } from "@knots/machinery";
import type { Invariant } from "./invariant.ts";

const nameOf = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;
const isLive = ({ spec, status }: Pod): boolean =>
  Boolean(spec?.nodeName) && status?.phase !== "Succeeded" && status?.phase !== "Failed";

export const boundOnce: Invariant = {
  id: "I14",
  doc: "A pod is bound to one node, once.",
  watch: (informers, accuse) =>
    informers.informer(Pod).subscribe({
      updated(pod, previous) {
        const [before, after] = [previous.spec?.nodeName, pod.spec?.nodeName];
        if (before && before !== after && previous.metadata.uid === pod.metadata.uid) {
          accuse(`pod ${nameOf(pod)} moved from node ${before} to ${after}`);
        }
      },
    }),
};

/** What the containers of a pod request together, in thousandths. */
function requested(pod: Pod, resource: string): number {
  return (pod.spec?.containers ?? []).reduce(
    (sum, { resources }) => sum + quantityMilli(resources?.requests?.[resource] ?? "0"),
    0,
  );
}

/** The first resource of which the pods of a node request more than it has. */
function overcommitted(node: Node, pods: readonly Pod[]): string | undefined {
  const allocatable = node.status?.allocatable ?? {};
  if (pods.length > quantityMilli(allocatable["pods"] ?? "0") / 1000) return "pods";
  return ["cpu", "memory"].find((resource) => {
    const total = pods.reduce((sum, pod) => sum + requested(pod, resource), 0);
    return total > quantityMilli(allocatable[resource] ?? "0");
  });
}

export const neverOvercommitted: Invariant = {
  id: "I14",
  doc: "When a pod is bound, the requests of all pods on the node fit into what it has.",
  watch(informers, accuse) {
    const pods = informers.informer(Pod);
    const nodes = informers.informer(Node);
    const onNode = pods.index((pod) => (isLive(pod) ? [pod.spec?.nodeName ?? ""] : []));
    const check = (pod: Pod): void => {
      const node = nodes.get("", pod.spec?.nodeName ?? "");
      const short = node && overcommitted(node, onNode(node.metadata.name));
      if (short) accuse(`node ${pod.spec?.nodeName} has too little ${short} for pod ${nameOf(pod)}`);
    };
    return pods.subscribe({
      updated(pod, previous) {
        if (pod.spec?.nodeName && !previous.spec?.nodeName) check(pod);
      },
    });
  },
};

export const ownAddresses: Invariant = {
  id: "I20",
  doc: "No two running pods have the same address, unless both use their node's.",
  watch(informers, accuse) {
    const pods = informers.informer(Pod);
    const byAddress = pods.index((pod) =>
      isLive(pod) && !pod.spec?.hostNetwork && pod.status?.podIP ? [pod.status.podIP] : [],
    );
    const check = (pod: Pod): void => {
      const ip = pod.status?.podIP ?? "";
      const holders = byAddress(ip);
      if (holders.length > 1) accuse(`address ${ip} belongs to ${holders.map(nameOf).sort().join(" and ")}`);
    };
    return pods.subscribe({ added: check, updated: check });
  },
};

export const restartsGrow: Invariant = {
  id: "I27",
  doc: "The restart count of a container never goes back.",
  watch: (informers, accuse) =>
    informers.informer(Pod).subscribe({
      updated(pod, previous) {
        if (pod.metadata.uid !== previous.metadata.uid) return;
        for (const { name, restartCount } of pod.status?.containerStatuses ?? []) {
          const before = previous.status?.containerStatuses?.find((status) => status.name === name)?.restartCount ?? 0;
          if (restartCount < before)
            accuse(`container ${name} of ${nameOf(pod)} went from ${before} to ${restartCount} restarts`);
        }
      },
    }),
};
