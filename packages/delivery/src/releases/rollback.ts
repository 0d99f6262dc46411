// Rolling back: a kept release is brought back as a new one, so nothing is built and the past stays as it was.
import { Release, Site } from "@knots/api";
import type { Client, ObjectKey } from "@knots/client";
import type { NewObject } from "@knots/machinery";
import { createNumbered, nextNumber, numberedOf } from "../sites/push.ts";
import type { Values } from "../texts/catalogue.ts";
import { ROLLBACKS } from "../texts/conditions.ts";
import { english } from "../texts/say.ts";
import { releaseAgain } from "./make.ts";
import { hasServed } from "./retention.ts";

/** Why a rollback is refused. */
export interface RollbackRefusal {
  readonly reason: keyof typeof ROLLBACKS;
  readonly message: string;
}
/** The release to be made, or why there is none. */
export type Rollback = { readonly release: NewObject<typeof Release> } | { readonly refusal: RollbackRefusal };

export interface RollbackRequest {
  /** Name or number of a release; the one that served before when absent. */
  readonly to?: string;
  readonly requestedBy?: string;
}

const refuse = (reason: keyof typeof ROLLBACKS, values: Values): Rollback => ({
  refusal: { reason, message: english(ROLLBACKS[reason], values) },
});

const byNumber = (a: Release, b: Release): number => b.spec.number - a.spec.number;

/** What a release shows: rollbacks of one release show the same. */
const origin = ({ spec, metadata }: Release): string => spec.rollbackOf ?? metadata.name;

/** The newest release that served something else than `active`, and came before it. */
function before(releases: readonly Release[], active: Release | undefined): Release | undefined {
  const served = releases.filter((release) => hasServed(release) && release.status?.imageKept !== false);
  const other = served.filter((release) => !active || origin(release) !== origin(active)).toSorted(byNumber);
  const first = active && releases.find(({ metadata }) => metadata.name === origin(active));
  const limit = first?.spec.number ?? active?.spec.number ?? Number.POSITIVE_INFINITY;
  return other.find(({ spec }) => spec.number < limit);
}

/** Decides what a rollback makes. */
export function planRollback(
  site: Site,
  releases: readonly Release[],
  { to, requestedBy }: RollbackRequest,
  number: number,
): Rollback {
  const { name } = site.metadata;
  const active = releases.filter(({ status }) => status?.phase === "Active").toSorted(byNumber)[0];
  const found =
    to === undefined
      ? before(releases, active)
      : releases.find(({ metadata, spec }) => metadata.name === to || `${spec.number}` === to);
  if (!found)
    return to === undefined
      ? refuse("NothingEarlier", { site: name })
      : refuse("NoRelease", { site: name, release: to });
  const release = found.metadata.name;
  if (active && origin(active) === origin(found) && active.spec.image === found.spec.image)
    return refuse("AlreadyServed", { release });
  if (found.status?.imageKept === false) return refuse("ImageGone", { release });
  if (!hasServed(found)) return refuse("NeverWorked", { release });
  return { release: releaseAgain(site, number, found, requestedBy) };
}

/** Rolls a site back; answers the new release or why there is none. Throws ApiError when the API refuses. */
export const rollBack = (
  client: Client,
  key: ObjectKey,
  request: RollbackRequest = {},
): Promise<{ readonly release: Release } | { readonly refusal: RollbackRefusal }> =>
  createNumbered(async () => {
    const site = await client.get(Site, key);
    const { builds, releases } = await numberedOf(client, site);
    const decided = planRollback(site, releases, request, nextNumber(site, [...builds, ...releases]));
    if ("refusal" in decided) return decided;
    return { release: await client.create(Release, decided.release) };
  });
