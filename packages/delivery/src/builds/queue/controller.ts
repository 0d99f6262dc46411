// The queue controller: one decision over all builds that have not ended, so that two can never take the same place.
import { Build, Site } from "@knots/api";
import { type Caches, type Controller, controller, watch } from "@knots/client";
import { siteKeyOf } from "../../sites/names.ts";
import { isEnded } from "../plan.ts";
import type { BuildSettings } from "../settings.ts";
import { plan, type QueueSnapshot } from "./plan.ts";

export interface QueueOptions {
  readonly settings: Pick<BuildSettings, "concurrency" | "minFreeBytes">;
  /** Bytes that are free on the disk that builds and images live on, as last measured. */
  readonly freeBytes: () => number;
}

/** The only key: the queue as a whole. */
const QUEUE = "queue";
const OPEN = "open";

const openBuilds = (build: Build): readonly string[] => (isEnded(build) ? [] : [OPEN]);

function snapshot(caches: Caches, { settings, freeBytes }: QueueOptions): QueueSnapshot {
  const builds = caches.of(Build).byIndex("open", OPEN);
  const sites = new Map<string, Site>();
  for (const build of builds) {
    const site = caches.of(Site).get(build.metadata.namespace, build.spec.site);
    if (site) sites.set(siteKeyOf(build), site);
  }
  const { concurrency, minFreeBytes } = settings;
  return { builds, sites, freeBytes: freeBytes(), concurrency, minFreeBytes };
}

/** Lets builds begin, in order and within limits. */
export const queueController = (options: QueueOptions): Controller =>
  controller<QueueSnapshot>({
    name: "build-queue",
    component: "build-queue-controller",
    primary: Build,
    watches: [
      watch({ kind: Build, indexes: { open: openBuilds }, keys: () => [QUEUE] }),
      watch({ kind: Site, keys: () => [QUEUE] }),
    ],
    snapshot: (_key, caches) => snapshot(caches, options),
    plan,
  });
