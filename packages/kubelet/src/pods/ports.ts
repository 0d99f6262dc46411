// What pods need from the other parts of the node agent: small interfaces, so that each can be built and tested apart.
import type { Container, Pod } from "@knots/api";
import type { Mount } from "../cri/messages/container.ts";
import type { Environment } from "../env/environment.ts";

/** Volumes of pods on this node. Calls for one pod run one after another. */
export interface VolumeManager {
  /**
   * Makes the pod's volumes present. Called before the sandbox is made and again before each container starts, so it
   * is quick when all is there. Rejects with a sentence for the event `FailedMount`.
   */
  mount(pod: Pod, signal: AbortSignal): Promise<void>;
  /**
   * What is mounted into one container that is about to start, /etc/hosts included; `mount` came before. Sub paths are
   * looked up now, because earlier containers may have made them. Rejects with a `CreateContainerConfigError`.
   */
  mountsOf(pod: Pod, container: Container, place: PodPlace): Promise<readonly Mount[]>;
  /** Makes the file for the last words of one run of a container, to be mounted at its terminationMessagePath. */
  terminationLog(podUid: string, container: string, run: string): Promise<string>;
  /** Takes away everything that was mounted or written for the pod; nothing happens when there is nothing. */
  unmount(podUid: string): Promise<void>;
  /** Takes away what an earlier process left of pods that are not among `keep`. */
  sweep(keep: ReadonlySet<string>): Promise<unknown>;
}

/** Addresses of a pod and its node, the primary ones first. */
export interface PodPlace {
  readonly podIPs: readonly string[];
  readonly hostIPs: readonly string[];
}

/** The environment of a container. Rejects with `CreateContainerConfigError` when something it refers to is missing. */
export type EnvironmentOf = (pod: Pod, container: Container, place: PodPlace) => Promise<Environment>;

/** Control groups of pods; `group` is a path below the trees' roots. */
export interface PodGroups {
  ensure(group: string, limits: GroupLimits): Promise<void>;
  /** Removes the group with everything in it. */
  remove(group: string): Promise<void>;
}

/** Limits of a pod's group as a whole; what is absent is not limited. */
export interface GroupLimits {
  readonly cpuShares?: number;
  readonly cpuQuota?: { readonly quota: number | "max"; readonly period: number };
  readonly memoryBytes?: number | "max";
}
