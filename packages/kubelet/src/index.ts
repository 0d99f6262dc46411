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
export { type Kubelet, type KubeletOptions, runKubelet } from "./kubelet.node.ts";
export { LogQueryError, type LogRequest, parseLogQuery } from "./logs/options.ts";
export { type ReadLogOptions, readLog } from "./logs/read.node.ts";
export type { LogOptions } from "./logs/selection.ts";
export type { NodeOptions } from "./node/options.ts";
export type { NodeSettings, Resolver } from "./pods/config/settings.ts";
export type { Pods } from "./pods/pods.ts";
export type { EnvironmentOf, PodGroups, VolumeManager } from "./pods/ports.ts";
export { type CriRuntimeOptions, createCriRuntime } from "./runtime/cri-runtime.ts";
export { type RuntimeFacts, readRuntimeFacts } from "./runtime/facts.ts";
export { type PullOptions, type Runtime, RuntimeError } from "./runtime/runtime.ts";
export type { AccessOptions, KubeletUser, NodeAccess } from "./server/access.node.ts";
export { type KubeletServer, type KubeletServerOptions, startKubeletServer } from "./server/server.node.ts";
export { VolumeError } from "./volumes/error.ts";
export { createVolumeManager, type NodeVolumes, type VolumeManagerOptions } from "./volumes/manager.node.ts";
export {
  createReferencedObjects,
  type ReferencedObjects,
  type ReferencedObjectsOptions,
  type VolumeObjects,
} from "./volumes/objects.ts";
export { createPodTokens, type PodTokens, type TokensOptions } from "./volumes/tokens.ts";
