// What a pod should be.
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
} from "@knots/machinery";
import { Affinity } from "./affinity.ts";
import { Container } from "./container.ts";
import { EphemeralContainer } from "./ephemeral-container.ts";
import { HostAlias, PodDNSConfig } from "./pod-network.ts";
import { PodOS, PodReadinessGate, PodResourceClaim, PodSchedulingGate, PodSchedulingGroup } from "./pod-scheduling.ts";
import { LocalObjectReference } from "./reference.ts";
import { ResourceRequirements } from "./resources.ts";
import { PodSecurityContext } from "./security-context.ts";
import { Toleration } from "./taint.ts";
import { TopologySpreadConstraint } from "./topology-spread.ts";
import { Volume } from "./volume.ts";

const podSpec = object("io.k8s.api.core.v1.PodSpec", {
  volumes: field(1, array(Volume, { list: "map", keys: ["name"], patch: "merge,retainKeys", mergeKey: "name" }), ""),
  containers: field(2, listOf(Container, "name"), "", { required: true }),
  restartPolicy: field(3, string(), ""),
  terminationGracePeriodSeconds: field(4, int64(), "", { pointer: true }),
  activeDeadlineSeconds: field(5, int64(), "", { pointer: true }),
  dnsPolicy: field(6, string(), ""),
  nodeSelector: field(7, map(string(), { map: "atomic" }), ""),
  serviceAccountName: field(8, string(), ""),
  serviceAccount: field(9, string(), ""),
  nodeName: field(10, string(), ""),
  hostNetwork: field(11, boolean(), ""),
  hostPID: field(12, boolean(), ""),
  hostIPC: field(13, boolean(), ""),
  securityContext: field(14, PodSecurityContext, "", { pointer: true }),
  imagePullSecrets: field(15, listOf(LocalObjectReference, "name"), ""),
  hostname: field(16, string(), ""),
  subdomain: field(17, string(), ""),
  affinity: field(18, Affinity, "", { pointer: true }),
  schedulerName: field(19, string(), ""),
  initContainers: field(20, listOf(Container, "name"), ""),
  automountServiceAccountToken: field(21, boolean(), "", { pointer: true }),
  tolerations: field(22, atomicList(Toleration), ""),
  hostAliases: field(23, listOf(HostAlias, "ip"), ""),
  priorityClassName: field(24, string(), ""),
  priority: field(25, int32(), "", { pointer: true }),
  dnsConfig: field(26, PodDNSConfig, "", { pointer: true }),
  shareProcessNamespace: field(27, boolean(), "", { pointer: true }),
  readinessGates: field(28, atomicList(PodReadinessGate), ""),
  runtimeClassName: field(29, string(), "", { pointer: true }),
  enableServiceLinks: field(30, boolean(), "", { pointer: true }),
  preemptionPolicy: field(31, string(), "", { pointer: true }),
  overhead: field(32, map(quantity()), ""),
  topologySpreadConstraints: field(33, listOf(TopologySpreadConstraint, "topologyKey", "whenUnsatisfiable"), ""),
  ephemeralContainers: field(34, listOf(EphemeralContainer, "name"), ""),
  setHostnameAsFQDN: field(35, boolean(), "", { pointer: true }),
  os: field(36, PodOS, "", { pointer: true }),
  hostUsers: field(37, boolean(), "", { pointer: true }),
  schedulingGates: field(38, listOf(PodSchedulingGate, "name"), ""),
  resourceClaims: field(
    39,
    array(PodResourceClaim, { list: "map", keys: ["name"], patch: "merge,retainKeys", mergeKey: "name" }),
    "",
  ),
  resources: field(40, ResourceRequirements, "", { pointer: true }),
  hostnameOverride: field(41, string(), "", { pointer: true }),
  schedulingGroup: field(43, PodSchedulingGroup, "", { pointer: true }),
});
export interface PodSpec extends TypeOf<typeof podSpec> {}
export const PodSpec: ObjectSchema<PodSpec> = podSpec;
