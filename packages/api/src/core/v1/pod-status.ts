// State of a pod as the kubelet and the scheduler see it.
import {
  array,
  atomicList,
  field,
  int64,
  listOf,
  map,
  type ObjectSchema,
  object,
  quantity,
  setOf,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { ContainerStatus } from "./container-status.ts";
import { ResourceRequirements } from "./resources.ts";

const podCondition = object("io.k8s.api.core.v1.PodCondition", {
  type: field(1, string(), "", { required: true }),
  status: field(2, string(), "", { required: true }),
  lastProbeTime: field(3, time(), ""),
  lastTransitionTime: field(4, time(), ""),
  reason: field(5, string(), ""),
  message: field(6, string(), ""),
  observedGeneration: field(7, int64(), ""),
});
export interface PodCondition extends TypeOf<typeof podCondition> {}
export const PodCondition: ObjectSchema<PodCondition> = podCondition;

const hostIP = object("io.k8s.api.core.v1.HostIP", {
  ip: field(1, string(), "", { required: true }),
});
export interface HostIP extends TypeOf<typeof hostIP> {}
export const HostIP: ObjectSchema<HostIP> = hostIP;

const podIP = object("io.k8s.api.core.v1.PodIP", {
  ip: field(1, string(), "", { required: true }),
});
export interface PodIP extends TypeOf<typeof podIP> {}
export const PodIP: ObjectSchema<PodIP> = podIP;

const podResourceClaimStatus = object("io.k8s.api.core.v1.PodResourceClaimStatus", {
  name: field(1, string(), "", { required: true }),
  resourceClaimName: field(2, string(), "", { pointer: true }),
});
export interface PodResourceClaimStatus extends TypeOf<typeof podResourceClaimStatus> {}
export const PodResourceClaimStatus: ObjectSchema<PodResourceClaimStatus> = podResourceClaimStatus;

const containerExtendedResourceRequest = object("io.k8s.api.core.v1.ContainerExtendedResourceRequest", {
  containerName: field(1, string(), "", { required: true }),
  resourceName: field(2, string(), "", { required: true }),
  requestName: field(3, string(), "", { required: true }),
});
export interface ContainerExtendedResourceRequest extends TypeOf<typeof containerExtendedResourceRequest> {}
export const ContainerExtendedResourceRequest: ObjectSchema<ContainerExtendedResourceRequest> =
  containerExtendedResourceRequest;

const podExtendedResourceClaimStatus = object("io.k8s.api.core.v1.PodExtendedResourceClaimStatus", {
  requestMappings: field(1, atomicList(ContainerExtendedResourceRequest), "", { required: true }),
  resourceClaimName: field(2, string(), "", { required: true }),
});
export interface PodExtendedResourceClaimStatus extends TypeOf<typeof podExtendedResourceClaimStatus> {}
export const PodExtendedResourceClaimStatus: ObjectSchema<PodExtendedResourceClaimStatus> =
  podExtendedResourceClaimStatus;

const nodeAllocatableResourceClaimStatus = object("io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus", {
  resourceClaimName: field(1, string(), "", { required: true }),
  containers: field(2, setOf(string()), ""),
  resources: field(3, map(quantity()), "", { required: true }),
});
export interface NodeAllocatableResourceClaimStatus extends TypeOf<typeof nodeAllocatableResourceClaimStatus> {}
export const NodeAllocatableResourceClaimStatus: ObjectSchema<NodeAllocatableResourceClaimStatus> =
  nodeAllocatableResourceClaimStatus;

const podStatus = object("io.k8s.api.core.v1.PodStatus", {
  phase: field(1, string(), ""),
  conditions: field(2, listOf(PodCondition, "type"), ""),
  message: field(3, string(), ""),
  reason: field(4, string(), ""),
  hostIP: field(5, string(), ""),
  podIP: field(6, string(), ""),
  startTime: field(7, time(), "", { pointer: true }),
  containerStatuses: field(8, atomicList(ContainerStatus), ""),
  qosClass: field(9, string(), ""),
  initContainerStatuses: field(10, atomicList(ContainerStatus), ""),
  nominatedNodeName: field(11, string(), ""),
  podIPs: field(12, listOf(PodIP, "ip"), ""),
  ephemeralContainerStatuses: field(13, atomicList(ContainerStatus), ""),
  resize: field(14, string(), ""),
  resourceClaimStatuses: field(
    15,
    array(PodResourceClaimStatus, { list: "map", keys: ["name"], patch: "merge,retainKeys", mergeKey: "name" }),
    "",
  ),
  hostIPs: field(16, array(HostIP, { list: "atomic", patch: "merge", mergeKey: "ip" }), ""),
  observedGeneration: field(17, int64(), ""),
  extendedResourceClaimStatus: field(18, PodExtendedResourceClaimStatus, "", { pointer: true }),
  allocatedResources: field(19, map(quantity()), ""),
  resources: field(20, ResourceRequirements, "", { pointer: true }),
  nodeAllocatableResourceClaimStatuses: field(21, atomicList(NodeAllocatableResourceClaimStatus), ""),
});
export interface PodStatus extends TypeOf<typeof podStatus> {}
export const PodStatus: ObjectSchema<PodStatus> = podStatus;
