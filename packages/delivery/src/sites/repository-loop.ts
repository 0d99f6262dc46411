// The loop that lets a site go only when its built-in repository is gone: nobody who takes the name later finds the old source.
import { Site } from "@knots/api";
import {
  type Client,
  createWorkQueue,
  type Informers,
  keyOf,
  type RunningController,
  splitKey,
  type WorkResult,
} from "@knots/client";
import type { Clock, Logger } from "@knots/std";
import { runLoop } from "../loop.ts";
import { isLeaving } from "./names.ts";

/** Holds a deleted site until its repository has been removed. */
export const REPOSITORY_FINALIZER = "delivery.knots.dev/repository";

export interface RepositoryLoopOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly log: Logger;
  /** Removes the repository of a site; one that never was is no error. */
  readonly removeRepository: (site: { readonly namespace: string; readonly name: string }) => Promise<void>;
}

/** The finalizers that a site should have now; undefined when they are right. Pure. */
export function wantedFinalizers({ metadata, spec }: Site): readonly string[] | undefined {
  const { finalizers = [] } = metadata;
  const held = finalizers.includes(REPOSITORY_FINALIZER);
  if (metadata.deletionTimestamp !== undefined)
    return held ? finalizers.filter((name) => name !== REPOSITORY_FINALIZER) : undefined;
  return held || spec.repository?.url ? undefined : [...finalizers, REPOSITORY_FINALIZER];
}

/** Starts the loop. */
export function runRepositories(options: RepositoryLoopOptions): RunningController {
  const { client, informers, clock, log, removeRepository } = options;
  const sites = informers.informer(Site);
  const stop = new AbortController();
  const round = async (key: string): Promise<WorkResult> => {
    const { namespace, name } = splitKey(key);
    const site = sites.get(namespace, name);
    const finalizers = site && wantedFinalizers(site);
    if (!finalizers) return {};
    if (isLeaving(site)) await removeRepository({ namespace, name });
    const { uid, resourceVersion } = site.metadata;
    const body = { metadata: { uid, resourceVersion, finalizers: [...finalizers] } };
    const written = await client.patch(Site, { namespace, name }, { type: "application/merge-patch+json", body });
    const hold = isLeaving(site) ? undefined : sites.reached(written.metadata.resourceVersion, stop.signal);
    return hold ? { hold: hold.catch(() => {}) } : {};
  };
  const work = async (key: string): Promise<WorkResult> => {
    try {
      return await round(key);
    } catch (error) {
      log.debug("a repository could not be looked after", { site: key, error });
      return { retry: !stop.signal.aborted };
    }
  };
  const queue = createWorkQueue({ clock, workers: 2, work });
  const end = sites.subscribe({ added: (site) => queue.add(keyOf(site)), updated: (site) => queue.add(keyOf(site)) });
  return runLoop({ name: "repository", queue, synced: sites.synced(), stop, ends: [end], log });
}
