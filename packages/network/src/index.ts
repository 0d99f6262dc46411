// Public names of @knots/network.
export * from "./names.ts";
export { machineKernel } from "./services/kernel.node.ts";
export type { RulesKernel, TableState } from "./services/kernel.ts";
export type { Target, VirtualPort } from "./services/model.ts";
export { type RunningServices, runServices, type ServicesOptions } from "./services/run-services.ts";
export type { RulesetOptions } from "./services/table.ts";
