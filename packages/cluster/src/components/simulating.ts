// Simulated nodes as a component: every node acts as itself.
import { createClient } from "@knots/client";
import { type Behaviour, runSimulatedNodes, type SimulatedNodes, simulatedNodes } from "@knots/simulation";
import { CONTROLLER_MANAGER, nodeUser } from "./identities.ts";
import { outfit } from "./outfit.ts";
import type { Running, Surroundings } from "./surroundings.ts";

export interface SimulatingOptions {
  readonly count: number;
  readonly behaviour?: Behaviour;
}
/** Simulated nodes with their faults. */
export interface RunningNodes extends Running {
  readonly nodes: SimulatedNodes;
}

/** Starts `count` nodes. */
export function startNodes({ count, behaviour }: SimulatingOptions, surroundings: Surroundings): RunningNodes {
  const { clock, transport } = surroundings;
  const own = outfit("simulated-nodes", CONTROLLER_MANAGER, surroundings);
  const { informers, recorder, log } = own;
  const nodes = runSimulatedNodes({
    clientOf: (name) => createClient(transport(nodeUser(name))),
    informers,
    clock,
    log,
    recorder,
    nodes: simulatedNodes(count),
    ...(behaviour && { behaviour }),
  });
  return {
    name: "simulated-nodes",
    nodes,
    async close() {
      await nodes.close();
      await own.close();
    },
  };
}
