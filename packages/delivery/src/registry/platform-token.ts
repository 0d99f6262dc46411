// Tokens that the control plane signs for its own work on the registry.
import { REGISTRY_SERVICE } from "../access/names.ts";
import type { ScopedTokens } from "../access/scoped-tokens.node.ts";

/** Seconds; each request gets a fresh one. */
const LIFE = 300;

/** What a registry client of the control plane asks for its tokens. */
export const platformToken =
  (tokens: ScopedTokens) =>
  (repository: string, actions: readonly string[], from?: string): string => {
    const own = { type: "repository", name: repository, actions };
    const other = from === undefined ? [] : [{ type: "repository", name: from, actions: ["pull"] }];
    return tokens.issue({ subject: "knots", audience: REGISTRY_SERVICE, access: [own, ...other], seconds: LIFE }).token;
  };
