// Messages of pod sandboxes, with what containers share of them.
import { array, boolean, bytes, int32, int64, map, type ObjectSchema, string, type TypeOf } from "@knots/machinery";
import { message, wire } from "./message.ts";

const podSandboxMetadata = message("PodSandboxMetadata", {
  name: wire(1, string()),
  uid: wire(2, string()),
  namespace: wire(3, string()),
  attempt: wire(4, int32()),
});
export interface PodSandboxMetadata extends TypeOf<typeof podSandboxMetadata> {}
export const PodSandboxMetadata: ObjectSchema<PodSandboxMetadata> = podSandboxMetadata;

const dnsConfig = message("DNSConfig", {
  servers: wire(1, array(string())),
  searches: wire(2, array(string())),
  options: wire(3, array(string())),
});
export interface DNSConfig extends TypeOf<typeof dnsConfig> {}
export const DNSConfig: ObjectSchema<DNSConfig> = dnsConfig;

const portMapping = message("PortMapping", {
  protocol: wire(1, int32()),
  containerPort: wire(2, int32()),
  hostPort: wire(3, int32()),
  hostIp: wire(4, string()),
});
export interface PortMapping extends TypeOf<typeof portMapping> {}
export const PortMapping: ObjectSchema<PortMapping> = portMapping;

const namespaceOption = message("NamespaceOption", {
  network: wire(1, int32()),
  pid: wire(2, int32()),
  ipc: wire(3, int32()),
  targetId: wire(4, string()),
});
export interface NamespaceOption extends TypeOf<typeof namespaceOption> {}
export const NamespaceOption: ObjectSchema<NamespaceOption> = namespaceOption;

const int64Value = message("Int64Value", {
  value: wire(1, int64()),
});
export interface Int64Value extends TypeOf<typeof int64Value> {}
export const Int64Value: ObjectSchema<Int64Value> = int64Value;

const securityProfile = message("SecurityProfile", {
  profileType: wire(1, int32()),
  localhostRef: wire(2, string()),
});
export interface SecurityProfile extends TypeOf<typeof securityProfile> {}
export const SecurityProfile: ObjectSchema<SecurityProfile> = securityProfile;

const linuxSandboxSecurityContext = message("LinuxSandboxSecurityContext", {
  namespaceOptions: wire(1, NamespaceOption),
  runAsUser: wire(3, Int64Value),
  runAsGroup: wire(8, Int64Value),
  readonlyRootfs: wire(4, boolean()),
  supplementalGroups: wire(5, array(int64())),
  supplementalGroupsPolicy: wire(11, int32()),
  privileged: wire(6, boolean()),
  seccomp: wire(9, SecurityProfile),
  apparmor: wire(10, SecurityProfile),
  seccompProfilePath: wire(7, string()),
});
export interface LinuxSandboxSecurityContext extends TypeOf<typeof linuxSandboxSecurityContext> {}
export const LinuxSandboxSecurityContext: ObjectSchema<LinuxSandboxSecurityContext> = linuxSandboxSecurityContext;

const linuxContainerResources = message("LinuxContainerResources", {
  cpuPeriod: wire(1, int64()),
  cpuQuota: wire(2, int64()),
  cpuShares: wire(3, int64()),
  memoryLimitInBytes: wire(4, int64()),
  oomScoreAdj: wire(5, int64()),
  cpusetCpus: wire(6, string()),
  cpusetMems: wire(7, string()),
  unified: wire(9, map(string())),
  memorySwapLimitInBytes: wire(10, int64()),
});
export interface LinuxContainerResources extends TypeOf<typeof linuxContainerResources> {}
export const LinuxContainerResources: ObjectSchema<LinuxContainerResources> = linuxContainerResources;

const linuxPodSandboxConfig = message("LinuxPodSandboxConfig", {
  cgroupParent: wire(1, string()),
  securityContext: wire(2, LinuxSandboxSecurityContext),
  sysctls: wire(3, map(string())),
  overhead: wire(4, LinuxContainerResources),
  resources: wire(5, LinuxContainerResources),
});
export interface LinuxPodSandboxConfig extends TypeOf<typeof linuxPodSandboxConfig> {}
export const LinuxPodSandboxConfig: ObjectSchema<LinuxPodSandboxConfig> = linuxPodSandboxConfig;

const podSandboxConfig = message("PodSandboxConfig", {
  metadata: wire(1, PodSandboxMetadata),
  hostname: wire(2, string()),
  logDirectory: wire(3, string()),
  dnsConfig: wire(4, DNSConfig),
  portMappings: wire(5, array(PortMapping)),
  labels: wire(6, map(string())),
  annotations: wire(7, map(string())),
  linux: wire(8, LinuxPodSandboxConfig),
});
export interface PodSandboxConfig extends TypeOf<typeof podSandboxConfig> {}
export const PodSandboxConfig: ObjectSchema<PodSandboxConfig> = podSandboxConfig;

const runPodSandboxRequest = message("RunPodSandboxRequest", {
  config: wire(1, PodSandboxConfig),
  runtimeHandler: wire(2, string()),
});
export interface RunPodSandboxRequest extends TypeOf<typeof runPodSandboxRequest> {}
export const RunPodSandboxRequest: ObjectSchema<RunPodSandboxRequest> = runPodSandboxRequest;

const runPodSandboxResponse = message("RunPodSandboxResponse", {
  podSandboxId: wire(1, string()),
});
export interface RunPodSandboxResponse extends TypeOf<typeof runPodSandboxResponse> {}
export const RunPodSandboxResponse: ObjectSchema<RunPodSandboxResponse> = runPodSandboxResponse;

const stopPodSandboxRequest = message("StopPodSandboxRequest", {
  podSandboxId: wire(1, string()),
});
export interface StopPodSandboxRequest extends TypeOf<typeof stopPodSandboxRequest> {}
export const StopPodSandboxRequest: ObjectSchema<StopPodSandboxRequest> = stopPodSandboxRequest;

const stopPodSandboxResponse = message("StopPodSandboxResponse", {});
export interface StopPodSandboxResponse extends TypeOf<typeof stopPodSandboxResponse> {}
export const StopPodSandboxResponse: ObjectSchema<StopPodSandboxResponse> = stopPodSandboxResponse;

const removePodSandboxRequest = message("RemovePodSandboxRequest", {
  podSandboxId: wire(1, string()),
});
export interface RemovePodSandboxRequest extends TypeOf<typeof removePodSandboxRequest> {}
export const RemovePodSandboxRequest: ObjectSchema<RemovePodSandboxRequest> = removePodSandboxRequest;

const removePodSandboxResponse = message("RemovePodSandboxResponse", {});
export interface RemovePodSandboxResponse extends TypeOf<typeof removePodSandboxResponse> {}
export const RemovePodSandboxResponse: ObjectSchema<RemovePodSandboxResponse> = removePodSandboxResponse;

const podSandboxStatusRequest = message("PodSandboxStatusRequest", {
  podSandboxId: wire(1, string()),
  verbose: wire(2, boolean()),
});
export interface PodSandboxStatusRequest extends TypeOf<typeof podSandboxStatusRequest> {}
export const PodSandboxStatusRequest: ObjectSchema<PodSandboxStatusRequest> = podSandboxStatusRequest;

const podIP = message("PodIP", {
  ip: wire(1, string()),
});
export interface PodIP extends TypeOf<typeof podIP> {}
export const PodIP: ObjectSchema<PodIP> = podIP;

const podSandboxNetworkStatus = message("PodSandboxNetworkStatus", {
  ip: wire(1, string()),
  additionalIps: wire(2, array(PodIP)),
});
export interface PodSandboxNetworkStatus extends TypeOf<typeof podSandboxNetworkStatus> {}
export const PodSandboxNetworkStatus: ObjectSchema<PodSandboxNetworkStatus> = podSandboxNetworkStatus;

const namespace = message("Namespace", {
  options: wire(2, NamespaceOption),
});
export interface Namespace extends TypeOf<typeof namespace> {}
export const Namespace: ObjectSchema<Namespace> = namespace;

const linuxPodSandboxStatus = message("LinuxPodSandboxStatus", {
  namespaces: wire(1, Namespace),
});
export interface LinuxPodSandboxStatus extends TypeOf<typeof linuxPodSandboxStatus> {}
export const LinuxPodSandboxStatus: ObjectSchema<LinuxPodSandboxStatus> = linuxPodSandboxStatus;

const podSandboxStatus = message("PodSandboxStatus", {
  id: wire(1, string()),
  metadata: wire(2, PodSandboxMetadata),
  state: wire(3, int32()),
  createdAt: wire(4, int64()),
  network: wire(5, PodSandboxNetworkStatus),
  linux: wire(6, LinuxPodSandboxStatus),
  labels: wire(7, map(string())),
  annotations: wire(8, map(string())),
  runtimeHandler: wire(9, string()),
});
export interface PodSandboxStatus extends TypeOf<typeof podSandboxStatus> {}
export const PodSandboxStatus: ObjectSchema<PodSandboxStatus> = podSandboxStatus;

const podSandboxStatusResponse = message("PodSandboxStatusResponse", {
  status: wire(1, PodSandboxStatus),
  info: wire(2, map(string())),
  timestamp: wire(4, int64()),
});
export interface PodSandboxStatusResponse extends TypeOf<typeof podSandboxStatusResponse> {}
export const PodSandboxStatusResponse: ObjectSchema<PodSandboxStatusResponse> = podSandboxStatusResponse;

const podSandboxStateValue = message("PodSandboxStateValue", {
  state: wire(1, int32()),
});
export interface PodSandboxStateValue extends TypeOf<typeof podSandboxStateValue> {}
export const PodSandboxStateValue: ObjectSchema<PodSandboxStateValue> = podSandboxStateValue;

const podSandboxFilter = message("PodSandboxFilter", {
  id: wire(1, string()),
  state: wire(2, PodSandboxStateValue),
  labelSelector: wire(3, map(string())),
});
export interface PodSandboxFilter extends TypeOf<typeof podSandboxFilter> {}
export const PodSandboxFilter: ObjectSchema<PodSandboxFilter> = podSandboxFilter;

const listPodSandboxRequest = message("ListPodSandboxRequest", {
  filter: wire(1, PodSandboxFilter),
});
export interface ListPodSandboxRequest extends TypeOf<typeof listPodSandboxRequest> {}
export const ListPodSandboxRequest: ObjectSchema<ListPodSandboxRequest> = listPodSandboxRequest;

const podSandbox = message("PodSandbox", {
  id: wire(1, string()),
  metadata: wire(2, PodSandboxMetadata),
  state: wire(3, int32()),
  createdAt: wire(4, int64()),
  labels: wire(5, map(string())),
  annotations: wire(6, map(string())),
  runtimeHandler: wire(7, string()),
});
export interface PodSandbox extends TypeOf<typeof podSandbox> {}
export const PodSandbox: ObjectSchema<PodSandbox> = podSandbox;

const listPodSandboxResponse = message("ListPodSandboxResponse", {
  items: wire(1, array(PodSandbox)),
});
export interface ListPodSandboxResponse extends TypeOf<typeof listPodSandboxResponse> {}
export const ListPodSandboxResponse: ObjectSchema<ListPodSandboxResponse> = listPodSandboxResponse;

const keyValue = message("KeyValue", {
  key: wire(1, string()),
  value: wire(2, bytes()),
});
export interface KeyValue extends TypeOf<typeof keyValue> {}
export const KeyValue: ObjectSchema<KeyValue> = keyValue;
