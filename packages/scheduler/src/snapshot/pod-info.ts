// A pod as the scheduler sees it: requests, host ports and selectors worked out once.
import type { Pod } from "@knots/api";
import { type Amounts, requestOf, usualRequestOf } from "./resources.ts";

/** A port that a pod takes on the node's own addresses. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export interface PodInfo {
  readonly pod: Pod;
  readonly uid: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly priority: number;
  readonly request: Amounts;
  /** As `request`, with usual amounts where nothing is requested. */
  readonly usual: Amounts;
  readonly hostPorts: readonly HostPort[];
  readonly terminating: boolean;
}

const ANY_ADDRESS = "0.0.0.0";

function hostPortsOf(pod: Pod): readonly HostPort[] {
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...sidecars, ...(pod.spec?.containers ?? [])]
    .flatMap((container) => container.ports ?? [])
    .filter(({ hostPort = 0 }) => hostPort > 0)
    .map(({ hostIP, protocol = "TCP", hostPort = 0 }) => ({ ip: hostIP || ANY_ADDRESS, protocol, port: hostPort }));
}

const known = new WeakMap<Pod, PodInfo>();

/** Works a pod out; the answer is kept as long as the object lives. */
export function podInfoOf(pod: Pod): PodInfo {
  const before = known.get(pod);
  if (before) return before;
  const info: PodInfo = {
    pod,
    uid: pod.metadata.uid,
    namespace: pod.metadata.namespace,
    labels: pod.metadata.labels ?? {},
    priority: pod.spec?.priority ?? 0,
    request: requestOf(pod),
    usual: usualRequestOf(pod),
    hostPorts: hostPortsOf(pod),
    terminating: pod.metadata.deletionTimestamp !== undefined,
  };
  known.set(pod, info);
  return info;
}

/** Whether two ports cannot be taken on one node. */
export const portsClash = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY_ADDRESS || b.ip === ANY_ADDRESS);
