// The loop that lets unused images go from the registry, now and then and whenever a release or site goes.
import { Build, Deployment, Release, Site } from "@knots/api";
import { createWorkQueue, type Informers, type RunningController, type WorkResult } from "@knots/client";
import type { Clock, Logger } from "@knots/std";
import { runLoop } from "../loop.ts";
import { imageRepository, REGISTRY } from "../sites/names.ts";
import { DEFAULT_GARBAGE, type GarbageSnapshot, garbagePlan, type StoredImage } from "./garbage.ts";

/** The registry, as far as collecting needs it. */
export interface ImageStore {
  /** Every image of every repository. */
  list(signal: AbortSignal): Promise<readonly StoredImage[]>;
  /** Removes a manifest and its tags; one that is gone already is no error. */
  remove(image: StoredImage, signal: AbortSignal): Promise<void>;
  /** Frees the space of what was removed. */
  sweep(signal: AbortSignal): Promise<void>;
}

export interface GarbageOptions {
  readonly informers: Informers;
  readonly clock: Clock;
  readonly log: Logger;
  readonly images: ImageStore;
  readonly disk: () => GarbageSnapshot["disk"];
  /** Milliseconds between two looks. */
  readonly interval?: number;
  readonly limits?: Partial<Pick<GarbageSnapshot, "watermarks" | "keep" | "fresh">>;
}

const REGISTRY_PREFIX = `${REGISTRY}/`;
const KEY = "registry";
const INTERVAL = 600_000;

const localName = (image: string | undefined): readonly string[] =>
  image?.startsWith(REGISTRY_PREFIX) ? [image.slice(REGISTRY_PREFIX.length)] : [];

/** Images that somebody needs, by repository and digest. */
export function usedImages(
  releases: readonly Release[],
  builds: readonly Build[],
  deployments: readonly Deployment[],
): ReadonlySet<string> {
  const waiting = builds.filter(({ status }) => status?.image !== undefined && status.release === undefined);
  const containers = deployments.flatMap(({ spec }) => spec?.template.spec?.containers ?? []);
  return new Set([
    ...releases.flatMap(({ spec }) => localName(spec.image)),
    ...waiting.flatMap(({ status }) => localName(status?.image)),
    ...containers.flatMap(({ image }) => localName(image)),
  ]);
}

/** Starts the loop. */
export function runGarbage(options: GarbageOptions): RunningController {
  const { informers, clock, log, images, disk, interval = INTERVAL, limits } = options;
  const sites = informers.informer(Site);
  const releases = informers.informer(Release);
  const builds = informers.informer(Build);
  const deployments = informers.informer(Deployment);
  const stop = new AbortController();
  const round = async (): Promise<void> => {
    const stored = await images.list(stop.signal);
    const used = usedImages(releases.list(), builds.list(), deployments.list());
    const repositories = new Set(
      sites.list().map(({ metadata }) => imageRepository(metadata.namespace, metadata.name)),
    );
    const snapshot = { images: stored, used, repositories, disk: disk(), ...DEFAULT_GARBAGE, ...limits };
    const { remove, stuck } = garbagePlan(snapshot, clock.now());
    for (const image of remove) await images.remove(image, stop.signal);
    if (remove.length > 0) {
      await images.sweep(stop.signal);
      log.info("images were removed", { count: remove.length });
    }
    if (stuck) log.warn("the disk is over its mark and every image is needed: free space or keep fewer releases");
  };
  const work = async (): Promise<WorkResult> => {
    try {
      await round();
    } catch (error) {
      if (!stop.signal.aborted) log.warn("images could not be collected", { error });
    }
    return { wakeAt: clock.now() + interval };
  };
  const queue = createWorkQueue({ clock, workers: 1, work });
  queue.add(KEY);
  const again = { deleted: () => queue.add(KEY) };
  const ends = [sites.subscribe(again), releases.subscribe(again)];
  const synced = Promise.all([sites.synced(), releases.synced(), builds.synced(), deployments.synced()]);
  return runLoop({ name: "images", queue, synced, stop, ends, log });
}
