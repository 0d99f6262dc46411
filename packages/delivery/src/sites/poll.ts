// Looking after repositories elsewhere: what one look at a branch means for its site. Pure.
import type { Build, Site } from "@knots/api";
import { deepEqual } from "@knots/std";
import { type Aspect, conditionList } from "./conditions.ts";
import { shortCommit } from "./names.ts";
import { type Push, refusal } from "./push.ts";

/** What a look at a repository found. */
export type Head =
  | { readonly found: "commit"; readonly commit: string }
  | { readonly found: "nothing" }
  | { readonly found: "trouble"; readonly detail: string }
  | { readonly found: "no-login"; readonly secret: string };

/** What follows from a look. */
export interface PollDecision {
  /** The site with its condition SourceReachable, when that differs. */
  readonly status?: Site;
  readonly push?: Push;
}

function aspectOf({ spec }: Site, head: Head | undefined): Aspect {
  const { branch = "main", repository } = spec;
  const url = repository?.url ?? "";
  switch (head?.found) {
    case undefined:
      return { reason: "BuiltIn", good: true };
    case "commit":
      return { reason: "Reachable", good: true, values: { branch, commit: shortCommit(head.commit) } };
    case "nothing":
      return { reason: "BranchMissing", good: false, values: { url, branch } };
    case "trouble":
      return { reason: "Unreachable", good: false, values: { url, detail: head.detail } };
    case "no-login":
      return { reason: "SecretMissing", good: false, values: { secret: head.secret } };
  }
}

/**
 * Decides from one look at `now`; no head stands for the built-in repository, which tells of its pushes itself. A commit
 * that failed once is not tried again until the branch moves.
 */
export function decide(site: Site, builds: readonly Build[], head: Head | undefined, now: number): PollDecision {
  const conditions = conditionList(site, now, { SourceReachable: aspectOf(site, head) });
  const changed = !deepEqual(conditions, site.status?.conditions);
  const { namespace, name } = site.metadata;
  const { branch = "main" } = site.spec;
  const newest = builds.toSorted((a, b) => b.spec.number - a.spec.number)[0];
  const push: Push | undefined =
    head?.found === "commit" && head.commit !== newest?.spec.commit
      ? { site: { namespace, name }, commit: head.commit, branch, receivedAt: now, trigger: "Poll" }
      : undefined;
  return {
    ...(changed && { status: { ...site, status: { ...site.status, conditions } } }),
    ...(push && !refusal(site, builds, push) && { push }),
  };
}
