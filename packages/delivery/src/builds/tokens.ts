// Tokens of one build: reading one repository, pushing to one image repository and reading its base, for as long as the build may run.
import type { Build } from "@knots/api";
import type { Grant } from "../access/grant.ts";
import { GIT_SERVICE, REGISTRY_SERVICE } from "../access/names.ts";
import type { ScopedTokens } from "../access/scoped-tokens.node.ts";
import { packerAccess } from "../registry/scope.ts";
import { imageRepository } from "../sites/names.ts";
import { type BuildTokens, timeoutOf } from "./pod.ts";

/** Seconds for which a token outlives the time that the build is given. */
const SPARE = 300;

/** The maker of tokens that the build controller asks. */
export const buildTokens =
  (tokens: ScopedTokens) =>
  (build: Build): BuildTokens => {
    const site = { namespace: build.metadata.namespace, name: build.spec.site };
    const name = imageRepository(site.namespace, site.name);
    const seconds = Math.ceil(timeoutOf(build) / 1000) + SPARE;
    const issue = (audience: string, access: readonly Grant[]): string =>
      tokens.issue({ subject: `build:${name}`, audience, access, seconds }).token;
    const push = issue(REGISTRY_SERVICE, packerAccess(site));
    return build.spec.repository?.url
      ? { push }
      : { push, clone: issue(GIT_SERVICE, [{ type: "git", name, actions: ["get"] }]) };
  };
