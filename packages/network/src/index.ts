// Public names of @knots/network.
export * from "./names.ts";
export { clusterId } from "./pods/cluster-id.node.ts";
export type { FirewallName, ForeignFirewall } from "./pods/firewalls.ts";
export { uplinkAddress } from "./pods/links.node.ts";
export type { PodNetworkConfig, PodNetworkPlan } from "./pods/plan.ts";
export {
  openPodNetwork,
  type PodNetwork,
  type PodNetworkOptions,
  removePodNetwork,
} from "./pods/pod-network.node.ts";
export { RangeTakenError } from "./pods/routes.ts";
export { machineKernel } from "./services/kernel.node.ts";
export type { RulesKernel, TableState } from "./services/kernel.ts";
export type { Target, VirtualPort } from "./services/model.ts";
export { type RunningServices, runServices, type ServicesOptions } from "./services/run-services.ts";
export type { RulesetOptions } from "./services/table.ts";
