// A control loop that is not a plan over caches alone: it reads the live API, so it drives the work queue itself.
import type { Client, EventRecorder, Informers, RunningController, WorkQueue } from "@knots/client";
import type { AnyKind, KubeObject } from "@knots/machinery";
import type { Clock, Logger } from "@knots/std";

/** What such a loop needs from outside. */
export interface LoopOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly log: Logger;
  readonly recorder: EventRecorder;
  /** Every kind that is served at the moment; asked again and again, so that kinds may come and go. */
  readonly kinds: () => readonly AnyKind[];
}

export const kindName = ({ group, version, plural }: AnyKind): string => `${group}/${version}/${plural}`;
/** Whether objects of the kind are stored, can be listed, watched and deleted. */
export const isCollectable = ({ verbs }: AnyKind): boolean =>
  ["list", "watch", "delete"].every((verb) => verbs.includes(verb));

/** A change of one object of one kind. */
export interface Change {
  readonly kind: AnyKind;
  readonly object: KubeObject;
  readonly previous?: KubeObject;
  readonly deleted: boolean;
}

/** Follows all kinds, also those that appear later. */
export interface KindFollower {
  /** Subscribes to kinds that are new since the last call; resolves when all copies are complete. */
  refresh(): Promise<void>;
  close(): void;
}

/** Tells `changed` of every change of every collectable kind. */
export function followKinds({ informers, kinds }: LoopOptions, changed: (change: Change) => void): KindFollower {
  const ends = new Map<string, () => void>();
  const follow = (kind: AnyKind): void => {
    const end = informers.informer(kind).subscribe({
      added: (object: KubeObject) => changed({ kind, object, deleted: false }),
      updated: (object: KubeObject, previous: KubeObject) => changed({ kind, object, previous, deleted: false }),
      deleted: (object: KubeObject) => changed({ kind, object, deleted: true }),
    });
    ends.set(kindName(kind), end);
  };
  return {
    async refresh() {
      const collectable = kinds().filter(isCollectable);
      for (const kind of collectable) if (!ends.has(kindName(kind))) follow(kind);
      await Promise.all(collectable.map((kind) => informers.informer(kind).synced()));
    },
    close() {
      for (const end of ends.values()) end();
      ends.clear();
    },
  };
}

/** Makes a running controller of a queue and what feeds it; work begins when all copies are complete. */
export function runLoop(
  name: string,
  queue: WorkQueue,
  options: { readonly follower: KindFollower; readonly log: Logger },
): RunningController {
  const { follower, log } = options;
  follower.refresh().then(
    () => queue.start(),
    (error: unknown) => log.error("loop did not start", { loop: name, error }),
  );
  return {
    name,
    get counts() {
      return queue.counts;
    },
    idle: () => queue.idle,
    settled: () => queue.settled(),
    async close() {
      follower.close();
      await queue.close();
    },
  };
}
