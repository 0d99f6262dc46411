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
import { conditionHead, coreConditionTail } from "./common.ts";
import { ContainerStatus } from "./container-status.ts";
import { ResourceRequirements } from "./resources.ts";

const podCondition = object("io.k8s.api.core.v1.PodCondition", {
  ...conditionHead,
  lastProbeTime: field(3, time(), "When the condition was last looked at."),
  ...coreConditionTail,
  observedGeneration: field(7, int64(), "Generation that the condition was computed from."),
});
/** One aspect of a pod's state. */
export interface PodCondition extends TypeOf<typeof podCondition> {}
export const PodCondition: ObjectSchema<PodCondition> = podCondition;

const hostIP = object("io.k8s.api.core.v1.HostIP", {
  ip: field(1, string(), "The address.", { required: true }),
});
/** An address of the node. */
export interface HostIP extends TypeOf<typeof hostIP> {}
export const HostIP: ObjectSchema<HostIP> = hostIP;

const podIP = object("io.k8s.api.core.v1.PodIP", {
  ip: field(1, string(), "The address.", { required: true }),
});
/** An address of the pod. */
export interface PodIP extends TypeOf<typeof podIP> {}
export const PodIP: ObjectSchema<PodIP> = podIP;

const podResourceClaimStatus = object("io.k8s.api.core.v1.PodResourceClaimStatus", {
  name: field(1, string(), "Name of the entry in the pod.", { required: true }),
  resourceClaimName: field(2, string(), "Name of the claim that was made.", { pointer: true }),
});
/** The claim behind one of the pod's entries. */
export interface PodResourceClaimStatus extends TypeOf<typeof podResourceClaimStatus> {}
export const PodResourceClaimStatus: ObjectSchema<PodResourceClaimStatus> = podResourceClaimStatus;

const containerExtendedResourceRequest = object("io.k8s.api.core.v1.ContainerExtendedResourceRequest", {
  containerName: field(1, string(), "Name of the container.", { required: true }),
  resourceName: field(2, string(), "Name of the resource.", { required: true }),
  requestName: field(3, string(), "Name of the request in the claim.", { required: true }),
});
/** Ties a container's resource to a request of a claim. */
export interface ContainerExtendedResourceRequest extends TypeOf<typeof containerExtendedResourceRequest> {}
export const ContainerExtendedResourceRequest: ObjectSchema<ContainerExtendedResourceRequest> =
  containerExtendedResourceRequest;

const podExtendedResourceClaimStatus = object("io.k8s.api.core.v1.PodExtendedResourceClaimStatus", {
  requestMappings: field(
    1,
    atomicList(ContainerExtendedResourceRequest),
    "Which container's resource is which request.",
    { required: true },
  ),
  resourceClaimName: field(2, string(), "Name of the claim.", { required: true }),
});
/** The claim that was made for extended resources. */
export interface PodExtendedResourceClaimStatus extends TypeOf<typeof podExtendedResourceClaimStatus> {}
export const PodExtendedResourceClaimStatus: ObjectSchema<PodExtendedResourceClaimStatus> =
  podExtendedResourceClaimStatus;

const nodeAllocatableResourceClaimStatus = object("io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus", {
  resourceClaimName: field(1, string(), "Name of the claim.", { required: true }),
  containers: field(2, setOf(string()), "Containers that use the claim."),
  resources: field(3, map(quantity()), "Amounts by resource.", { required: true }),
});
/** What a claim takes from the node's own resources. */
export interface NodeAllocatableResourceClaimStatus extends TypeOf<typeof nodeAllocatableResourceClaimStatus> {}
export const NodeAllocatableResourceClaimStatus: ObjectSchema<NodeAllocatableResourceClaimStatus> =
  nodeAllocatableResourceClaimStatus;

const podStatus = object("io.k8s.api.core.v1.PodStatus", {
  phase: field(
    1,
    string({ enum: ["Pending", "Running", "Succeeded", "Failed", "Unknown"] }),
    "Where the pod is in its life.",
    { default: "Pending" },
  ),
  conditions: field(2, listOf(PodCondition, "type"), "Aspects of the pod's state, such as Ready."),
  message: field(3, string(), "Details for people."),
  reason: field(4, string(), "One CamelCase word that says why."),
  hostIP: field(5, string(), "Address of the node."),
  podIP: field(6, string(), "Address of the pod."),
  startTime: field(7, time(), "When the kubelet accepted the pod.", { pointer: true }),
  containerStatuses: field(8, atomicList(ContainerStatus), "State of each container."),
  qosClass: field(
    9,
    string({ enum: ["Guaranteed", "Burstable", "BestEffort"] }),
    "How safe the pod is when memory is short.",
  ),
  initContainerStatuses: field(10, atomicList(ContainerStatus), "State of each init container."),
  nominatedNodeName: field(11, string(), "Node on which room is being made."),
  podIPs: field(12, listOf(PodIP, "ip"), "Addresses of the pod, at most one per family."),
  ephemeralContainerStatuses: field(13, atomicList(ContainerStatus), "State of each ephemeral container."),
  resize: field(14, string(), "State of a resize in progress.", { stage: "deprecated" }),
  resourceClaimStatuses: field(
    15,
    array(PodResourceClaimStatus, { list: "map", keys: ["name"], patch: "merge,retainKeys", mergeKey: "name" }),
    "Claims behind the pod's entries.",
  ),
  hostIPs: field(16, array(HostIP, { list: "atomic", patch: "merge", mergeKey: "ip" }), "Addresses of the node."),
  observedGeneration: field(17, int64(), "Generation that the status was computed from."),
  extendedResourceClaimStatus: field(
    18,
    PodExtendedResourceClaimStatus,
    "Claim that was made for extended resources.",
    { pointer: true },
  ),
  allocatedResources: field(19, map(quantity()), "Resources that the node has set aside for the pod."),
  resources: field(20, ResourceRequirements, "Resources that are in force for the pod.", { pointer: true }),
  nodeAllocatableResourceClaimStatuses: field(
    21,
    atomicList(NodeAllocatableResourceClaimStatus),
    "What claims take from the node's own resources.",
  ),
});
/** State of a pod. */
export interface PodStatus extends TypeOf<typeof podStatus> {}
export const PodStatus: ObjectSchema<PodStatus> = podStatus;
