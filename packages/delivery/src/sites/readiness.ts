// Whether a site is served, and the one sentence that says why not.
import type { Deployment, SiteStatus } from "@knots/api";
import { conditionOf } from "@knots/machinery";
import { isEnded } from "../builds/plan.ts";
import type { Aspect } from "./conditions.ts";
import { shortCommit } from "./names.ts";
import type { SiteSnapshot } from "./snapshot.ts";

const detailOf = (deployment: Deployment | undefined): string =>
  conditionOf(deployment?.status?.conditions, "Available")?.message ?? "the pods have not started yet";

/** What a site without a release waits for. */
function beginning({ site, builds, releases }: SiteSnapshot, { pushUrl, lastFailure }: SiteStatus): Aspect {
  const { branch = "main", repository, paused } = site.spec;
  const rolling = releases.find(
    ({ status }) => status?.phase === "RollingOut" || (status?.phase ?? "Pending") === "Pending",
  );
  if (rolling) return { reason: "RollingOut", good: false, values: { release: rolling.metadata.name } };
  const building = builds.find((build) => !isEnded(build));
  if (building && paused) return { reason: "Paused", good: false };
  if (building) return { reason: "Building", good: false, values: { commit: shortCommit(building.spec.commit) } };
  if (lastFailure) return { reason: "NeverReleased", good: false, values: { detail: lastFailure.message } };
  if (repository?.url) return { reason: "WaitingForCommit", good: false, values: { url: repository.url, branch } };
  return { reason: "NothingPushed", good: false, values: { branch, url: pushUrl ?? "" } };
}

/** The condition Ready. */
export function readiness(
  snapshot: SiteSnapshot,
  known: SiteStatus & { readonly accepted: readonly string[] },
): Aspect {
  const { site, deployment, foreign } = snapshot;
  const release = known.active?.name ?? "";
  if (foreign !== undefined) return { reason: "NameTaken", good: false, values: { object: foreign } };
  if (known.accepted.length === 0) return { reason: "NoDomain", good: false };
  if (!known.active) return beginning(snapshot, known);
  if (site.spec.replicas === 0) return { reason: "ScaledToZero", good: false };
  if ((deployment?.status?.availableReplicas ?? 0) > 0) return { reason: "Serving", good: true, values: { release } };
  return { reason: "Unavailable", good: false, values: { release, detail: detailOf(deployment) } };
}
