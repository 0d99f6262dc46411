// Public names of @knots/kubelet.

export {
  type Environment,
  type EnvironmentInput,
  type EnvironmentSources,
  environmentOf,
  type Variable,
} from "./env/environment.ts";
export { CreateContainerConfigError } from "./env/error.ts";
export { expand } from "./env/expand.ts";
export type { PodAddresses } from "./env/field-ref.ts";
export { createEnvironmentOf, type PodEnvironmentOptions } from "./env/pod-environment.ts";
export { type References, referencesOf } from "./env/references.ts";
export type { Allocatable } from "./env/resource-ref.ts";
export { LogQueryError, type LogRequest, parseLogQuery } from "./logs/options.ts";
export { type ReadLogOptions, readLog } from "./logs/read.node.ts";
export type { LogOptions } from "./logs/selection.ts";
export { planPod } from "./pods/plan.ts";
export { podStatus } from "./pods/status.ts";
export type { PodMemory, PodView } from "./pods/view.ts";
export { VolumeError } from "./volumes/error.ts";
export { createVolumeManager, type NodeVolumes, type VolumeManagerOptions } from "./volumes/manager.node.ts";
export {
  createReferencedObjects,
  type ReferencedObjects,
  type ReferencedObjectsOptions,
  type VolumeObjects,
} from "./volumes/objects.ts";
export { createPodTokens, type PodTokens, type TokensOptions } from "./volumes/tokens.ts";
