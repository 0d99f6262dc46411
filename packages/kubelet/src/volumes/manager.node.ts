// Volumes of the node's pods: made before containers start, kept up to date, removed with the pod.
import type { Pod } from "@knots/api";
import type { Clock, Logger, Timer } from "@knots/std";
import type { Allocatable } from "../env/resource-ref.ts";
import type { EnvironmentOf, PodPlace, VolumeManager } from "../pods/ports.ts";
import { VolumeError } from "./error.ts";
import type { VolumeContext } from "./kinds.node.ts";
import type { ReferencedObjects } from "./objects.ts";
import { podPaths } from "./paths.node.ts";
import { makeTerminationLog, podsWithFiles, removePodFiles } from "./pod-files.node.ts";
import { makeVolumes, mountsOfContainer, statusPlace, updateVolumes } from "./pod-volumes.node.ts";
import type { PodTokens } from "./tokens.ts";
import { createTurns } from "./turns.ts";

export interface VolumeManagerOptions {
  /** Folder of the kubelet: `<data-dir>/kubelet`. */
  readonly root: string;
  readonly objects: ReferencedObjects;
  readonly tokens: PodTokens;
  readonly environment: EnvironmentOf;
  readonly allocatable: () => Allocatable;
  readonly clusterDomain: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The volumes of this node. */
export interface NodeVolumes extends VolumeManager {
  /** Brings the pod's files up to date with objects and tokens; call it when something it refers to changed. */
  refresh(podUid: string): Promise<void>;
  /** Removes what a crash left of pods that are not among `keep`; answers whose it was. */
  sweep(keep: ReadonlySet<string>): Promise<readonly string[]>;
  /** Stops following objects; files and mounts stay for the containers that run. */
  close(): Promise<void>;
}

interface Known {
  readonly pod: Pod;
  readonly place: PodPlace;
  readonly volumes: ReadonlyMap<string, string>;
}

/** Milliseconds until another try after a failure that no change of an object will end. */
const RETRY = 30_000;

class Volumes implements NodeVolumes {
  readonly #options: VolumeManagerOptions;
  readonly #known = new Map<string, Known>();
  readonly #timers = new Map<string, Timer>();
  readonly #turns = createTurns();

  constructor(options: VolumeManagerOptions) {
    this.#options = options;
  }

  mount(pod: Pod, signal: AbortSignal): Promise<void> {
    const { root, objects, tokens } = this.#options;
    const { uid } = pod.metadata;
    return this.#turns.run(uid, async () => {
      objects.hold(pod);
      const place = this.#placeOf(pod);
      const volumes = await makeVolumes(root, this.#context(pod, place), signal);
      this.#known.set(uid, { pod, place, volumes });
      this.#wakeAt(uid, tokens.refreshAt(uid));
    });
  }

  mountsOf(...[pod, container, place]: Parameters<VolumeManager["mountsOf"]>): ReturnType<VolumeManager["mountsOf"]> {
    const { root, clusterDomain, environment } = this.#options;
    const { uid } = pod.metadata;
    return this.#turns.run(uid, async () => {
      const volumes = this.#known.get(uid)?.volumes ?? new Map();
      this.#known.set(uid, { pod, place, volumes });
      const variables = async (): Promise<ReadonlyMap<string, string>> => {
        const { variables: all } = await environment(pod, container, place);
        return new Map(all.map(({ name, value }) => [name, value]));
      };
      return mountsOfContainer({ root, clusterDomain, pod, container, place, volumes, variables });
    });
  }

  terminationLog(podUid: string, container: string, run: string): Promise<string> {
    return makeTerminationLog(podPaths(this.#options.root, podUid), container, run);
  }

  refresh(uid: string): Promise<void> {
    return this.#turns.run(uid, async () => {
      const known = this.#known.get(uid);
      if (known) this.#wakeAt(uid, await this.#update(known));
    });
  }

  unmount(uid: string): Promise<void> {
    return this.#turns.run(uid, async () => {
      await this.#forget(uid);
      await removePodFiles(podPaths(this.#options.root, uid).root);
    });
  }

  async sweep(keep: ReadonlySet<string>): Promise<readonly string[]> {
    const present = await podsWithFiles(this.#options.root);
    const orphans = present.filter((uid) => !keep.has(uid) && !this.#known.has(uid));
    for (const uid of orphans) await this.unmount(uid);
    return orphans;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#known.keys()].map((uid) => this.#forget(uid)));
    await this.#turns.idle();
    await this.#options.objects.close();
  }

  /** Addresses given for a start are newer than those in the status. */
  #placeOf(pod: Pod): PodPlace {
    return this.#known.get(pod.metadata.uid)?.place ?? statusPlace(pod);
  }

  #context(pod: Pod, addresses: PodPlace): VolumeContext {
    const { objects, tokens, clock, allocatable } = this.#options;
    return { facts: { pod, addresses, allocatable: allocatable() }, objects, token: tokens.token, now: clock.now() };
  }

  /** Answers when the next update is due, if time alone makes one necessary. */
  async #update({ pod, place }: Known): Promise<number | undefined> {
    const { root, tokens, clock, log } = this.#options;
    try {
      await updateVolumes(root, this.#context(pod, place));
    } catch (error) {
      log.warn("volumes could not be updated", { pod: pod.metadata.name, error });
      // A missing object makes itself known when it comes; only other failures need another try.
      if (!(error instanceof VolumeError && error.cause instanceof VolumeError)) return clock.now() + RETRY;
    }
    return tokens.refreshAt(pod.metadata.uid);
  }

  #wakeAt(uid: string, at: number | undefined): void {
    const { clock } = this.#options;
    this.#timers.get(uid)?.cancel();
    this.#timers.delete(uid);
    if (at === undefined || !this.#known.has(uid)) return;
    const wake = (): void => void this.refresh(uid);
    this.#timers.set(uid, clock.setTimer(Math.max(0, at - clock.now()), wake, { background: true }));
  }

  #forget(uid: string): Promise<void> {
    this.#known.delete(uid);
    this.#wakeAt(uid, undefined);
    this.#options.tokens.forget(uid);
    return this.#options.objects.release(uid);
  }
}

/** Creates the manager; it takes `objects` over and closes it. */
export function createVolumeManager(options: VolumeManagerOptions): NodeVolumes {
  return new Volumes(options);
}
