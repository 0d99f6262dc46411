// How many pods a job has now: which are missing, which are too many, and until when failures hold back new ones.
import type { Job, Pod } from "@knots/api";
import type { Write } from "@knots/client";
import { backoffDelay } from "@knots/std";
import { chooseVictims } from "../replicaset/victims.ts";
import { newPod } from "./draft.ts";
import {
  endOf,
  failuresOf,
  hasFailed,
  hasLimitPerIndex,
  ignoredFailuresOf,
  indexOf,
  isIndexed,
  isSuspended,
  isTracked,
  replacesEnded,
} from "./pods.ts";
import type { Tally } from "./tally.ts";

/** Most pods that one round creates or deletes. */
export const BURST = 500;
const BACKOFF = { base: 10_000, max: 600_000 };

/** Failures in a row, without a success between them. */
export interface Failures {
  readonly count: number;
  /** When the last of them ended (milliseconds since the epoch). */
  readonly lastAt: number;
}

/** What is to be done about the number of pods. */
export interface Scaling {
  readonly surplus: readonly Pod[];
  readonly creations: readonly Write[];
  /** When failures let new pods be made. */
  readonly wakeAt?: number;
}
const NOTHING: Scaling = { surplus: [], creations: [] };

function wantedActive({ spec }: Job, { succeeded, active }: Tally): number {
  const { completions, parallelism = 1 } = spec ?? {};
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

/** Pods without an index of the job's, and all but one of those with the same. */
function misplaced(job: Job, active: readonly Pod[]): readonly Pod[] {
  if (!isIndexed(job)) return [];
  const taken = new Set<number>();
  return active.filter((pod) => {
    const index = indexOf(job, pod);
    const free = index !== undefined && !taken.has(index);
    if (free) taken.add(index);
    return !free;
  });
}

/** Pods whose release has begun go on being released; then those that will be missed least. */
function surplusOf(job: Job, active: readonly Pod[], wanted: number, now: number): readonly Pod[] {
  const wrong = misplaced(job, active);
  const rest = active.filter((pod) => !wrong.includes(pod));
  const count = Math.max(0, rest.length - wanted);
  const begun = rest.filter((pod) => !isTracked(pod)).slice(0, count);
  const others = rest.filter((pod) => !begun.includes(pod));
  const victims = chooseVictims(others, count - begun.length, { related: active, now });
  return [...wrong, ...begun, ...(count > begun.length ? victims : [])].slice(0, BURST);
}

/** The failed pod of each index that waits for a successor; it carries the number of failures. */
export function replacedPods(job: Job, pods: readonly Pod[], tally: Tally): ReadonlyMap<number, Pod> {
  const replaced = new Map<number, Pod>();
  if (!hasLimitPerIndex(job)) return replaced;
  const busy = new Set(tally.active.map((pod) => indexOf(job, pod)));
  const rank = (pod: Pod): number => failuresOf(pod) + ignoredFailuresOf(pod);
  for (const pod of pods) {
    const index = isTracked(pod) && hasFailed(job, pod) ? indexOf(job, pod) : undefined;
    if (index === undefined || busy.has(index) || tally.completed.has(index) || tally.failedIndexes.has(index))
      continue;
    const known = replaced.get(index);
    if (!known || rank(known) < rank(pod)) replaced.set(index, pod);
  }
  return replaced;
}

function pendingIndexes(job: Job, tally: Tally): readonly number[] {
  const held = replacesEnded(job) ? tally.terminating : [];
  const taken = new Set([...tally.active, ...held].map((pod) => indexOf(job, pod)));
  const free = (index: number): boolean =>
    !taken.has(index) && !tally.completed.has(index) && !tally.failedIndexes.has(index);
  return Array.from({ length: job.spec?.completions ?? 0 }, (_, index) => index).filter(free);
}

const heldUntil = (count: number, lastAt: number): number => (count > 0 ? lastAt + backoffDelay(BACKOFF, count) : 0);

/** Indexes that may have a pod now; each waits for the failures of its own. */
function eachIndex(job: Job, count: number, now: number, { tally, replaced }: Place): Scaling {
  const due = (index: number): number => {
    const pod = replaced.get(index);
    return pod ? heldUntil(failuresOf(pod) + ignoredFailuresOf(pod) + 1, endOf(pod)) : 0;
  };
  const pending = pendingIndexes(job, tally);
  const ready = pending.filter((index) => due(index) <= now).slice(0, count);
  const later = pending.map(due).filter((at) => at > now);
  return {
    surplus: [],
    creations: ready.map((index) => newPod(job, index, replaced.get(index))),
    ...(ready.length < count && later.length > 0 && { wakeAt: Math.min(...later) }),
  };
}

interface Place {
  readonly tally: Tally;
  readonly replaced: ReadonlyMap<number, Pod>;
  readonly failures: Failures;
}

/** Decides about the number of pods; in one round pods are only made or only deleted. */
export function scalingOf(job: Job, place: Place, now: number): Scaling {
  const { tally, failures } = place;
  const { active, terminating } = tally;
  const wanted = isSuspended(job) ? 0 : wantedActive(job, tally);
  const surplus = surplusOf(job, active, wanted, now);
  if (surplus.length > 0) return { surplus, creations: [] };
  const missing = wanted - active.length - (replacesEnded(job) ? terminating.length : 0);
  if (missing <= 0) return NOTHING;
  // Creations grow with what is already there, so that a quota or a broken template refuses a few pods and not hundreds.
  const count = Math.min(missing, active.length + 1, BURST);
  if (hasLimitPerIndex(job)) return eachIndex(job, count, now, place);
  const wakeAt = heldUntil(failures.count, failures.lastAt);
  if (wakeAt > now) return { ...NOTHING, wakeAt };
  const indexes = isIndexed(job)
    ? pendingIndexes(job, tally).slice(0, count)
    : Array.from({ length: count }, () => undefined);
  return { surplus: [], creations: indexes.map((index) => newPod(job, index)) };
}
