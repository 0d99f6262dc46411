// The status of one container: what it does, how it ended before, how often it was started.
import type { ContainerState, ContainerStatus } from "@knots/api";
import { formatTime } from "@knots/std";
import { fullImageName } from "../images/name.ts";
import type { Instance } from "../runtime/runtime.ts";
import { formatDelay } from "./backoff.ts";
import { crashRetryAt, failureOf, pullWordChangesAt } from "./plan-start.ts";
import { currentRun, type Declared, type PodView, restarts, runsOf, type StartFailure } from "./view.ts";

type Waiting = NonNullable<ContainerState["waiting"]>;
type Terminated = NonNullable<ContainerState["terminated"]>;

const PULL_FAILURES = new Set(["ErrImagePull", "RegistryUnavailable", "SignatureValidationFailed"]);

/** Identifier as the API shows it. */
export const containerId = (id: string): string => (id === "" ? "" : `containerd://${id}`);

function terminated(run: Instance): Terminated {
  const { exitCode = 0, reason, message, startedAt, finishedAt } = run;
  return {
    exitCode,
    reason: reason || (exitCode === 0 ? "Completed" : "Error"),
    ...(message && { message }),
    ...(startedAt && { startedAt: formatTime(startedAt) }),
    ...(finishedAt && { finishedAt: formatTime(finishedAt) }),
    ...(run.id !== "" && { containerID: containerId(run.id) }),
  };
}

function waitingFor(view: PodView, { spec }: Declared, failure: StartFailure): Waiting {
  const { reason, message } = failure;
  if (!PULL_FAILURES.has(reason) || view.now < pullWordChangesAt(failure)) return { reason, message };
  return { reason: "ImagePullBackOff", message: `Back-off pulling image "${spec.image}": ${reason}: ${message}` };
}

function crashing(view: PodView, last: Instance): Waiting | undefined {
  if (view.memory.busy.has(last.name) || view.now >= crashRetryAt(view, last)) return undefined;
  const { name, namespace, uid } = view.pod.metadata;
  const delay = formatDelay(view.memory.crashes.get(last.name)?.delay ?? 0);
  const message = `back-off ${delay} restarting failed container=${last.name} pod=${name}_${namespace}(${uid})`;
  return { reason: "CrashLoopBackOff", message };
}

/** Why the container does not run although it should; undefined when its end is all there is to say. */
function waitingOf(view: PodView, declared: Declared, last: Instance | undefined): Waiting | undefined {
  const failure = failureOf(view, declared);
  if (failure) return waitingFor(view, declared, failure);
  if (last?.phase === "exited") {
    return restarts(declared, view.pod, last.exitCode ?? 0) ? crashing(view, last) : undefined;
  }
  const hasInit = (view.pod.spec.initContainers ?? []).length > 0;
  return { reason: hasInit ? "PodInitializing" : "ContainerCreating" };
}

interface States {
  readonly state: ContainerState;
  readonly lastState: ContainerState;
}

function statesOf(view: PodView, declared: Declared, ending: boolean): States {
  const runs = runsOf(view.runtime, declared.spec.name).filter(({ phase }) => phase !== "created");
  const [last, previous] = runs;
  const before = previous ? { terminated: terminated(previous) } : {};
  if (last?.phase === "running" || last?.phase === "unknown") {
    const startedAt = formatTime(last.startedAt ?? last.createdAt);
    return { state: { running: { startedAt } }, lastState: before };
  }
  const waiting = ending && last ? undefined : waitingOf(view, declared, last);
  if (waiting) return { state: { waiting }, lastState: last ? { terminated: terminated(last) } : {} };
  return last ? { state: { terminated: terminated(last) }, lastState: before } : { state: {}, lastState: {} };
}

function isReady(view: PodView, { role, spec }: Declared): { readonly ready: boolean; readonly started: boolean } {
  const run = currentRun(view.runtime, spec.name);
  if (role === "init")
    return { ready: run?.phase === "exited" && run.exitCode === 0, started: run?.phase === "running" };
  const verdict = run?.phase === "running" ? view.verdicts.get(run.id) : undefined;
  return { ready: (verdict?.started && verdict.ready) ?? false, started: verdict?.started ?? false };
}

function writtenStatus({ pod }: PodView, name: string): ContainerStatus | undefined {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find(
    (status) => status.name === name,
  );
}

/** Restart counts never go back, whatever the runtime has forgotten. */
function restartCountOf(view: PodView, name: string): number {
  const counts = runsOf(view.runtime, name).map(({ restartCount }) => restartCount);
  return Math.max(0, writtenStatus(view, name)?.restartCount ?? 0, ...counts);
}

/** The image as it was asked for: one image can have many names, of which the runtime tells any. */
function imageOf({ spec, hash }: Declared, last: Instance | undefined): string {
  const { image = "" } = spec;
  if (last === undefined) return image;
  return last.hash === hash ? (fullImageName(image) ?? image) : last.image;
}

/** Status of one container; `ending` when the pod is not going to start anything any more. */
export function containerStatus(view: PodView, declared: Declared, ending: boolean): ContainerStatus {
  const { name } = declared.spec;
  const [last] = runsOf(view.runtime, name);
  return {
    name,
    ...statesOf(view, declared, ending),
    ...isReady(view, declared),
    restartCount: restartCountOf(view, name),
    image: imageOf(declared, last),
    imageID: last?.imageId ?? "",
    ...(last && last.id !== "" && { containerID: containerId(last.id) }),
  };
}
