// Public names of @knots/simulation.
export { audit } from "./invariants/audit.ts";
export type { Accuse, Invariant, Violation } from "./invariants/invariant.ts";
export { invariants, type Monitor, monitorInvariants } from "./invariants/monitor.ts";
export { type SimulatedNode, type SimulationOptions, simulatedNodes } from "./node/options.ts";
export { type PodUsage, runSimulatedNodes, type SimulatedNodes } from "./node/run.ts";
export { type Behaviour, type ContainerScript, steady } from "./pod/script.ts";
