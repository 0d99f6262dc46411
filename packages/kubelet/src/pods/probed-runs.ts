// Which runs of a pod are probed.
import type { ContainerStatus, Pod } from "@knots/api";
import type { Probed } from "../probes/probes.ts";
import type { RuntimePod } from "../runtime/runtime.ts";
import { containerId } from "./status-container.ts";
import { allContainers, currentRun, currentSandbox } from "./view.ts";

function believed(statuses: readonly ContainerStatus[], id: string) {
  const status = statuses.find((each) => each.containerID === containerId(id));
  return status && { started: status.started ?? false, ready: status.ready };
}

/** The runs that are up in the present sandbox, with what an earlier status says about these very runs. */
export function probedRuns(pod: Pod, runtime: RuntimePod, hostIPs: readonly string[]): readonly Probed[] {
  const ips = pod.spec.hostNetwork ? hostIPs : (currentSandbox(runtime)?.ips ?? []);
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const written = [...initContainerStatuses, ...containerStatuses];
  return allContainers(pod).flatMap(({ role, spec }): Probed[] => {
    const run = currentRun(runtime, spec.name);
    if (run?.phase !== "running") return [];
    const { startupProbe: _startup, livenessProbe: _liveness, readinessProbe: _readiness, ...bare } = spec;
    const container = role === "main" || role === "sidecar" ? spec : bare;
    const known = believed(written, run.id);
    const startedAt = run.startedAt ?? run.createdAt;
    return [{ containerId: run.id, container, ip: ips[0] ?? "", startedAt, ...(known && { believed: known }) }];
  });
}
