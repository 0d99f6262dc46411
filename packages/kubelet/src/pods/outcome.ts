// How a pod ends: whether its containers have run to their end, and with which result.
import type { Pod } from "@knots/api";
import { parseTime } from "@knots/std";
import type { RuntimePod } from "../runtime/runtime.ts";
import { currentRun, type Declared, initContainers, mainContainers, type PodView, restarts, runsOf } from "./view.ts";

/** Where the pod stands. `active` is neither ended nor about to. */
export type Outcome =
  | { readonly state: "active" }
  | { readonly state: "succeeded" }
  | { readonly state: "failed"; readonly reason?: string; readonly message?: string };

const ACTIVE: Outcome = { state: "active" };
const DEADLINE = {
  state: "failed",
  reason: "DeadlineExceeded",
  message: "Pod was active on the node longer than the specified deadline",
} as const;

/** When the pod has been active for too long, in milliseconds since the epoch; undefined without a limit or a start. */
export function deadlineOf(pod: Pod): number | undefined {
  const { activeDeadlineSeconds } = pod.spec;
  const { startTime } = pod.status ?? {};
  if (activeDeadlineSeconds === undefined || startTime === undefined) return undefined;
  return parseTime(startTime) + activeDeadlineSeconds * 1000;
}

/** Exit code of a container that ended for good; undefined while it runs, waits or comes again. */
function finalCode(declared: Declared, pod: Pod, runtime: RuntimePod): number | undefined {
  const newest = runsOf(runtime, declared.spec.name)[0];
  if (newest?.phase !== "exited") return undefined;
  const code = newest.exitCode ?? 0;
  return restarts(declared, pod, code) ? undefined : code;
}

/** Whether all init containers are done: regular ones ended well, sidecars are up; or the pod was past that already. */
export function isInitialized({ pod, runtime, verdicts }: PodView): boolean {
  if (mainContainers(pod).some(({ spec }) => currentRun(runtime, spec.name))) return true;
  return initContainers(pod).every(({ role, spec }) => {
    const run = currentRun(runtime, spec.name);
    if (role === "init") return run?.phase === "exited" && run.exitCode === 0;
    return run?.phase === "running" && (verdicts.get(run.id)?.started ?? false);
  });
}

function ofContainers({ pod, runtime }: PodView): Outcome {
  const codes = mainContainers(pod).map((declared) => finalCode(declared, pod, runtime));
  const inits = initContainers(pod).filter(({ role }) => role === "init");
  const untouched = codes.every((code) => code === undefined);
  if (untouched && inits.some((declared) => (finalCode(declared, pod, runtime) ?? 0) !== 0)) return { state: "failed" };
  if (codes.some((code) => code === undefined)) return ACTIVE;
  return codes.every((code) => code === 0) ? { state: "succeeded" } : { state: "failed" };
}

/** The outcome; a phase that has been written as final stays. */
export function outcomeOf(view: PodView): Outcome {
  const { phase, reason, message } = view.pod.status ?? {};
  if (phase === "Succeeded") return { state: "succeeded" };
  if (phase === "Failed")
    return { state: "failed", ...(reason !== undefined && { reason }), ...(message !== undefined && { message }) };
  if (view.memory.evicted !== undefined) return { state: "failed", reason: "Evicted", message: view.memory.evicted };
  const deadline = deadlineOf(view.pod);
  if (deadline !== undefined && view.now >= deadline) return DEADLINE;
  return ofContainers(view);
}
