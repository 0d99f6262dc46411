// The status of a pod, from the same view as its plan: pure.
import type { ContainerStatus, Pod, PodStatus } from "@knots/api";
import { formatTime } from "@knots/std";
import { qosClass } from "./config/qos.ts";
import { isInitialized, type Outcome, outcomeOf } from "./outcome.ts";
import { podConditions } from "./status-conditions.ts";
import { containerStatus } from "./status-container.ts";
import {
  currentSandbox,
  ephemeralContainers,
  initContainers,
  isAlive,
  mainContainers,
  type PodView,
  runsOf,
} from "./view.ts";

type Phase = NonNullable<PodStatus["phase"]>;

/** A pod that goes away and whose containers have all ended is over, however it would go on otherwise. */
function endedByDeletion({ pod, runtime }: PodView): Outcome | undefined {
  if (pod.metadata.deletionTimestamp === undefined || runtime.instances.some(isAlive)) return undefined;
  const last = mainContainers(pod).map(({ spec }) => runsOf(runtime, spec.name)[0]);
  const ended = last.filter((run) => run?.phase === "exited");
  if (ended.length === 0) return undefined;
  return { state: ended.every((run) => run?.exitCode === 0) ? "succeeded" : "failed" };
}

function phaseOf(view: PodView, outcome: Outcome): Phase {
  if (outcome.state !== "active") {
    const stopped = !view.runtime.instances.some(isAlive) && view.memory.busy.size === 0;
    const written = view.pod.status?.phase;
    const isFinal = stopped || written === "Succeeded" || written === "Failed";
    if (isFinal) return outcome.state === "succeeded" ? "Succeeded" : "Failed";
  }
  const begun = mainContainers(view.pod).some(({ spec }) =>
    runsOf(view.runtime, spec.name).some(({ phase }) => phase !== "created"),
  );
  return begun && (isInitialized(view) || view.pod.status?.phase === "Running") ? "Running" : "Pending";
}

type Addresses = Pick<PodStatus, "hostIP" | "hostIPs" | "podIP" | "podIPs">;

function addressesOf({ pod, runtime }: PodView, hostIPs: readonly string[]): Addresses {
  const sandbox = currentSandbox(runtime);
  const list = (ips: readonly string[]) => ips.map((ip) => ({ ip }));
  const host = hostIPs[0] === undefined ? {} : { hostIP: hostIPs[0], hostIPs: list(hostIPs) };
  const ips = pod.spec.hostNetwork && sandbox ? hostIPs : (sandbox?.ips ?? []);
  if (ips[0] !== undefined) return { ...host, podIP: ips[0], podIPs: list(ips) };
  const { podIP, podIPs } = pod.status ?? {};
  return { ...host, ...(podIP !== undefined && { podIP }), ...(podIPs !== undefined && { podIPs }) };
}

function reasonOf(pod: Pod, outcome: Outcome): Pick<PodStatus, "reason" | "message"> {
  const { reason, message } = outcome.state === "failed" ? outcome : (pod.status ?? {});
  return { ...(reason !== undefined && { reason }), ...(message !== undefined && { message }) };
}

const listed = (name: string, statuses: readonly ContainerStatus[]) =>
  statuses.length > 0 ? { [name]: statuses } : {};

/** The whole status; fields and conditions of other writers are kept. `hostIPs` are the node's addresses, the primary one first. */
export function podStatus(view: PodView, hostIPs: readonly string[]): PodStatus {
  const { pod, now } = view;
  const outcome = endedByDeletion(view) ?? outcomeOf(view);
  const ending = outcome.state !== "active";
  const inits = initContainers(pod).map((declared) => containerStatus(view, declared, ending));
  const mains = mainContainers(pod).map((declared) => containerStatus(view, declared, ending));
  const debug = ephemeralContainers(pod).map((declared) => containerStatus(view, declared, ending));
  const { reason: _reason, message: _message, ...kept } = pod.status ?? {};
  const { generation } = pod.metadata;
  return {
    ...kept,
    ...reasonOf(pod, outcome),
    ...addressesOf(view, hostIPs),
    phase: phaseOf(view, outcome),
    startTime: pod.status?.startTime ?? formatTime(now),
    qosClass: pod.status?.qosClass ?? qosClass(pod),
    conditions: podConditions({ view, outcome, inits, mains }),
    ...listed("initContainerStatuses", inits),
    ...listed("containerStatuses", mains),
    ...listed("ephemeralContainerStatuses", debug),
    ...(generation !== undefined && { observedGeneration: generation }),
  };
}
