// Builders of sites, builds and releases for tests.
import type { Build, Release, Site } from "@knots/api";
import { formatMicroTime } from "@knots/std";
import { managedBy, meta, NOON } from "./objects.ts";

type MetaChange = Parameters<typeof meta>[1];

/** A moment with microseconds, `seconds` after noon. */
export const microAt = (seconds: number): string => formatMicroTime(NOON + seconds * 1000);
/** The full hash of this one digit. */
export const hash = (digit: string): string => digit.repeat(40);

interface SiteChange {
  readonly meta?: MetaChange;
  readonly spec?: Partial<Site["spec"]>;
  readonly status?: NonNullable<Site["status"]>;
}

/** A site with one domain of its own, whose status is up to date. */
export function aSite(name: string, change: SiteChange = {}): Site {
  const domains = change.spec?.domains ?? [`${name}.localhost`];
  return {
    apiVersion: "delivery.knots.dev/v1alpha1",
    kind: "Site",
    metadata: meta(name, change.meta),
    spec: { domains, branch: "main", repository: {}, build: {}, replicas: 1, retention: {}, ...change.spec },
    status: { observedGeneration: 1, domains, ...change.status },
  };
}

interface BuildChange {
  readonly meta?: MetaChange;
  readonly spec?: Partial<Build["spec"]>;
  readonly status?: NonNullable<Build["status"]>;
}

/** A build of a site, received at noon plus its number of seconds. */
export function aBuild(site: string, number: number, change: BuildChange = {}): Build {
  return {
    apiVersion: "delivery.knots.dev/v1alpha1",
    kind: "Build",
    metadata: meta(`${site}-${number}`, { ownerReferences: managedBy(aSite(site)), ...change.meta }),
    spec: {
      site,
      number,
      commit: hash("a"),
      branch: "main",
      repository: {},
      settings: { timeoutSeconds: 900 },
      receivedAt: microAt(number),
      ...change.spec,
    },
    status: { phase: "Queued", observedGeneration: 1, ...change.status },
  };
}

interface ReleaseChange {
  readonly meta?: MetaChange;
  readonly spec?: Partial<Release["spec"]>;
  readonly status?: NonNullable<Release["status"]>;
}

/** A release of a site. */
export function aRelease(site: string, number: number, change: ReleaseChange = {}): Release {
  const digest = `${number}`.padStart(64, "0");
  return {
    apiVersion: "delivery.knots.dev/v1alpha1",
    kind: "Release",
    metadata: meta(`${site}-${number}`, { ownerReferences: managedBy(aSite(site)), ...change.meta }),
    spec: {
      site,
      number,
      build: `${site}-${number}`,
      commit: hash("a"),
      image: `registry.knots.internal/default/${site}@sha256:${digest}`,
      config: { port: 80, replicas: 1 },
      routes: [{ host: `${site}.localhost`, path: "/" }],
      ...change.spec,
    },
    status: { phase: "Pending", observedGeneration: 1, ...change.status },
  };
}
