// Tokens of one build: reading one repository, pushing to one image repository, for as long as the build may run.
import type { Build } from "@knots/api";
import { GIT_SERVICE, REGISTRY_SERVICE } from "../access/names.ts";
import type { ScopedTokens } from "../access/scoped-tokens.node.ts";
import { imageRepository } from "../sites/names.ts";
import { type BuildTokens, timeoutOf } from "./pod.ts";

/** Seconds for which a token outlives the time that the build is given. */
const SPARE = 300;

/** The maker of tokens that the build controller asks. */
export const buildTokens =
  (tokens: ScopedTokens) =>
  (build: Build): BuildTokens => {
    const name = imageRepository(build.metadata.namespace, build.spec.site);
    const seconds = Math.ceil(timeoutOf(build) / 1000) + SPARE;
    const issue = (audience: string, type: string, actions: readonly string[]): string =>
      tokens.issue({ subject: `build:${name}`, audience, access: [{ type, name, actions }], seconds }).token;
    const push = issue(REGISTRY_SERVICE, "repository", ["pull", "push"]);
    return build.spec.repository?.url ? { push } : { push, clone: issue(GIT_SERVICE, "git", ["get"]) };
  };
