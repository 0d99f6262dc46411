// What is known of a pod's containers: the runtime's word, and for those that it has lost, what was written about them.
import type { ContainerStatus, Pod } from "@knots/api";
import { parseTime } from "@knots/std";
import type { Instance, RuntimePod } from "../runtime/runtime.ts";
import { allContainers, type Declared, runsOf } from "./view.ts";

type Terminated = NonNullable<NonNullable<ContainerStatus["state"]>["terminated"]>;

const LOST: Terminated = {
  exitCode: 137,
  reason: "ContainerStatusUnknown",
  message: "The container could not be located when the pod was terminated",
};

const timeOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : parseTime(text));

/** A run that only a status tells of. It belongs to no sandbox that exists. */
function writtenRun({ spec, hash }: Declared, status: ContainerStatus, now: number): Instance {
  const end = status.state?.terminated ?? (status.state?.running ? LOST : (status.lastState?.terminated ?? LOST));
  const startedAt = timeOf(end.startedAt ?? status.state?.running?.startedAt);
  const finishedAt = timeOf(end.finishedAt) ?? now;
  return {
    id: (status.containerID ?? "").replace(/^[a-z]+:\/\//, ""),
    lost: true,
    name: spec.name,
    sandboxId: "",
    restartCount: status.restartCount,
    hash,
    phase: "exited",
    createdAt: startedAt ?? finishedAt,
    ...(startedAt !== undefined && { startedAt }),
    finishedAt,
    exitCode: end.exitCode,
    ...(end.reason !== undefined && { reason: end.reason }),
    ...(end.message !== undefined && { message: end.message }),
    image: status.image,
    imageId: status.imageID,
  };
}

/** The runtime's state, completed by runs that it has lost. */
export function withWritten(pod: Pod, runtime: RuntimePod, now: number): RuntimePod {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const written = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
  const lost = allContainers(pod).flatMap((declared) => {
    const status = written.find(({ name, containerID }) => name === declared.spec.name && containerID);
    return status && runsOf(runtime, declared.spec.name).length === 0 ? [writtenRun(declared, status, now)] : [];
  });
  return lost.length === 0 ? runtime : { ...runtime, instances: [...runtime.instances, ...lost] };
}
