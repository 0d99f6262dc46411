// Decides what to do for one pod: pure, from what should be, what is, and what is remembered.

import type { Sandbox } from "../runtime/runtime.ts";
import { act, joined, NOTHING, type PodAction, type PodPlan, waitUntil } from "./actions.ts";
import { deadlineOf, isInitialized, outcomeOf } from "./outcome.ts";
import { planFinished, planRemoval } from "./plan-end.ts";
import { planStart } from "./plan-start.ts";
import { graceOf, planStop, planStopAll } from "./plan-stop.ts";
import {
  currentRun,
  currentSandbox,
  type Declared,
  ephemeralContainers,
  initContainers,
  isAlive,
  mainContainers,
  type PodView,
  restarts,
  runsOf,
  SANDBOX,
} from "./view.ts";

/** How many ended runs of a container are kept beside the newest run. */
const KEPT_RUNS = 1;

/** Why a running container has to be stopped although the pod goes on. */
function stopWish(view: PodView, declared: Declared): { deadline: number; message: string } | undefined {
  const { pod, runtime, verdicts, now } = view;
  const run = runsOf(runtime, declared.spec.name)[0];
  if (!run || !isAlive(run)) return undefined;
  const { name } = declared.spec;
  const wish = (message: string, seconds = graceOf(pod)) => ({ deadline: now + seconds * 1000, message });
  if (run.sandboxId !== currentSandbox(runtime)?.id) return wish(`Stopping container ${name}`);
  if (run.phase === "unknown") return wish(`Container ${name} is in an unknown state, it will be restarted`);
  if (run.hash !== declared.hash) return wish(`Container ${name} definition changed, will be restarted`);
  const failed = verdicts.get(run.id)?.failed;
  if (!failed) return undefined;
  return wish(`Container ${name} failed ${failed.probe} probe, will be restarted`, failed.graceSeconds);
}

/** Keeps one container going: stops a bad run, starts it when it is due. */
function planContainer(view: PodView, declared: Declared, sandbox: Sandbox): PodPlan {
  const { pod, runtime } = view;
  const [run] = runsOf(runtime, declared.spec.name);
  const wish = stopWish(view, declared);
  if (run && wish) return planStop(view, run, wish);
  if (run && isAlive(run)) return NOTHING;
  if (run?.phase === "exited" && !isOutdated(declared, run.sandboxId, sandbox)) {
    if (!restarts(declared, pod, run.exitCode ?? 0)) return NOTHING;
  }
  return planStart(view, declared, sandbox);
}

/** Init containers run again in every new sandbox, even those that ended well. */
const isOutdated = ({ role }: Declared, sandboxId: string, sandbox: Sandbox): boolean =>
  role === "init" && sandboxId !== sandbox.id;

/** Sidecars up to the first that is not up; the first regular init container that has not ended well. */
function planInit(view: PodView, sandbox: Sandbox): PodPlan {
  const plans: PodPlan[] = [];
  for (const declared of initContainers(view.pod)) {
    plans.push(planContainer(view, declared, sandbox));
    if (!isPassed(view, declared)) break;
  }
  return joined(...plans);
}

function isPassed({ runtime, verdicts }: PodView, { role, spec }: Declared): boolean {
  const run = currentRun(runtime, spec.name);
  if (role === "init") return run?.phase === "exited" && run.exitCode === 0;
  return run?.phase === "running" && (verdicts.get(run.id)?.started ?? false);
}

function planContainers(view: PodView, sandbox: Sandbox): PodPlan {
  const keep = (declared: Declared): PodPlan => planContainer(view, declared, sandbox);
  const ephemeral = ephemeralContainers(view.pod).map(keep);
  if (!isInitialized(view)) return joined(planInit(view, sandbox), ...ephemeral);
  const sidecars = initContainers(view.pod).filter(({ role }) => role === "sidecar");
  return joined(...sidecars.map(keep), ...mainContainers(view.pod).map(keep), ...ephemeral);
}

/** What runs in a dead sandbox is stopped; then a new one is made, unless that has just failed. */
function planSandbox(view: PodView): PodPlan {
  const { pod, runtime, memory, now } = view;
  if (runtime.instances.some(isAlive)) {
    const deadline = now + graceOf(pod) * 1000;
    return planStopAll(view, { deadline, message: "Pod sandbox changed, it will be killed and re-created." });
  }
  const created = runtime.instances.filter(({ phase }) => phase === "created");
  if (memory.busy.size > 0) return NOTHING;
  if (created.length > 0)
    return act(...created.map(({ id, name }) => ({ type: "remove-container", id, name }) as const));
  const failure = memory.failures.get(SANDBOX);
  if (failure && now < failure.retryAt) return waitUntil(failure.retryAt);
  const attempts = runtime.sandboxes.map(({ attempt }) => attempt + 1);
  return act({ type: "create-sandbox", attempt: Math.max(0, ...attempts) });
}

/** Ended runs beyond those that the status shows, and dead sandboxes that nothing shown belongs to. */
function planGarbage({ runtime, memory }: PodView): PodPlan {
  const names = new Set(runtime.instances.map(({ name }) => name));
  const old = [...names].flatMap((name) => runsOf(runtime, name).slice(1 + KEPT_RUNS));
  const dead = old.filter(
    ({ id, phase, name }) => phase === "exited" && !memory.busy.has(id) && !memory.busy.has(name),
  );
  const shown = new Set(runtime.instances.filter((run) => !old.includes(run)).map(({ sandboxId }) => sandboxId));
  const empty = runtime.sandboxes.slice(1).filter(({ id, ready }) => !memory.busy.has(id) && (ready || !shown.has(id)));
  return act(
    ...dead.map(({ id, name }): PodAction => ({ type: "remove-container", id, name })),
    ...empty.map(({ id, ready }): PodAction => ({ type: ready ? "stop-sandbox" : "remove-sandbox", id })),
  );
}

/** A sandbox that can be used: it runs, and has an address unless it is on the node's network. */
export function usableSandbox({ pod, runtime }: PodView): Sandbox | undefined {
  const sandbox = currentSandbox(runtime);
  const addressed = pod.spec.hostNetwork === true || (sandbox?.ips.length ?? 0) > 0;
  return sandbox?.ready && addressed ? sandbox : undefined;
}

/** The plan of one pod. A pod that is bound elsewhere or gone from the API is planned as one that is being deleted. */
export function planPod(view: PodView): PodPlan {
  if (view.pod.metadata.deletionTimestamp !== undefined) return planRemoval(view);
  if (outcomeOf(view).state !== "active") return planFinished(view);
  const sandbox = usableSandbox(view);
  const deadline = deadlineOf(view.pod);
  const alarm = deadline === undefined ? NOTHING : waitUntil(deadline);
  const work = sandbox ? planContainers(view, sandbox) : planSandbox(view);
  return joined(work, planGarbage(view), alarm);
}
