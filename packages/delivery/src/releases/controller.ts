// The release controller: what it watches and how a snapshot is taken.
import { Deployment, Ingress, Pod, Release, Service, Site } from "@knots/api";
import { type Caches, type Controller, controller, type Key, keyOf, splitKey, watch } from "@knots/client";
import { bySite } from "../builds/controller.ts";
import { partKeys } from "../sites/controller.ts";
import { belongsTo, SITE_LABEL, siteKeyOf } from "../sites/names.ts";
import { plan, type RolloutSnapshot } from "./plan.ts";
import type { ServingSettings } from "./workload.ts";

export interface ReleasesOptions {
  readonly settings: ServingSettings;
}

/** The site that a pod serves. */
function podKeys({ metadata }: Pod): readonly Key[] {
  const site = metadata.labels?.[SITE_LABEL];
  return site === undefined ? [] : [`${metadata.namespace}/${site}`];
}

function snapshot(key: Key, caches: Caches, { settings }: ReleasesOptions): RolloutSnapshot | undefined {
  const { namespace, name } = splitKey(key);
  const site = caches.of(Site).get(namespace, name);
  if (!site) return undefined;
  return {
    site,
    releases: caches
      .of(Release)
      .byIndex("site", key)
      .filter((release) => belongsTo(site, release)),
    deployment: caches.of(Deployment).get(namespace, name),
    service: caches.of(Service).get(namespace, name),
    ingress: caches.of(Ingress).get(namespace, name),
    pods: caches.of(Pod).byIndex("site", key),
    settings,
  };
}

/** Rolls releases out, notes how it went, and lets old ones go. */
export const releaseController = (options: ReleasesOptions): Controller =>
  controller<RolloutSnapshot>({
    name: "release",
    component: "release-controller",
    primary: Site,
    watches: [
      watch({ kind: Site, keys: (site) => [keyOf(site)] }),
      watch({ kind: Release, indexes: { site: bySite }, keys: (release) => [siteKeyOf(release)] }),
      watch({ kind: Deployment, keys: partKeys }),
      watch({ kind: Service, keys: partKeys }),
      watch({ kind: Ingress, keys: partKeys }),
      watch({ kind: Pod, indexes: { site: podKeys }, keys: podKeys }),
    ],
    snapshot: (key, caches) => snapshot(key, caches, options),
    plan,
    workers: 4,
  });
