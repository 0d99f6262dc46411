// The delivery platform as one list of controllers and loops, for the process that runs them.
import type { Build } from "@knots/api";
import type { Client, Controller, Informers, RunningController } from "@knots/client";
import type { Clock, Logger, Random } from "@knots/std";
import { buildController } from "./builds/controller.ts";
import type { BuildTokens } from "./builds/pod.ts";
import { queueController } from "./builds/queue/controller.ts";
import type { BuildSettings } from "./builds/settings.ts";
import { releaseController } from "./releases/controller.ts";
import type { GarbageSnapshot } from "./releases/garbage.ts";
import { type ImageStore, runGarbage } from "./releases/garbage-loop.ts";
import { type LookAtPage, runSeen } from "./releases/seen-loop.ts";
import type { ServingSettings } from "./releases/workload.ts";
import { siteController } from "./sites/controller.ts";
import { type LookAtHead, runPolling } from "./sites/poll-loop.ts";
import { type RepositoryLoopOptions, runRepositories } from "./sites/repository-loop.ts";

/** What the platform is told by the process that runs it. */
export interface DeliveryOptions {
  readonly builds: BuildSettings;
  readonly serving: ServingSettings;
  /** Tokens of one build; see `buildTokens`. */
  readonly tokens: (build: Build) => BuildTokens;
  /** Address at which a domain is seen. */
  readonly urlOf: (domain: string) => string;
  /** Address to push to. */
  readonly pushUrlOf: (namespace: string, name: string) => string;
  /** The disk that builds and images live on, as last measured. */
  readonly disk: () => GarbageSnapshot["disk"];
}

/** The controllers; run each under the identity of its `component`. */
export const deliveryControllers = (options: DeliveryOptions): readonly Controller[] => [
  siteController({ settings: options.builds, urlOf: options.urlOf, pushUrlOf: options.pushUrlOf }),
  queueController({ settings: options.builds, freeBytes: () => options.disk().freeBytes }),
  buildController({ settings: options.builds, tokens: options.tokens }),
  releaseController({ settings: options.serving }),
];

export interface DeliveryLoopOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly lookAtHead: LookAtHead;
  /** Milliseconds between two looks at an outside repository. */
  readonly pollInterval?: number;
  /** Removes the built-in repository of a site that is deleted; without it repositories stay. */
  readonly removeRepository?: RepositoryLoopOptions["removeRepository"];
  /** The registry; without it no image is collected. */
  readonly images?: ImageStore;
  /** The way to pages as visitors see them; without it the stopwatch ends with the switch. */
  readonly lookAtPage?: LookAtPage;
  readonly disk: DeliveryOptions["disk"];
}

/** Starts the loops that reach outside the API: outside repositories, pages, and images that nobody needs. */
export function runDeliveryLoops(options: DeliveryLoopOptions): readonly RunningController[] {
  const { images, pollInterval, removeRepository, lookAtPage, ...common } = options;
  const polling = runPolling({ ...common, ...(pollInterval !== undefined && { interval: pollInterval }) });
  return [
    polling,
    ...(removeRepository ? [runRepositories({ ...common, removeRepository })] : []),
    ...(lookAtPage ? [runSeen({ ...common, lookAtPage })] : []),
    ...(images ? [runGarbage({ ...common, images })] : []),
  ];
}
