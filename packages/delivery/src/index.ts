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
export { GIT_PREFIX, gitPath } from "./git/git-path.ts";
export { type GitServerOptions, gitRoute } from "./git/handler.node.ts";
export { defaultGitLimits, type GitLimits } from "./git/limits.ts";
export type { OnPush, PushedRef } from "./git/push.node.ts";
export { type CommitInfo, openRepositories, type Repositories } from "./git/repositories.node.ts";
export { type Door, type DoorOptions, openDoor, type Route } from "./http/server.node.ts";
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
export { PLATFORM_NAMESPACE } from "./registry/scope.ts";
export { type RegistryOptions, type RunningRegistry, registryPaths, startRegistry } from "./registry/start.node.ts";
export { type RegistryUsage, registryUsage } from "./registry/stored-images.node.ts";
export { REGISTRY_TOKEN_PATH, registryTokenRoute, type TokenEndpointOptions } from "./registry/token-endpoint.node.ts";
