// New releases: from a build's image, or from an earlier release that is brought back.
import { type Build, Release, type Site } from "@knots/api";
import { apiVersionOf, type NewObject } from "@knots/machinery";
import { numberedName, partMeta } from "../sites/names.ts";

/** Port on which the static image serves. */
export const SERVING_PORT = 80;

type NewRelease = NewObject<typeof Release>;

/** A number above `least` that no release has yet. */
function freeNumber(least: number, releases: readonly Release[]): number {
  const highest = Math.max(0, ...releases.map(({ spec }) => spec.number));
  return releases.some(({ spec }) => spec.number === least) ? highest + 1 : least;
}

function release(site: Site, number: number, spec: Omit<NewRelease["spec"], "site" | "number">): NewRelease {
  const { name } = site.metadata;
  return {
    apiVersion: apiVersionOf(Release),
    kind: Release.kind,
    metadata: partMeta(site, numberedName(name, number)),
    spec: { site: name, number, ...spec },
  };
}

const configOf = ({ spec }: Site) => ({
  replicas: spec.replicas ?? 1,
  port: SERVING_PORT,
  ...(spec.resources && { resources: spec.resources }),
});

const routesOf = ({ spec, status }: Site) =>
  (status?.domains?.length ? status.domains : spec.domains).map((host) => ({ host, path: "/" }));

/**
 * The release of a build takes the build's number, so that the order of releases is the order in which people pushed:
 * what was rolled back later than a push stays in front of it.
 */
export function releaseOf(made: {
  readonly site: Site;
  readonly build: Build;
  readonly image: string;
  readonly releases: readonly Release[];
}): NewRelease {
  const { site, build, image, releases } = made;
  const { number, commit, requestedBy } = build.spec;
  return release(site, freeNumber(number, releases), {
    build: build.metadata.name,
    commit,
    image,
    config: configOf(site),
    routes: routesOf(site),
    ...(requestedBy !== undefined && { requestedBy }),
  });
}

/** A release that shows what `earlier` showed, as a new one in front of all others. */
export function releaseAgain(site: Site, number: number, earlier: Release, requestedBy?: string): NewRelease {
  const { build, commit, image, config, rollbackOf } = earlier.spec;
  return release(site, number, {
    image,
    config: config ?? configOf(site),
    routes: routesOf(site),
    rollbackOf: rollbackOf ?? earlier.metadata.name,
    ...(build !== undefined && { build }),
    ...(commit !== undefined && { commit }),
    ...(requestedBy !== undefined && { requestedBy }),
  });
}
