// What a node reports about itself.
import {
  array,
  atomicList,
  boolean,
  field,
  int32,
  int64,
  listOf,
  map,
  type ObjectSchema,
  object,
  quantity,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { conditionHead, coreConditionTail } from "./common.ts";
import { NodeConfigStatus } from "./node-config.ts";

const nodeAddress = object("io.k8s.api.core.v1.NodeAddress", {
  type: field(1, string(), "Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.", { required: true }),
  address: field(2, string(), "The address.", { required: true }),
});
/** An address under which a node is reached. */
export interface NodeAddress extends TypeOf<typeof nodeAddress> {}
export const NodeAddress: ObjectSchema<NodeAddress> = nodeAddress;

const nodeCondition = object("io.k8s.api.core.v1.NodeCondition", {
  ...conditionHead,
  lastHeartbeatTime: field(3, time(), "When the condition was last reported."),
  ...coreConditionTail,
});
/** One aspect of a node's state. */
export interface NodeCondition extends TypeOf<typeof nodeCondition> {}
export const NodeCondition: ObjectSchema<NodeCondition> = nodeCondition;

const daemonEndpoint = object("io.k8s.api.core.v1.DaemonEndpoint", {
  Port: field(1, int32(), "Port number.", { required: true, always: true }),
});
/** The port of one daemon. */
export interface DaemonEndpoint extends TypeOf<typeof daemonEndpoint> {}
export const DaemonEndpoint: ObjectSchema<DaemonEndpoint> = daemonEndpoint;

const nodeDaemonEndpoints = object("io.k8s.api.core.v1.NodeDaemonEndpoints", {
  kubeletEndpoint: field(1, DaemonEndpoint, "Where the kubelet listens.", { always: true }),
});
/** Ports of the daemons on a node. */
export interface NodeDaemonEndpoints extends TypeOf<typeof nodeDaemonEndpoints> {}
export const NodeDaemonEndpoints: ObjectSchema<NodeDaemonEndpoints> = nodeDaemonEndpoints;

const nodeFeatures = object("io.k8s.api.core.v1.NodeFeatures", {
  supplementalGroupsPolicy: field(1, boolean(), "Whether pods may choose how supplementary groups are made.", {
    pointer: true,
  }),
});
/** Features that the container runtime supports. */
export interface NodeFeatures extends TypeOf<typeof nodeFeatures> {}
export const NodeFeatures: ObjectSchema<NodeFeatures> = nodeFeatures;

const containerImage = object("io.k8s.api.core.v1.ContainerImage", {
  names: field(1, atomicList(string()), "All names of the image."),
  sizeBytes: field(2, int64(), "Size in bytes."),
});
/** An image that a node holds. */
export interface ContainerImage extends TypeOf<typeof containerImage> {}
export const ContainerImage: ObjectSchema<ContainerImage> = containerImage;

const nodeSwapStatus = object("io.k8s.api.core.v1.NodeSwapStatus", {
  capacity: field(1, int64(), "Swap in bytes.", { pointer: true }),
});
/** Swap memory of a node. */
export interface NodeSwapStatus extends TypeOf<typeof nodeSwapStatus> {}
export const NodeSwapStatus: ObjectSchema<NodeSwapStatus> = nodeSwapStatus;

const nodeSystemInfo = object("io.k8s.api.core.v1.NodeSystemInfo", {
  machineID: field(1, string(), "The machine-id of the node.", { required: true, always: true }),
  systemUUID: field(2, string(), "UUID of the hardware.", { required: true, always: true }),
  bootID: field(3, string(), "Changes with every boot.", { required: true, always: true }),
  kernelVersion: field(4, string(), "Version of the kernel, as uname -r says.", { required: true, always: true }),
  osImage: field(5, string(), "Name of the operating system's release.", { required: true, always: true }),
  containerRuntimeVersion: field(6, string(), "Container runtime and its version.", { required: true, always: true }),
  kubeletVersion: field(7, string(), "Version of the kubelet.", { required: true, always: true }),
  kubeProxyVersion: field(8, string(), "No longer filled in truthfully.", {
    required: true,
    always: true,
    stage: "deprecated",
  }),
  operatingSystem: field(9, string(), "Operating system, such as linux.", { required: true, always: true }),
  architecture: field(10, string(), "Processor architecture, such as amd64.", { required: true, always: true }),
  swap: field(11, NodeSwapStatus, "Swap memory of the node.", { pointer: true }),
});
/** Facts about a node that identify it. */
export interface NodeSystemInfo extends TypeOf<typeof nodeSystemInfo> {}
export const NodeSystemInfo: ObjectSchema<NodeSystemInfo> = nodeSystemInfo;

const nodeRuntimeHandlerFeatures = object("io.k8s.api.core.v1.NodeRuntimeHandlerFeatures", {
  recursiveReadOnlyMounts: field(1, boolean(), "Whether mounts can be read-only all the way down.", { pointer: true }),
  userNamespaces: field(2, boolean(), "Whether pods can have user namespaces.", { pointer: true }),
});
/** What a runtime handler can do. */
export interface NodeRuntimeHandlerFeatures extends TypeOf<typeof nodeRuntimeHandlerFeatures> {}
export const NodeRuntimeHandlerFeatures: ObjectSchema<NodeRuntimeHandlerFeatures> = nodeRuntimeHandlerFeatures;

const nodeRuntimeHandler = object("io.k8s.api.core.v1.NodeRuntimeHandler", {
  name: field(1, string(), "Name of the handler; empty for the default."),
  features: field(2, NodeRuntimeHandlerFeatures, "What the handler can do.", { pointer: true }),
});
/** A handler that the container runtime offers. */
export interface NodeRuntimeHandler extends TypeOf<typeof nodeRuntimeHandler> {}
export const NodeRuntimeHandler: ObjectSchema<NodeRuntimeHandler> = nodeRuntimeHandler;

const attachedVolume = object("io.k8s.api.core.v1.AttachedVolume", {
  name: field(1, string(), "Name of the volume.", { required: true }),
  devicePath: field(2, string(), "Path of the device.", { required: true, always: true }),
});
/** A volume that is attached to a node. */
export interface AttachedVolume extends TypeOf<typeof attachedVolume> {}
export const AttachedVolume: ObjectSchema<AttachedVolume> = attachedVolume;

const nodeStatus = object("io.k8s.api.core.v1.NodeStatus", {
  capacity: field(1, map(quantity()), "All resources of the node."),
  allocatable: field(2, map(quantity()), "Resources that pods may use.", {
    default: (status: { readonly capacity?: Readonly<Record<string, string>> }) => status.capacity,
  }),
  phase: field(3, string({ enum: ["Pending", "Running", "Terminated"] }), "No longer filled in.", {
    stage: "deprecated",
  }),
  conditions: field(4, listOf(NodeCondition, "type"), "Aspects of the node's state, such as Ready."),
  addresses: field(
    5,
    array(NodeAddress, { list: "map", keys: ["type"], patch: "merge", mergeKey: "type", duplicates: "allow" }),
    "Addresses under which the node is reached.",
  ),
  daemonEndpoints: field(6, NodeDaemonEndpoints, "Ports of the node's daemons.", { always: true }),
  nodeInfo: field(7, NodeSystemInfo, "Facts that identify the node.", { always: true }),
  images: field(8, atomicList(ContainerImage), "Images on the node, the largest first."),
  volumesInUse: field(9, atomicList(string()), "Attachable volumes that are mounted or about to be."),
  volumesAttached: field(10, atomicList(AttachedVolume), "Volumes that are attached to the node."),
  config: field(11, NodeConfigStatus, "Kubelet configuration in use.", { pointer: true, stage: "deprecated" }),
  runtimeHandlers: field(12, atomicList(NodeRuntimeHandler), "Handlers that the container runtime offers."),
  features: field(13, NodeFeatures, "Features that the container runtime supports.", { pointer: true }),
  declaredFeatures: field(14, atomicList(string()), "Features that the kubelet says it has."),
});
/** State of a node. */
export interface NodeStatus extends TypeOf<typeof nodeStatus> {}
export const NodeStatus: ObjectSchema<NodeStatus> = nodeStatus;
