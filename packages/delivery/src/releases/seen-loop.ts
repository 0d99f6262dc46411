// The loop that looks at a site's page after a switch, through the ingress, until the new version answers there.
import { Pod, Release } from "@knots/api";
import {
  type Client,
  createWorkQueue,
  type Informers,
  keyOf,
  type RunningController,
  splitKey,
  type WorkResult,
} from "@knots/client";
import { isApiError } from "@knots/machinery";
import type { Clock, Logger } from "@knots/std";
import { runLoop } from "../loop.ts";
import { isAnswerOf, unseen, withSeen } from "./seen.ts";

/**
 * Asks for a page as a visitor of this machine does; the address of the pod that answered well, undefined when none did.
 * Never throws.
 */
export type LookAtPage = (
  page: { readonly host: string; readonly path: string },
  signal: AbortSignal,
) => Promise<string | undefined>;

export interface SeenOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lookAtPage: LookAtPage;
}

/** Starts the loop. */
export function runSeen({ client, informers, clock, log, lookAtPage }: SeenOptions): RunningController {
  const releases = informers.informer(Release);
  const pods = informers.informer(Pod);
  const stop = new AbortController();
  const round = async (key: string): Promise<WorkResult> => {
    const { namespace, name } = splitKey(key);
    const release = releases.get(namespace, name);
    const page = release && unseen(release, clock.now());
    if (!page) return {};
    const address = await lookAtPage(page, stop.signal);
    const own = pods.list().filter((pod) => pod.metadata.namespace === namespace);
    if (address === undefined || !isAnswerOf(release, own, address)) return { wakeAt: page.againAt };
    const { metadata } = await client.updateStatus(Release, withSeen(release, clock.now()));
    return { hold: releases.reached(metadata.resourceVersion, stop.signal).catch(() => {}) };
  };
  const work = async (key: string): Promise<WorkResult> => {
    try {
      return await round(key);
    } catch (error) {
      // Somebody wrote in between: the copy will know soon, and asks for another round.
      if (!isApiError(error, "Conflict", "NotFound"))
        log.debug("a page could not be looked at", { release: key, error });
      return { retry: !stop.signal.aborted };
    }
  };
  const queue = createWorkQueue({ clock, workers: 4, work });
  const told = (release: Release): void => {
    if (unseen(release, clock.now())) queue.add(keyOf(release));
  };
  const ends = [releases.subscribe({ added: told, updated: told })];
  return runLoop({ name: "seen", queue, synced: Promise.all([releases.synced(), pods.synced()]), stop, ends, log });
}
