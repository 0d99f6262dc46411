// Pods that wait for a node: ready ones by priority, failed ones after a back-off, hopeless ones until something changes that could help.
import { backoffDelay, type Clock, createHeap } from "@knots/std";
import type { ClusterEvent, Plugin } from "../plugins/plugin.ts";
import type { PodInfo } from "../snapshot/pod-info.ts";
import { createWaitingRoom } from "./waiting-room.ts";

/** A pod in the queue. */
export interface Waiting {
  readonly pod: PodInfo;
  /** Failed tries so far. */
  readonly tries: number;
  /** When it was first queued (milliseconds since the epoch). */
  readonly since: number;
  /** When its last try failed. */
  readonly failedAt: number;
  /** Plugins that turned it away in the last try; only their events bring it back early. */
  readonly refusedBy: ReadonlySet<string>;
}

/** Delays between tries in milliseconds. */
const BACKOFF = { base: 1000, max: 10_000 };
/** However hopeless, a pod is tried again after this many milliseconds. */
export const LONGEST_WAIT = 5 * 60_000;

export interface Queue {
  /** Adds a pod, or replaces the version that is waiting; a changed pod is tried at once. */
  add(pod: PodInfo): void;
  /** A newer version of a waiting pod whose change does not matter to placing it. */
  refresh(pod: PodInfo): void;
  remove(uid: string): void;
  /** Takes the next pod to place: highest priority first, then the one that waits longest. */
  pop(): Waiting | undefined;
  /** The pod could not be placed; it waits for an event that helps, at most five minutes. */
  failed(waiting: Waiting, refusedBy: ReadonlySet<string>): void;
  /** Something went wrong outside the decision; the pod comes back after its back-off. */
  retry(waiting: Waiting): void;
  /** Tells the queue what happened, so that pods it may help come back. */
  notice(event: ClusterEvent): void;
  close(): void;
}

const readyAt = ({ failedAt, tries }: Waiting): number => (tries === 0 ? 0 : failedAt + backoffDelay(BACKOFF, tries));
const order = (a: Waiting, b: Waiting): number => b.pod.priority - a.pod.priority || a.since - b.since;

interface QueueOptions {
  readonly clock: Clock;
  readonly plugins: readonly Plugin[];
  /** Called when a pod becomes ready to be tried. */
  readonly wake: () => void;
}

/** Pods that can be tried now, by priority and age. A pod that is added again replaces its older entry. */
function createReadyPods() {
  const heap = createHeap<Waiting>(order);
  const current = new Map<string, Waiting>();
  return {
    current,
    push(waiting: Waiting): void {
      current.set(waiting.pod.uid, waiting);
      heap.push(waiting);
    },
    pop(): Waiting | undefined {
      for (let next = heap.pop(); next; next = heap.pop()) {
        if (current.get(next.pod.uid) !== next) continue;
        current.delete(next.pod.uid);
        return next;
      }
      return undefined;
    },
  };
}

const mayHelp = (plugins: readonly Plugin[], event: ClusterEvent, { pod, refusedBy }: Waiting): boolean =>
  plugins.some((plugin) => refusedBy.has(plugin.name) && plugin.retryAfter(event, pod));

/** Creates an empty queue. */
export function createQueue({ clock, plugins, wake }: QueueOptions): Queue {
  const ready = createReadyPods();
  const makeReady = (waiting: Waiting): void => {
    hopeless.drop(waiting.pod.uid);
    backingOff.drop(waiting.pod.uid);
    ready.push(waiting);
    wake();
  };
  const hopeless = createWaitingRoom<Waiting>(clock, makeReady);
  const backingOff = createWaitingRoom<Waiting>(clock, makeReady);
  const backOff = (waiting: Waiting): void => {
    hopeless.drop(waiting.pod.uid);
    if (readyAt(waiting) <= clock.now()) makeReady(waiting);
    else backingOff.keep(waiting.pod.uid, waiting, readyAt(waiting));
  };
  const find = (uid: string): Waiting | undefined => ready.current.get(uid) ?? hopeless.get(uid) ?? backingOff.get(uid);

  return {
    add(pod) {
      makeReady({ tries: 0, failedAt: 0, refusedBy: new Set(), since: find(pod.uid)?.since ?? clock.now(), pod });
    },
    refresh(pod) {
      const before = find(pod.uid);
      if (!before) return;
      if (ready.current.has(pod.uid)) ready.push({ ...before, pod });
      hopeless.replace(pod.uid, { ...before, pod });
      backingOff.replace(pod.uid, { ...before, pod });
    },
    remove(uid) {
      ready.current.delete(uid);
      hopeless.drop(uid);
      backingOff.drop(uid);
    },
    pop: () => ready.pop(),
    failed(waiting, refusedBy) {
      const now = clock.now();
      const entry = { ...waiting, refusedBy, tries: waiting.tries + 1, failedAt: now };
      hopeless.keep(waiting.pod.uid, entry, now + LONGEST_WAIT);
    },
    retry: (waiting) => backOff({ ...waiting, tries: waiting.tries + 1, failedAt: clock.now() }),
    notice(event) {
      for (const waiting of hopeless.values()) if (mayHelp(plugins, event, waiting)) backOff(waiting);
    },
    close() {
      ready.current.clear();
      hopeless.clear();
      backingOff.clear();
    },
  };
}
