// Public names of @knots/delivery.
export { type Access, type Caller, kubernetesAccess, type SiteKey, type SiteVerb } from "./access/access.ts";
export { GIT_SERVICE, REGISTRY_SERVICE } from "./access/names.ts";
export {
  type Grant,
  type ScopedToken,
  type ScopedTokens,
  scopedTokens,
  type TokenRequest,
} from "./access/scoped-tokens.node.ts";
export { type BuildTokens, PATHS } from "./builds/pod.ts";
export { readReport, type StepReport } from "./builds/report.ts";
export {
  type BuildSettings,
  DEFAULT_SETTINGS,
  NODE_BUILD_IMAGE,
  type NpmSettings,
  type StepProgram,
  type StepResources,
} from "./builds/settings.ts";
export { type StandardBuilds, standardBuilds } from "./builds/standard.node.ts";
export { nodeSteps, readStepFiles } from "./builds/step-files.node.ts";
export { buildTokens } from "./builds/tokens.ts";
export { type DeliveryLoopOptions, type DeliveryOptions, deliveryControllers, runDeliveryLoops } from "./delivery.ts";
export { GIT_PREFIX, gitPath } from "./git/git-path.ts";
export { type GitServerOptions, gitRoute } from "./git/handler.node.ts";
export { defaultGitLimits, type GitLimits } from "./git/limits.ts";
export type { OnPush, PushedRef } from "./git/push.node.ts";
export { type CommitInfo, openRepositories, type Repositories } from "./git/repositories.node.ts";
export { type Door, type DoorOptions, openDoor, type Route } from "./http/server.node.ts";
export {
  BUILD_IMAGE,
  PAUSE_IMAGE,
  type PlatformImage,
  type PlatformImagesOptions,
  platformImages,
  TOOLS_IMAGE,
} from "./images/platform-images.node.ts";
export { STATIC_IMAGE, STATIC_PORT, STATIC_TAG } from "./images/static-image.ts";
export { PACK_COMMAND, type PackSettings, packArguments } from "./pack/arguments.ts";
export { bundlePacker } from "./pack/bundle.node.ts";
export {
  type Blob,
  digestOf,
  type RegistryClient,
  type RegistryClientOptions,
  registryClient,
} from "./registry/client.node.ts";
export { type RegistryImagesOptions, registryImages } from "./registry/collect.node.ts";
export { hostsToml, REGISTRY_HOST, type RegistryHost } from "./registry/hosts.ts";
export { RegistryConnectionError, RegistryError } from "./registry/http.node.ts";
export { platformToken } from "./registry/platform-token.ts";
export { pushImage } from "./registry/push-image.node.ts";
export { PLATFORM_NAMESPACE, packerAccess, STATIC_REPOSITORY } from "./registry/scope.ts";
export { type RegistryOptions, type RunningRegistry, registryPaths, startRegistry } from "./registry/start.node.ts";
export { type RegistryUsage, registryUsage } from "./registry/stored-images.node.ts";
export { REGISTRY_TOKEN_PATH, registryTokenRoute, type TokenEndpointOptions } from "./registry/token-endpoint.node.ts";
export {
  DEFAULT_GARBAGE,
  type GarbageSnapshot,
  garbagePlan,
  type StoredImage,
  type Watermarks,
} from "./releases/garbage.ts";
export type { ImageStore } from "./releases/garbage-loop.ts";
export { createLookAtPage } from "./releases/look-at-page.node.ts";
export { type Rollback, type RollbackRefusal, type RollbackRequest, rollBack } from "./releases/rollback.ts";
export { DEFAULT_SERVING, type ServingSettings } from "./releases/workload.ts";
export { DELIVERY_ACCOUNT, deliveryBindings, deliveryRoles, ensureDeliveryRoles } from "./roles.ts";
export {
  describeSite,
  type Fact,
  listSites,
  type Reason,
  type SiteView,
  type StopwatchLine,
  stopwatch,
  type TableView,
} from "./sites/describe.ts";
export { lookAtHead } from "./sites/look-at-head.node.ts";
export {
  BUILD_LABEL,
  COMMIT_ANNOTATION,
  DRAIN_ANNOTATION,
  imageRepository,
  REGISTRY,
  RELEASE_ANNOTATION,
  SITE_LABEL,
} from "./sites/names.ts";
export { pushListener } from "./sites/on-push.ts";
export type { Head } from "./sites/poll.ts";
export type { LookAtHead, Source } from "./sites/poll-loop.ts";
export { createPushRecorder, type Push, type PushVerdict, type RecordPush } from "./sites/push.ts";
export type { Language } from "./texts/catalogue.ts";
export { translate } from "./texts/say.ts";
