// Which releases of a site are kept: what serves, what may be rolled back to, and the young.
import { Release, type Site } from "@knots/api";
import type { Write } from "@knots/client";
import { parseTime } from "@knots/std";
import { isLeaving } from "../sites/names.ts";

const DAY = 86_400_000;

/** Whether a release has served, so that one can roll back to it. */
export const hasServed = ({ status }: Release): boolean => status?.switchedAt !== undefined;

/**
 * Deletes past releases beyond the site's number, and those that never served beyond the same number, unless they are
 * younger than the site's days. `served` and everything newer stay.
 */
export function expiredReleases(
  { spec }: Site,
  releases: readonly Release[],
  served: Release | undefined,
  now: number,
): readonly Write[] {
  const { releases: keep = 10, days = 0 } = spec.retention ?? {};
  const limit = served?.spec.number ?? 0;
  const past = releases
    .filter((release) => release.spec.number < limit && !isLeaving(release))
    .toSorted((a, b) => b.spec.number - a.spec.number);
  const surplus = [past.filter(hasServed), past.filter((release) => !hasServed(release))].flatMap((list) =>
    list.slice(keep),
  );
  const old = surplus.filter(({ metadata }) => now - parseTime(metadata.creationTimestamp ?? "") >= days * DAY);
  return old.map((object) => ({ verb: "delete", kind: Release, object }));
}
