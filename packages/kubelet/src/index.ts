// Public names of @knots/kubelet.

export { createEnvironmentOf, type PodEnvironmentOptions } from "./env/pod-environment.ts";
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
