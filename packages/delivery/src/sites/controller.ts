// The site controller: what it watches and how a snapshot is taken.
import { Build, ConfigMap, Deployment, Ingress, Release, Service, Site } from "@knots/api";
import { type Caches, type Controller, controller, type Key, keyOf, splitKey, watch } from "@knots/client";
import type { KubeObject } from "@knots/machinery";
import { bySite } from "../builds/controller.ts";
import { buildConfig } from "../builds/pod.ts";
import type { BuildSettings } from "../builds/settings.ts";
import { type Claimant, claimedHosts, ingressClaim, siteClaim } from "./claims.ts";
import { belongsTo, buildConfigName, isLeaving, isOf, managerOf, siteKeyOf } from "./names.ts";
import { plan } from "./plan.ts";
import type { SiteSnapshot } from "./snapshot.ts";

export interface SitesOptions {
  readonly settings: BuildSettings;
  /** Address at which a domain is seen, such as `http://hello.localhost`. */
  readonly urlOf: (domain: string) => string;
  /** Address to push to. */
  readonly pushUrlOf: (namespace: string, name: string) => string;
}

const wantedDomains = (site: Site): readonly string[] => (isLeaving(site) ? [] : site.spec.domains);
const takenHosts = (ingress: Ingress): readonly string[] => (isLeaving(ingress) ? [] : claimedHosts(ingress));

/** Sites that want any of these domains. */
const wantedBy = (domains: readonly string[], caches: Caches): readonly Key[] =>
  domains.flatMap((domain) => caches.of(Site).byIndex("domain", domain).map(keyOf));

function siteKeys(site: Site, caches: Caches, previous?: Site): readonly Key[] {
  const domains = [...site.spec.domains, ...(previous?.spec.domains ?? [])];
  return [...new Set([keyOf(site), ...wantedBy(domains, caches)])];
}
const ingressKeys = (ingress: Ingress, caches: Caches, previous?: Ingress): readonly Key[] => [
  ...new Set([
    ...partKeys(ingress),
    ...wantedBy([...claimedHosts(ingress), ...(previous ? claimedHosts(previous) : [])], caches),
  ]),
];

/** Sites that own an object, or whose name it has. */
export function partKeys(object: KubeObject): readonly Key[] {
  const { namespace = "", name = "" } = object.metadata;
  const owner = managerOf(object);
  return owner?.kind === Site.kind ? [`${namespace}/${owner.name}`] : [`${namespace}/${name.replace(/-build$/, "")}`];
}

function rivalsOf(site: Site, caches: Caches): ReadonlyMap<string, readonly Claimant[]> {
  return new Map(
    site.spec.domains.map((domain) => {
      const sites = caches.of(Site).byIndex("domain", domain);
      const others = sites.filter(({ metadata }) => metadata.uid !== site.metadata.uid).map(siteClaim);
      return [domain, [...others, ...caches.of(Ingress).byIndex("host", domain).map(ingressClaim)]];
    }),
  );
}

/** The first object of the site's names that is not the site's. */
export function foreignPart(site: Site, parts: readonly (KubeObject | undefined)[]): string | undefined {
  const found = parts.find((part) => part && !isOf(site, part));
  return found && `${found.kind} ${found.metadata.namespace}/${found.metadata.name}`;
}

function snapshot(key: Key, caches: Caches, options: SitesOptions): SiteSnapshot | undefined {
  const { namespace, name } = splitKey(key);
  const site = caches.of(Site).get(namespace, name);
  if (!site) return undefined;
  const deployment = caches.of(Deployment).get(namespace, name);
  const config = caches.of(ConfigMap).get(namespace, buildConfigName(name));
  const parts = [deployment, caches.of(Service).get(namespace, name), caches.of(Ingress).get(namespace, name), config];
  return {
    site,
    rivals: rivalsOf(site, caches),
    builds: caches
      .of(Build)
      .byIndex("site", key)
      .filter((build) => belongsTo(site, build)),
    releases: caches
      .of(Release)
      .byIndex("site", key)
      .filter((release) => belongsTo(site, release)),
    deployment,
    config,
    foreign: foreignPart(site, parts),
    buildFiles: buildConfig(options.settings),
    urlOf: options.urlOf,
    pushUrlOf: options.pushUrlOf,
  };
}

/** Looks after sites: domains, what builds mount, status. */
export const siteController = (options: SitesOptions): Controller =>
  controller<SiteSnapshot>({
    name: "site",
    component: "site-controller",
    primary: Site,
    watches: [
      watch({ kind: Site, indexes: { domain: wantedDomains }, keys: siteKeys }),
      watch({ kind: Ingress, indexes: { host: takenHosts }, keys: ingressKeys }),
      watch({ kind: Build, indexes: { site: bySite }, keys: (build) => [siteKeyOf(build)] }),
      watch({ kind: Release, indexes: { site: bySite }, keys: (release) => [siteKeyOf(release)] }),
      watch({ kind: Deployment, keys: partKeys }),
      watch({ kind: Service, keys: partKeys }),
      watch({ kind: ConfigMap, keys: partKeys }),
    ],
    snapshot: (key, caches) => snapshot(key, caches, options),
    plan,
    workers: 4,
  });
