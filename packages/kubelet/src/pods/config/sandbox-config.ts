// The sandbox of a pod in the runtime's terms.
import type { Pod } from "@knots/api";
import type { PodSandboxConfig, PortMapping } from "../../cri/messages/sandbox.ts";
import { podLabels } from "../../runtime/labels.ts";
import { allContainers } from "../view.ts";
import { podResolver } from "./dns.ts";
import { hostnameOf } from "./hostname.ts";
import { podGroup } from "./resources.ts";
import { sandboxSecurity } from "./security.ts";
import type { NodeSettings } from "./settings.ts";

const PROTOCOLS: Readonly<Record<string, number>> = { TCP: 0, UDP: 1, SCTP: 2 };

/** Ports of the node that lead into the pod; none on the node's own network. */
function portMappings(pod: Pod): readonly PortMapping[] {
  if (pod.spec.hostNetwork) return [];
  const ports = allContainers(pod).flatMap(({ spec }) => spec.ports ?? []);
  return ports.flatMap(({ protocol = "TCP", containerPort, hostPort, hostIP = "" }) =>
    hostPort ? [{ protocol: PROTOCOLS[protocol] ?? 0, containerPort, hostPort, hostIp: hostIP }] : [],
  );
}

/** Folder of the pod's logs: upstream's layout. */
export function logFolder({ metadata }: Pod, { logsDir }: NodeSettings): string {
  return `${logsDir}/${metadata.namespace}_${metadata.name}_${metadata.uid}`;
}

/** The sandbox; `attempt` counts the sandboxes of this pod. */
export function sandboxConfig(pod: Pod, attempt: number, settings: NodeSettings): PodSandboxConfig {
  const { name, namespace, uid, labels, annotations } = pod.metadata;
  const sysctls = (pod.spec.securityContext?.sysctls ?? []).map(({ name: key, value }) => [key, value] as const);
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: hostnameOf(pod, settings),
    logDirectory: logFolder(pod, settings),
    dnsConfig: podResolver(pod, settings),
    portMappings: portMappings(pod),
    labels: { ...labels, ...podLabels(pod.metadata) },
    annotations: { ...annotations },
    linux: {
      cgroupParent: podGroup(pod, settings),
      securityContext: sandboxSecurity(pod),
      ...(sysctls.length > 0 && { sysctls: Object.fromEntries(sysctls) }),
    },
  };
}
