// The Node object as the kubelet writes it: labels, capacity, addresses, facts.
import { ARCH_LABEL, HOSTNAME_LABEL, INSTANCE_TYPE_LABEL, type Node, type NodeStatus, OS_LABEL } from "@knots/api";
import type { NewObject } from "@knots/machinery";
import type { RuntimeVersion } from "../runtime/runtime.ts";
import type { Machine, NodeOptions } from "./options.ts";

/** Version of the API that this kubelet follows. */
export const KUBELET_VERSION = "v1.36.0";
const EVICTION_MEMORY = 100 * 2 ** 20;
const DEFAULT_PODS = 110;
const DEFAULT_PORT = 10_250;

/** Labels that the kubelet keeps on its node. */
export function nodeLabels({ name, labels, instanceType = "knots" }: NodeOptions, machine: Machine) {
  return {
    [HOSTNAME_LABEL]: name,
    [OS_LABEL]: "linux",
    [ARCH_LABEL]: machine.architecture,
    "beta.kubernetes.io/os": "linux",
    "beta.kubernetes.io/arch": machine.architecture,
    [INSTANCE_TYPE_LABEL]: instanceType,
    ...labels,
  };
}

const kibi = (bytes: number): string => `${Math.floor(bytes / 1024)}Ki`;

/** Resources of the machine, and what of them pods may have. */
export function nodeResources(machine: Machine, maxPods = DEFAULT_PODS) {
  const shared = { cpu: String(machine.cpus), "hugepages-1Gi": "0", "hugepages-2Mi": "0", pods: String(maxPods) };
  return {
    capacity: {
      ...shared,
      memory: kibi(machine.memoryBytes),
      "ephemeral-storage": kibi(machine.storageBytes),
    },
    allocatable: {
      ...shared,
      memory: kibi(machine.memoryBytes - EVICTION_MEMORY),
      "ephemeral-storage": String(Math.floor(machine.storageBytes * 0.9)),
    },
  };
}

/** Everything in the status but conditions. */
export function nodeFacts(options: NodeOptions, machine: Machine, runtime: RuntimeVersion | undefined): NodeStatus {
  const { addresses, name, maxPods, port = DEFAULT_PORT } = options;
  return {
    ...nodeResources(machine, maxPods),
    addresses: [...addresses.map((address) => ({ type: "InternalIP", address })), { type: "Hostname", address: name }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    nodeInfo: {
      machineID: machine.machineId,
      systemUUID: machine.systemUuid,
      bootID: machine.bootId,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: runtime ? `${runtime.name}://${runtime.version}` : "",
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: "",
      operatingSystem: "linux",
      architecture: machine.architecture,
    },
  };
}

/** The node before its first status. */
export function newNode(options: NodeOptions, machine: Machine): NewObject<typeof Node> {
  const { name, taints = [], podCidr } = options;
  return {
    metadata: { name, labels: nodeLabels(options, machine) },
    spec: {
      ...(podCidr !== undefined && { podCIDR: podCidr, podCIDRs: [podCidr] }),
      ...(taints.length > 0 && { taints }),
    },
  };
}
