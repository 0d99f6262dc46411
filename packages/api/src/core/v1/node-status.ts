// What a node reports about itself.
import {
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
import { NodeConfigStatus } from "./node-config.ts";

const nodeAddress = object("io.k8s.api.core.v1.NodeAddress", {
  type: field(1, string(), "", { required: true }),
  address: field(2, string(), "", { required: true }),
});
export interface NodeAddress extends TypeOf<typeof nodeAddress> {}
export const NodeAddress: ObjectSchema<NodeAddress> = nodeAddress;

const nodeCondition = object("io.k8s.api.core.v1.NodeCondition", {
  type: field(1, string(), "", { required: true }),
  status: field(2, string(), "", { required: true }),
  lastHeartbeatTime: field(3, time(), ""),
  lastTransitionTime: field(4, time(), ""),
  reason: field(5, string(), ""),
  message: field(6, string(), ""),
});
export interface NodeCondition extends TypeOf<typeof nodeCondition> {}
export const NodeCondition: ObjectSchema<NodeCondition> = nodeCondition;

const daemonEndpoint = object("io.k8s.api.core.v1.DaemonEndpoint", {
  Port: field(1, int32(), "", { required: true }),
});
export interface DaemonEndpoint extends TypeOf<typeof daemonEndpoint> {}
export const DaemonEndpoint: ObjectSchema<DaemonEndpoint> = daemonEndpoint;

const nodeDaemonEndpoints = object("io.k8s.api.core.v1.NodeDaemonEndpoints", {
  kubeletEndpoint: field(1, DaemonEndpoint, "", { always: true }),
});
export interface NodeDaemonEndpoints extends TypeOf<typeof nodeDaemonEndpoints> {}
export const NodeDaemonEndpoints: ObjectSchema<NodeDaemonEndpoints> = nodeDaemonEndpoints;

const nodeFeatures = object("io.k8s.api.core.v1.NodeFeatures", {
  supplementalGroupsPolicy: field(1, boolean(), "", { pointer: true }),
});
export interface NodeFeatures extends TypeOf<typeof nodeFeatures> {}
export const NodeFeatures: ObjectSchema<NodeFeatures> = nodeFeatures;

const containerImage = object("io.k8s.api.core.v1.ContainerImage", {
  names: field(1, atomicList(string()), ""),
  sizeBytes: field(2, int64(), ""),
});
export interface ContainerImage extends TypeOf<typeof containerImage> {}
export const ContainerImage: ObjectSchema<ContainerImage> = containerImage;

const nodeSwapStatus = object("io.k8s.api.core.v1.NodeSwapStatus", {
  capacity: field(1, int64(), "", { pointer: true }),
});
export interface NodeSwapStatus extends TypeOf<typeof nodeSwapStatus> {}
export const NodeSwapStatus: ObjectSchema<NodeSwapStatus> = nodeSwapStatus;

const nodeSystemInfo = object("io.k8s.api.core.v1.NodeSystemInfo", {
  machineID: field(1, string(), "", { required: true }),
  systemUUID: field(2, string(), "", { required: true }),
  bootID: field(3, string(), "", { required: true }),
  kernelVersion: field(4, string(), "", { required: true }),
  osImage: field(5, string(), "", { required: true }),
  containerRuntimeVersion: field(6, string(), "", { required: true }),
  kubeletVersion: field(7, string(), "", { required: true }),
  kubeProxyVersion: field(8, string(), "", { required: true }),
  operatingSystem: field(9, string(), "", { required: true }),
  architecture: field(10, string(), "", { required: true }),
  swap: field(11, NodeSwapStatus, "", { pointer: true }),
});
export interface NodeSystemInfo extends TypeOf<typeof nodeSystemInfo> {}
export const NodeSystemInfo: ObjectSchema<NodeSystemInfo> = nodeSystemInfo;

const nodeRuntimeHandlerFeatures = object("io.k8s.api.core.v1.NodeRuntimeHandlerFeatures", {
  recursiveReadOnlyMounts: field(1, boolean(), "", { pointer: true }),
  userNamespaces: field(2, boolean(), "", { pointer: true }),
});
export interface NodeRuntimeHandlerFeatures extends TypeOf<typeof nodeRuntimeHandlerFeatures> {}
export const NodeRuntimeHandlerFeatures: ObjectSchema<NodeRuntimeHandlerFeatures> = nodeRuntimeHandlerFeatures;

const nodeRuntimeHandler = object("io.k8s.api.core.v1.NodeRuntimeHandler", {
  name: field(1, string(), ""),
  features: field(2, NodeRuntimeHandlerFeatures, "", { pointer: true }),
});
export interface NodeRuntimeHandler extends TypeOf<typeof nodeRuntimeHandler> {}
export const NodeRuntimeHandler: ObjectSchema<NodeRuntimeHandler> = nodeRuntimeHandler;

const attachedVolume = object("io.k8s.api.core.v1.AttachedVolume", {
  name: field(1, string(), "", { required: true }),
  devicePath: field(2, string(), "", { required: true }),
});
export interface AttachedVolume extends TypeOf<typeof attachedVolume> {}
export const AttachedVolume: ObjectSchema<AttachedVolume> = attachedVolume;

const nodeStatus = object("io.k8s.api.core.v1.NodeStatus", {
  capacity: field(1, map(quantity()), ""),
  allocatable: field(2, map(quantity()), ""),
  phase: field(3, string(), ""),
  conditions: field(4, listOf(NodeCondition, "type"), ""),
  addresses: field(5, listOf(NodeAddress, "type"), ""),
  daemonEndpoints: field(6, NodeDaemonEndpoints, "", { always: true }),
  nodeInfo: field(7, NodeSystemInfo, "", { always: true }),
  images: field(8, atomicList(ContainerImage), ""),
  volumesInUse: field(9, atomicList(string()), ""),
  volumesAttached: field(10, atomicList(AttachedVolume), ""),
  config: field(11, NodeConfigStatus, "", { pointer: true }),
  runtimeHandlers: field(12, atomicList(NodeRuntimeHandler), ""),
  features: field(13, NodeFeatures, "", { pointer: true }),
  declaredFeatures: field(14, atomicList(string()), ""),
});
export interface NodeStatus extends TypeOf<typeof nodeStatus> {}
export const NodeStatus: ObjectSchema<NodeStatus> = nodeStatus;
