// When a container may be started: not while something is under way, not before its back-off is over.
import type { Instance, Sandbox } from "../runtime/runtime.ts";
import { act, NOTHING, type PodPlan, waitUntil } from "./actions.ts";
import { CRASH_LIMITS, raised, retryAt } from "./backoff.ts";
import { type Declared, type PodView, runsOf, type StartFailure } from "./view.ts";

/** The failure that still holds for this declaration. */
export function failureOf({ memory }: PodView, { spec, hash }: Declared): StartFailure | undefined {
  const failure = memory.failures.get(spec.name);
  return failure?.hash === hash ? failure : undefined;
}

/** When the status changes its word from the failed pull to the waiting for the next one. */
export const pullWordChangesAt = ({ at, retryAt: next }: StartFailure): number => at + (next - at) / 2;

/** When a crashed container may start again, in milliseconds since the epoch. */
export function crashRetryAt({ memory }: PodView, last: Instance): number {
  return retryAt(memory.crashes.get(last.name), last.finishedAt ?? last.createdAt, CRASH_LIMITS);
}

/** How often the container was started before its next run, by runtime and by the status written before. */
export function nextRestartCount({ pod, runtime }: PodView, name: string): number {
  const counts = runsOf(runtime, name).map(({ restartCount }) => restartCount + 1);
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const written = [...initContainerStatuses, ...containerStatuses].find((status) => status.name === name);
  if (written?.containerID) counts.push(written.restartCount + 1);
  return Math.max(0, written?.restartCount ?? 0, ...counts);
}

function waitForFailure(view: PodView, failure: StartFailure): PodPlan {
  const change = pullWordChangesAt(failure);
  return waitUntil(view.now < change ? change : failure.retryAt);
}

/** Starts the container in the sandbox, or says when that may be tried. */
export function planStart(view: PodView, declared: Declared, sandbox: Sandbox): PodPlan {
  const { memory, now, runtime } = view;
  const { name } = declared.spec;
  if (memory.busy.has(name)) return NOTHING;
  const failure = failureOf(view, declared);
  if (failure && now < failure.retryAt) return waitForFailure(view, failure);
  const [last] = runsOf(runtime, name);
  if (last?.phase === "created")
    return memory.busy.has(last.id) ? NOTHING : act({ type: "remove-container", id: last.id, name });
  const start = { type: "start", container: declared, sandboxId: sandbox.id } as const;
  const restartCount = nextRestartCount(view, name);
  if (last?.phase !== "exited") return act({ ...start, restartCount });
  const next = crashRetryAt(view, last);
  if (now < next) return waitUntil(next);
  const failedAt = last.finishedAt ?? last.createdAt;
  return act({ ...start, restartCount, crash: raised(memory.crashes.get(name), { failedAt, now }, CRASH_LIMITS) });
}
