// Simulated nodes at work: ordinary clients of the API that register, send heartbeats and run pods by a script.
import { Pod } from "@knots/api";
import { createWorkQueue, type Informer, keyOf, splitKey, type WorkResult } from "@knots/client";
import { addQuantities } from "@knots/machinery";
import { assert } from "@knots/std";
import { steady } from "../pod/script.ts";
import { createMachine, type Machine } from "./machine.ts";
import type { SimulatedNode, SimulationOptions } from "./options.ts";
import { workOnPod } from "./pod-worker.ts";

/** What the containers of a pod use at the moment. */
export interface PodUsage {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly cpu: string;
  readonly memory: string;
}

/** The running simulation and its faults. */
export interface SimulatedNodes {
  readonly names: readonly string[];
  /** Resolves when every node has registered. */
  started(): Promise<void>;
  addNode(node: SimulatedNode): Promise<void>;
  /** Power failure: heartbeats and reports end, containers are lost. */
  stopNode(name: string): void;
  /** The node boots: it reports healthy and starts what is still bound to it. */
  startNode(name: string): Promise<void>;
  usage(): readonly PodUsage[];
  close(): Promise<void>;
}

const byNode = (pod: Pod): readonly string[] => (pod.spec?.nodeName ? [pod.spec.nodeName] : []);

/** Forgets pods that are gone and hands all others to `changed`. */
function followPods(
  informer: Informer<Pod>,
  machines: ReadonlyMap<string, Machine>,
  changed: (pod: Pod) => void,
): () => void {
  const forget = (pod: Pod): void => {
    for (const machine of machines.values())
      if (machine.node.name === pod.spec?.nodeName) machine.forget(pod.metadata.uid);
  };
  return informer.subscribe({
    added: changed,
    updated: changed,
    deleted: forget,
  });
}

function usageOf(pods: readonly Pod[], behaviour: NonNullable<SimulationOptions["behaviour"]>): readonly PodUsage[] {
  return pods
    .filter(({ status }) => status?.phase === "Running")
    .map((pod) => {
      const uses = (pod.spec?.containers ?? []).map(
        ({ name }) => behaviour(pod, name).usage ?? { cpu: "0", memory: "0" },
      );
      const { namespace, name } = pod.metadata;
      const total = (of: "cpu" | "memory"): string => addQuantities(...uses.map((use) => use[of]));
      return { namespace, name, node: pod.spec?.nodeName ?? "", cpu: total("cpu"), memory: total("memory") };
    });
}

/** Starts the nodes; heartbeats and pod reports go on until `close`. */
export function runSimulatedNodes(options: SimulationOptions): SimulatedNodes {
  const { informers, clock, behaviour = steady, log } = options;
  const informer = informers.informer(Pod);
  const podsOf = informer.index(byNode);
  const machines = new Map<string, Machine>();
  const work = async (key: string): Promise<WorkResult> => {
    const { namespace, name } = splitKey(key);
    const pod = informer.get(namespace, name);
    const machine = pod && machines.get(pod.spec?.nodeName ?? "");
    return pod && machine?.up ? workOnPod(machine, pod, { ...options, informer }) : {};
  };
  const queue = createWorkQueue({ clock, workers: 16, work });
  const unfollow = followPods(informer, machines, (pod) => {
    if (machines.get(pod.spec?.nodeName ?? "")?.up) queue.add(keyOf(pod));
  });
  const machineOf = (name: string): Machine => {
    const machine = machines.get(name);
    assert(machine, `there is a simulated node ${name}`);
    return machine;
  };
  const boot = async (machine: Machine): Promise<void> => {
    await informer.synced();
    const pods = podsOf(machine.node.name);
    await machine.start(pods);
    for (const pod of pods) queue.add(keyOf(pod));
  };
  const addNode = (node: SimulatedNode): Promise<void> => {
    const machine = createMachine(node, options);
    machines.set(node.name, machine);
    return boot(machine);
  };
  const booted = Promise.all(options.nodes.map(addNode)).then(() => queue.start());
  booted.catch((error: unknown) => log.error("simulated nodes did not start", { error }));
  return {
    get names() {
      return [...machines.keys()];
    },
    started: () => booted,
    addNode,
    stopNode: (name) => machineOf(name).stop(),
    startNode: (name) => boot(machineOf(name)),
    usage: () => usageOf(informer.list(), behaviour),
    async close() {
      unfollow();
      for (const machine of machines.values()) machine.stop();
      await queue.close();
    },
  };
}
