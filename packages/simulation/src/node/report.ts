// What a simulated kubelet tells of its node: the Node object, its status and its Lease.
import { Lease, Node } from "@knots/api";
import type { Client } from "@knots/client";
import { isApiError } from "@knots/machinery";
import { formatMicroTime, formatTime } from "@knots/std";
import type { SimulatedNode } from "./options.ts";

export const LEASE_NAMESPACE = "kube-node-lease";
const LEASE_SECONDS = 40;
const USUAL_CAPACITY = { cpu: "8", memory: "32Gi", "ephemeral-storage": "100Gi", pods: "110" };
const VERSION = "v1.36.0";

const INFO = {
  machineID: "",
  systemUUID: "",
  bootID: "",
  kernelVersion: "6.1.0",
  osImage: "Simulated",
  containerRuntimeVersion: "simulated://1.0.0",
  kubeletVersion: VERSION,
  kubeProxyVersion: "",
  operatingSystem: "linux",
  architecture: "amd64",
};

const HEALTHY = [
  ["MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
  ["DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
  ["PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
  ["Ready", "True", "KubeletReady", "kubelet is posting ready status"],
] as const;

/** The status of a healthy node that came up at `since`. */
function statusOf(
  { name, address, capacity = USUAL_CAPACITY, images = [] }: SimulatedNode,
  since: number,
  now: number,
) {
  const times = { lastHeartbeatTime: formatTime(now), lastTransitionTime: formatTime(since) };
  return {
    capacity,
    allocatable: capacity,
    conditions: HEALTHY.map(([type, status, reason, message]) => ({ type, status, reason, message, ...times })),
    addresses: [
      { type: "InternalIP", address },
      { type: "Hostname", address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: { ...INFO, machineID: name, systemUUID: name, bootID: `${name}-${since}` },
    images,
  };
}

const strategic = "application/strategic-merge-patch+json" as const;

/** Writes the node's status; false when the Node does not exist. */
export async function reportStatus(client: Client, node: SimulatedNode, since: number, now: number): Promise<boolean> {
  try {
    const body = { status: statusOf(node, since, now) };
    await client.patch(Node, { name: node.name }, { type: strategic, body }, { subresource: "status" });
    return true;
  } catch (error) {
    if (isApiError(error, "NotFound")) return false;
    throw error;
  }
}

/** Creates the Node, or takes on the one that is there. */
export async function register(client: Client, node: SimulatedNode): Promise<void> {
  const { name, labels, taints, podCIDR } = node;
  const usual = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" };
  const spec = { podCIDR, podCIDRs: [podCIDR], ...(taints && { taints }) };
  const object = { apiVersion: "v1", kind: "Node", metadata: { name, labels: { ...usual, ...labels } }, spec };
  try {
    await client.create(Node, object);
  } catch (error) {
    if (!isApiError(error, "AlreadyExists")) throw error;
  }
}

/** Creates or renews the node's Lease. */
export async function renewLease(client: Client, { name }: SimulatedNode, now: number): Promise<void> {
  const renewTime = formatMicroTime(now);
  const key = { namespace: LEASE_NAMESPACE, name };
  const old = await client.find(Lease, key);
  if (old) {
    await client.update(Lease, { ...old, spec: { ...old.spec, renewTime } });
    return;
  }
  const node = await client.get(Node, { name });
  const ownerReferences = [{ apiVersion: "v1", kind: "Node", name, uid: node.metadata.uid }];
  const spec = { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime };
  const metadata = { ...key, ownerReferences };
  await client.create(Lease, { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec });
}
