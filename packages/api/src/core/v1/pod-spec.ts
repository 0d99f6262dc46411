// What a pod should be.
import {
  array,
  atomicList,
  boolean,
  dns1123Label,
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
} from "@knots/machinery";
import { Affinity } from "./affinity.ts";
import { Container } from "./container.ts";
import { EphemeralContainer } from "./ephemeral-container.ts";
import { hostPortsOfHostNetwork } from "./host-ports.ts";
import { HostAlias, PodDNSConfig } from "./pod-network.ts";
import { PodOS, PodReadinessGate, PodResourceClaim, PodSchedulingGate, PodSchedulingGroup } from "./pod-scheduling.ts";
import {
  distinctContainers,
  hostPortsTakenOnce,
  initContainersEnd,
  mountsFindVolumes,
  namesOfOthers,
  ownUsersShareNothing,
  resolverHasServers,
} from "./pod-spec-checks.ts";
import { LocalObjectReference } from "./reference.ts";
import { ResourceRequirements } from "./resources.ts";
import { PodSecurityContext } from "./security-context.ts";
import { Toleration } from "./taint.ts";
import { TopologySpreadConstraint } from "./topology-spread.ts";
import { Volume } from "./volume.ts";

const podSpec = object("io.k8s.api.core.v1.PodSpec", {
  volumes: field(
    1,
    array(Volume, { list: "map", keys: ["name"], patch: "merge,retainKeys", mergeKey: "name" }),
    "Volumes that containers can mount.",
  ),
  containers: field(2, listOf(Container, "name"), "Programs of the pod.", { required: true }),
  restartPolicy: field(
    3,
    string({ enum: ["Always", "OnFailure", "Never"] }),
    "Whether containers that end are started again.",
    { default: "Always" },
  ),
  terminationGracePeriodSeconds: field(4, int64({ min: 0 }), "Seconds from the stop signal to the kill.", {
    pointer: true,
    default: 30,
  }),
  activeDeadlineSeconds: field(5, int64({ min: 1, max: 2147483647 }), "Seconds after which the pod is failed.", {
    pointer: true,
  }),
  dnsPolicy: field(
    6,
    string({ enum: ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"] }),
    "Where the pod's resolver settings come from.",
    { default: "ClusterFirst" },
  ),
  nodeSelector: field(7, map(string(), { map: "atomic" }), "Labels that the node must have."),
  serviceAccountName: field(8, string(), "Service account that the pod runs as.", {
    default: (spec: { readonly serviceAccount?: string }) => spec.serviceAccount,
  }),
  serviceAccount: field(9, string(), "Older name of serviceAccountName.", {
    stage: "deprecated",
    default: (spec: { readonly serviceAccountName?: string }) => spec.serviceAccountName,
  }),
  nodeName: field(10, string(), "Node that the pod is bound to."),
  hostNetwork: field(11, boolean(), "Whether the pod uses the node's network."),
  hostPID: field(12, boolean(), "Whether the pod sees the node's processes."),
  hostIPC: field(13, boolean(), "Whether the pod uses the node's IPC."),
  securityContext: field(14, PodSecurityContext, "Privileges of all containers.", { pointer: true, default: {} }),
  imagePullSecrets: field(
    15,
    array(LocalObjectReference, { list: "map", keys: ["name"], patch: "merge", mergeKey: "name", duplicates: "allow" }),
    "Secrets with logins for registries.",
  ),
  hostname: field(16, string({ check: dns1123Label }), "Host name of the pod; its name when empty."),
  subdomain: field(17, string({ check: dns1123Label }), "Puts the host name below this subdomain."),
  affinity: field(18, Affinity, "Rules that draw the pod to nodes and pods.", { pointer: true }),
  schedulerName: field(19, string(), "Scheduler that places the pod.", { default: "default-scheduler" }),
  initContainers: field(20, listOf(Container, "name"), "Containers that run one after another before the others."),
  automountServiceAccountToken: field(21, boolean(), "Whether a token of the service account is mounted.", {
    pointer: true,
  }),
  tolerations: field(22, atomicList(Toleration), "Taints that do not keep the pod away."),
  hostAliases: field(
    23,
    array(HostAlias, { list: "map", keys: ["ip"], patch: "merge", mergeKey: "ip", duplicates: "allow" }),
    "Lines added to the hosts file.",
  ),
  priorityClassName: field(24, string(), "Class that gives the priority."),
  priority: field(25, int32(), "Priority; set by the server from the class.", { pointer: true }),
  dnsConfig: field(26, PodDNSConfig, "Additions to the resolver settings.", { pointer: true }),
  shareProcessNamespace: field(27, boolean(), "Whether containers see each other's processes.", { pointer: true }),
  readinessGates: field(28, atomicList(PodReadinessGate), "Further conditions that readiness depends on."),
  runtimeClassName: field(29, string(), "Runtime class that runs the pod.", { pointer: true }),
  enableServiceLinks: field(30, boolean(), "Whether services appear as environment variables.", { pointer: true }),
  preemptionPolicy: field(
    31,
    string({ enum: ["PreemptLowerPriority", "Never"] }),
    "Whether the pod may push out pods of lower priority.",
    { pointer: true },
  ),
  overhead: field(32, map(quantity()), "Resources that the sandbox itself needs."),
  topologySpreadConstraints: field(
    33,
    listOf(TopologySpreadConstraint, "topologyKey", "whenUnsatisfiable"),
    "How evenly pods like this are spread.",
  ),
  ephemeralContainers: field(
    34,
    listOf(EphemeralContainer, "name"),
    "Debugging containers; added through their own subresource.",
  ),
  setHostnameAsFQDN: field(35, boolean(), "Whether the host name is the full domain name.", { pointer: true }),
  os: field(36, PodOS, "Operating system that the pod needs.", { pointer: true }),
  hostUsers: field(37, boolean(), "Whether the pod uses the node's user namespace.", { pointer: true }),
  schedulingGates: field(38, listOf(PodSchedulingGate, "name"), "Gates that hold scheduling back."),
  resourceClaims: field(
    39,
    array(PodResourceClaim, { list: "map", keys: ["name"], patch: "merge,retainKeys", mergeKey: "name" }),
    "Claims for devices that containers may use.",
  ),
  resources: field(40, ResourceRequirements, "Resources of the pod as a whole.", { pointer: true }),
  hostnameOverride: field(41, string(), "Host name that replaces the computed one.", { pointer: true }),
  schedulingGroup: field(43, PodSchedulingGroup, "Pods that are scheduled together with this one.", { pointer: true }),
});
/** What a pod should be. */
export interface PodSpec extends TypeOf<typeof podSpec> {}
const openPodSpec = podSpec
  .check(distinctContainers, initContainersEnd, hostPortsTakenOnce, ownUsersShareNothing)
  .check(resolverHasServers, namesOfOthers)
  .completed(hostPortsOfHostNetwork);
export const PodSpec: ObjectSchema<PodSpec> = openPodSpec.check(mountsFindVolumes);
/** A pod that gets further volumes later, so that mounts may name those: from the claims of a StatefulSet. */
export const OpenPodSpec: ObjectSchema<PodSpec> = openPodSpec;
