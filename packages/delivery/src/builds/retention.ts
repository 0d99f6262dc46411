// Which ended builds of a site are kept, and which may go.
import { Build, type Site } from "@knots/api";
import type { Write } from "@knots/client";
import { parseTime } from "@knots/std";
import { isLeaving } from "../sites/names.ts";
import { isEnded } from "./plan.ts";

const DAY = 86_400_000;

/** Deletes ended builds beyond the site's number, unless they are younger than its days; the newest build always stays. */
export function expiredBuilds({ spec }: Site, builds: readonly Build[], now: number): readonly Write[] {
  const { builds: keep = 20, days = 0 } = spec.retention ?? {};
  const newest = Math.max(0, ...builds.map((build) => build.spec.number));
  const ended = builds
    .filter((build) => isEnded(build) && !isLeaving(build) && build.spec.number < newest)
    .toSorted((a, b) => b.spec.number - a.spec.number);
  const old = ended
    .slice(keep)
    .filter(({ metadata }) => now - parseTime(metadata.creationTimestamp ?? "") >= days * DAY);
  return old.map((object) => ({ verb: "delete", kind: Build, object }));
}
