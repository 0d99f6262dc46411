// Public names of @knots/delivery.
export { type Access, type Caller, kubernetesAccess, type SiteKey, type SiteVerb } from "./access/access.ts";
export {
  GIT_SERVICE,
  type Grant,
  REGISTRY_SERVICE,
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
