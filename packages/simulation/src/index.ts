// Public names of @knots/simulation.
export { type SimulatedNode, type SimulationOptions, simulatedNodes } from "./node/options.ts";
export { type PodUsage, runSimulatedNodes, type SimulatedNodes } from "./node/run.ts";
export { type Behaviour, type ContainerScript, steady } from "./pod/script.ts";
