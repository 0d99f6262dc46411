// One look at one pod by its simulated kubelet: report what changed, finish what was told to stop.
import { type ContainerStatus, Pod, type PodStatus } from "@knots/api";
import type { EventRecorder, Informer, WorkResult } from "@knots/client";
import { conditionOf, isApiError } from "@knots/machinery";
import { deepEqual } from "@knots/std";
import { endOfStop, type Observation, observe } from "../pod/observe.ts";
import { steady } from "../pod/script.ts";
import type { Machine } from "./machine.ts";
import type { SimulationOptions } from "./options.ts";

const isEnded = ({ status }: Pod): boolean => status?.phase === "Failed" || status?.phase === "Succeeded";

/** Whether the server shows all that the kubelet has to say; conditions of others do not matter. */
function isShown(pod: Pod, status: PodStatus): boolean {
  const { conditions = [], ...rest } = status;
  const shown: Partial<Record<string, unknown>> = { ...pod.status };
  return (
    Object.entries(rest).every(([name, value]) => deepEqual(shown[name], value)) &&
    conditions.every((each) => deepEqual({ ...conditionOf(pod.status?.conditions, each.type) }, each))
  );
}

const isRunning = (statuses: readonly ContainerStatus[] | undefined, name: string, restarts: number): boolean =>
  statuses?.some((status) => status.name === name && status.state?.running && status.restartCount === restarts) ??
  false;

/** Containers that the report shows running for the first time. */
function recordStarts(recorder: EventRecorder, pod: Pod, status: PodStatus): void {
  for (const { name, image, state, restartCount } of status.containerStatuses ?? []) {
    if (!state?.running || isRunning(pod.status?.containerStatuses, name, restartCount)) continue;
    const event = (reason: string, message: string): void =>
      recorder.record("kubelet", { regarding: pod, type: "Normal", reason, message });
    event("Pulled", `Container image "${image}" already present on machine`);
    event("Created", `Created container: ${name}`);
    event("Started", `Started container ${name}`);
  }
}

type Outside = Pick<SimulationOptions, "clientOf" | "clock" | "recorder" | "behaviour"> & {
  readonly informer: Informer<Pod>;
};

async function send(
  machine: Machine,
  pod: Pod,
  status: PodStatus,
  { clientOf, informer }: Outside,
): Promise<WorkResult> {
  const body = { metadata: { uid: pod.metadata.uid }, status: JSON.parse(JSON.stringify(status)) };
  const patch = { type: "application/strategic-merge-patch+json", body } as const;
  const written = await clientOf(machine.node.name).patch(Pod, pod.metadata, patch, { subresource: "status" });
  return { hold: informer.reached(written.metadata.resourceVersion) };
}

async function remove(machine: Machine, pod: Pod, { clientOf }: Outside): Promise<void> {
  const preconditions = { uid: pod.metadata.uid };
  await clientOf(machine.node.name).delete(Pod, pod.metadata, { gracePeriodSeconds: 0, preconditions });
}

const resultOf = ({ next }: Observation): WorkResult => (next === undefined ? {} : { wakeAt: next });

/** A pod that is being deleted: containers get their time, then the last status is told and the object removed. */
async function finish(machine: Machine, pod: Pod, outside: Outside): Promise<WorkResult> {
  const { clock, behaviour = steady, recorder } = outside;
  const now = clock.now();
  const seen = pod.status?.startTime !== undefined && !isEnded(pod);
  if (seen) {
    const known = machine.startOf(pod);
    const start = machine.markStopped(pod, now);
    if (known.stoppedAt === undefined) {
      for (const { name } of pod.spec?.containers ?? []) {
        recorder.record("kubelet", {
          regarding: pod,
          type: "Normal",
          reason: "Killing",
          message: `Stopping container ${name}`,
        });
      }
    }
    const end = endOfStop(pod, behaviour, start.stoppedAt ?? now);
    if (now < end) return { wakeAt: end };
    const addresses = { hostIP: machine.node.address, podIP: machine.addressOf(pod) };
    await send(machine, pod, observe(pod, { start, behaviour, addresses }, now).status, outside);
  }
  await remove(machine, pod, outside);
  return {};
}

async function lookAt(machine: Machine, pod: Pod, outside: Outside): Promise<WorkResult> {
  if (pod.metadata.deletionTimestamp !== undefined) return finish(machine, pod, outside);
  if (isEnded(pod)) {
    machine.forget(pod.metadata.uid);
    return {};
  }
  const { clock, behaviour = steady, recorder } = outside;
  const addresses = { hostIP: machine.node.address, podIP: machine.addressOf(pod) };
  const observation = observe(pod, { start: machine.startOf(pod), behaviour, addresses }, clock.now());
  if (isShown(pod, observation.status)) return resultOf(observation);
  recordStarts(recorder, pod, observation.status);
  return { ...(await send(machine, pod, observation.status, outside)), ...resultOf(observation) };
}

/** The work of one round; a pod that is gone needs none, a lost race another round. */
export async function workOnPod(machine: Machine, pod: Pod, outside: Outside): Promise<WorkResult> {
  try {
    return await lookAt(machine, pod, outside);
  } catch (error) {
    if (isApiError(error, "NotFound")) return {};
    if (isApiError(error, "Conflict")) return { retry: true };
    throw error;
  }
}
