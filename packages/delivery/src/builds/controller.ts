// The build controller: what it watches and how a snapshot is taken.
import { Build, Pod, Release, Secret, Site } from "@knots/api";
import { type Caches, type Controller, controller, type Key, keyOf, splitKey, watch } from "@knots/client";
import type { KubeObject } from "@knots/machinery";
import { buildPodName, managerOf, siteKeyOf } from "../sites/names.ts";
import { type BuildSnapshot, isEnded, plan } from "./plan.ts";
import type { BuildTokens } from "./pod.ts";
import type { BuildSettings } from "./settings.ts";

export interface BuildsOptions {
  readonly settings: BuildSettings;
  /** Makes the tokens of one build; they must live longer than the build may run. */
  readonly tokens: (build: Build) => BuildTokens;
}

const ownerKeys = (object: KubeObject): readonly Key[] => {
  const owner = managerOf(object);
  return owner?.kind === Build.kind ? [`${object.metadata.namespace}/${owner.name}`] : [];
};

/** Index of builds and releases by their site. */
export const bySite = (object: Build | Release): readonly string[] => [siteKeyOf(object)];

function snapshot(key: Key, caches: Caches, { settings, tokens }: BuildsOptions): BuildSnapshot | undefined {
  const { namespace, name } = splitKey(key);
  const build = caches.of(Build).get(namespace, name);
  if (!build) return undefined;
  const own = <T extends Pod | Secret>(object: T | undefined): T | undefined =>
    object && managerOf(object)?.uid === build.metadata.uid ? object : undefined;
  const pod = own(caches.of(Pod).get(namespace, buildPodName(name)));
  const starting = !pod && !isEnded(build) && build.status?.phase === "Running" && build.status.log?.pod === undefined;
  return {
    build,
    site: caches.of(Site).get(namespace, build.spec.site),
    pod,
    secret: own(caches.of(Secret).get(namespace, buildPodName(name))),
    releases: caches.of(Release).byIndex("site", siteKeyOf(build)),
    tokens: starting ? tokens(build) : undefined,
    settings,
  };
}

/** Runs the builds that the queue has let begin. */
export const buildController = (options: BuildsOptions): Controller =>
  controller<BuildSnapshot>({
    name: "build",
    component: "build-controller",
    primary: Build,
    watches: [
      watch({ kind: Build, indexes: { site: bySite }, keys: (build) => [keyOf(build)] }),
      watch({ kind: Pod, keys: ownerKeys }),
      watch({ kind: Secret, keys: ownerKeys }),
      watch({
        kind: Site,
        keys: (site, caches) =>
          caches
            .of(Build)
            .byIndex("site", keyOf(site))
            .filter((build) => !isEnded(build))
            .map(keyOf),
      }),
      watch({ kind: Release, indexes: { site: bySite }, keys: () => [] }),
    ],
    snapshot: (key, caches) => snapshot(key, caches, options),
    plan,
    workers: 4,
  });
