// Messages of containers and their statistics.
import { array, boolean, int32, int64, map, type ObjectSchema, string, type TypeOf } from "@knots/machinery";
import { FilesystemUsage, ImageSpec, UInt64Value } from "./image.ts";
import { message, wire } from "./message.ts";
import {
  Int64Value,
  KeyValue,
  LinuxContainerResources,
  NamespaceOption,
  PodSandboxConfig,
  SecurityProfile,
} from "./sandbox.ts";

const containerMetadata = message("ContainerMetadata", {
  name: wire(1, string()),
  attempt: wire(2, int32()),
});
export interface ContainerMetadata extends TypeOf<typeof containerMetadata> {}
export const ContainerMetadata: ObjectSchema<ContainerMetadata> = containerMetadata;

const mount = message("Mount", {
  containerPath: wire(1, string()),
  hostPath: wire(2, string()),
  readonly: wire(3, boolean()),
  selinuxRelabel: wire(4, boolean()),
  propagation: wire(5, int32()),
  recursiveReadOnly: wire(8, boolean()),
  image: wire(9, ImageSpec),
  imageSubPath: wire(10, string()),
});
export interface Mount extends TypeOf<typeof mount> {}
export const Mount: ObjectSchema<Mount> = mount;

const containerResources = message("ContainerResources", {
  linux: wire(1, LinuxContainerResources),
});
export interface ContainerResources extends TypeOf<typeof containerResources> {}
export const ContainerResources: ObjectSchema<ContainerResources> = containerResources;

const containerStatus = message("ContainerStatus", {
  id: wire(1, string()),
  metadata: wire(2, ContainerMetadata),
  state: wire(3, int32()),
  createdAt: wire(4, int64()),
  startedAt: wire(5, int64()),
  finishedAt: wire(6, int64()),
  exitCode: wire(7, int32()),
  image: wire(8, ImageSpec),
  imageRef: wire(9, string()),
  reason: wire(10, string()),
  message: wire(11, string()),
  labels: wire(12, map(string())),
  annotations: wire(13, map(string())),
  mounts: wire(14, array(Mount)),
  logPath: wire(15, string()),
  resources: wire(16, ContainerResources),
  imageId: wire(17, string()),
  stopSignal: wire(19, int32()),
});
export interface ContainerStatus extends TypeOf<typeof containerStatus> {}
export const ContainerStatus: ObjectSchema<ContainerStatus> = containerStatus;

const device = message("Device", {
  containerPath: wire(1, string()),
  hostPath: wire(2, string()),
  permissions: wire(3, string()),
});
export interface Device extends TypeOf<typeof device> {}
export const Device: ObjectSchema<Device> = device;

const capability = message("Capability", {
  addCapabilities: wire(1, array(string())),
  dropCapabilities: wire(2, array(string())),
  addAmbientCapabilities: wire(3, array(string())),
});
export interface Capability extends TypeOf<typeof capability> {}
export const Capability: ObjectSchema<Capability> = capability;

const linuxContainerSecurityContext = message("LinuxContainerSecurityContext", {
  capabilities: wire(1, Capability),
  privileged: wire(2, boolean()),
  namespaceOptions: wire(3, NamespaceOption),
  runAsUser: wire(5, Int64Value),
  runAsGroup: wire(12, Int64Value),
  runAsUsername: wire(6, string()),
  readonlyRootfs: wire(7, boolean()),
  supplementalGroups: wire(8, array(int64())),
  supplementalGroupsPolicy: wire(17, int32()),
  noNewPrivs: wire(11, boolean()),
  maskedPaths: wire(13, array(string())),
  readonlyPaths: wire(14, array(string())),
  seccomp: wire(15, SecurityProfile),
  apparmor: wire(16, SecurityProfile),
  apparmorProfile: wire(9, string()),
  seccompProfilePath: wire(10, string()),
});
export interface LinuxContainerSecurityContext extends TypeOf<typeof linuxContainerSecurityContext> {}
export const LinuxContainerSecurityContext: ObjectSchema<LinuxContainerSecurityContext> = linuxContainerSecurityContext;

const linuxContainerConfig = message("LinuxContainerConfig", {
  resources: wire(1, LinuxContainerResources),
  securityContext: wire(2, LinuxContainerSecurityContext),
});
export interface LinuxContainerConfig extends TypeOf<typeof linuxContainerConfig> {}
export const LinuxContainerConfig: ObjectSchema<LinuxContainerConfig> = linuxContainerConfig;

const containerConfig = message("ContainerConfig", {
  metadata: wire(1, ContainerMetadata),
  image: wire(2, ImageSpec),
  command: wire(3, array(string())),
  args: wire(4, array(string())),
  workingDir: wire(5, string()),
  envs: wire(6, array(KeyValue)),
  mounts: wire(7, array(Mount)),
  devices: wire(8, array(Device)),
  labels: wire(9, map(string())),
  annotations: wire(10, map(string())),
  logPath: wire(11, string()),
  stdin: wire(12, boolean()),
  stdinOnce: wire(13, boolean()),
  tty: wire(14, boolean()),
  linux: wire(15, LinuxContainerConfig),
  stopSignal: wire(18, int32()),
});
export interface ContainerConfig extends TypeOf<typeof containerConfig> {}
export const ContainerConfig: ObjectSchema<ContainerConfig> = containerConfig;

const createContainerRequest = message("CreateContainerRequest", {
  podSandboxId: wire(1, string()),
  config: wire(2, ContainerConfig),
  sandboxConfig: wire(3, PodSandboxConfig),
});
export interface CreateContainerRequest extends TypeOf<typeof createContainerRequest> {}
export const CreateContainerRequest: ObjectSchema<CreateContainerRequest> = createContainerRequest;

const createContainerResponse = message("CreateContainerResponse", {
  containerId: wire(1, string()),
});
export interface CreateContainerResponse extends TypeOf<typeof createContainerResponse> {}
export const CreateContainerResponse: ObjectSchema<CreateContainerResponse> = createContainerResponse;

const startContainerRequest = message("StartContainerRequest", {
  containerId: wire(1, string()),
});
export interface StartContainerRequest extends TypeOf<typeof startContainerRequest> {}
export const StartContainerRequest: ObjectSchema<StartContainerRequest> = startContainerRequest;

const startContainerResponse = message("StartContainerResponse", {});
export interface StartContainerResponse extends TypeOf<typeof startContainerResponse> {}
export const StartContainerResponse: ObjectSchema<StartContainerResponse> = startContainerResponse;

const stopContainerRequest = message("StopContainerRequest", {
  containerId: wire(1, string()),
  timeout: wire(2, int64()),
});
export interface StopContainerRequest extends TypeOf<typeof stopContainerRequest> {}
export const StopContainerRequest: ObjectSchema<StopContainerRequest> = stopContainerRequest;

const stopContainerResponse = message("StopContainerResponse", {});
export interface StopContainerResponse extends TypeOf<typeof stopContainerResponse> {}
export const StopContainerResponse: ObjectSchema<StopContainerResponse> = stopContainerResponse;

const removeContainerRequest = message("RemoveContainerRequest", {
  containerId: wire(1, string()),
});
export interface RemoveContainerRequest extends TypeOf<typeof removeContainerRequest> {}
export const RemoveContainerRequest: ObjectSchema<RemoveContainerRequest> = removeContainerRequest;

const removeContainerResponse = message("RemoveContainerResponse", {});
export interface RemoveContainerResponse extends TypeOf<typeof removeContainerResponse> {}
export const RemoveContainerResponse: ObjectSchema<RemoveContainerResponse> = removeContainerResponse;

const containerStateValue = message("ContainerStateValue", {
  state: wire(1, int32()),
});
export interface ContainerStateValue extends TypeOf<typeof containerStateValue> {}
export const ContainerStateValue: ObjectSchema<ContainerStateValue> = containerStateValue;

const containerFilter = message("ContainerFilter", {
  id: wire(1, string()),
  state: wire(2, ContainerStateValue),
  podSandboxId: wire(3, string()),
  labelSelector: wire(4, map(string())),
});
export interface ContainerFilter extends TypeOf<typeof containerFilter> {}
export const ContainerFilter: ObjectSchema<ContainerFilter> = containerFilter;

const listContainersRequest = message("ListContainersRequest", {
  filter: wire(1, ContainerFilter),
});
export interface ListContainersRequest extends TypeOf<typeof listContainersRequest> {}
export const ListContainersRequest: ObjectSchema<ListContainersRequest> = listContainersRequest;

const container_ = message("Container", {
  id: wire(1, string()),
  podSandboxId: wire(2, string()),
  metadata: wire(3, ContainerMetadata),
  image: wire(4, ImageSpec),
  imageRef: wire(5, string()),
  state: wire(6, int32()),
  createdAt: wire(7, int64()),
  labels: wire(8, map(string())),
  annotations: wire(9, map(string())),
  imageId: wire(10, string()),
});
export interface Container extends TypeOf<typeof container_> {}
export const Container: ObjectSchema<Container> = container_;

const listContainersResponse = message("ListContainersResponse", {
  containers: wire(1, array(Container)),
});
export interface ListContainersResponse extends TypeOf<typeof listContainersResponse> {}
export const ListContainersResponse: ObjectSchema<ListContainersResponse> = listContainersResponse;

const containerStatusRequest = message("ContainerStatusRequest", {
  containerId: wire(1, string()),
  verbose: wire(2, boolean()),
});
export interface ContainerStatusRequest extends TypeOf<typeof containerStatusRequest> {}
export const ContainerStatusRequest: ObjectSchema<ContainerStatusRequest> = containerStatusRequest;

const containerStatusResponse = message("ContainerStatusResponse", {
  status: wire(1, ContainerStatus),
  info: wire(2, map(string())),
});
export interface ContainerStatusResponse extends TypeOf<typeof containerStatusResponse> {}
export const ContainerStatusResponse: ObjectSchema<ContainerStatusResponse> = containerStatusResponse;

const updateContainerResourcesRequest = message("UpdateContainerResourcesRequest", {
  containerId: wire(1, string()),
  linux: wire(2, LinuxContainerResources),
  annotations: wire(4, map(string())),
});
export interface UpdateContainerResourcesRequest extends TypeOf<typeof updateContainerResourcesRequest> {}
export const UpdateContainerResourcesRequest: ObjectSchema<UpdateContainerResourcesRequest> =
  updateContainerResourcesRequest;

const updateContainerResourcesResponse = message("UpdateContainerResourcesResponse", {});
export interface UpdateContainerResourcesResponse extends TypeOf<typeof updateContainerResourcesResponse> {}
export const UpdateContainerResourcesResponse: ObjectSchema<UpdateContainerResourcesResponse> =
  updateContainerResourcesResponse;

const reopenContainerLogRequest = message("ReopenContainerLogRequest", {
  containerId: wire(1, string()),
});
export interface ReopenContainerLogRequest extends TypeOf<typeof reopenContainerLogRequest> {}
export const ReopenContainerLogRequest: ObjectSchema<ReopenContainerLogRequest> = reopenContainerLogRequest;

const reopenContainerLogResponse = message("ReopenContainerLogResponse", {});
export interface ReopenContainerLogResponse extends TypeOf<typeof reopenContainerLogResponse> {}
export const ReopenContainerLogResponse: ObjectSchema<ReopenContainerLogResponse> = reopenContainerLogResponse;

const containerStatsFilter = message("ContainerStatsFilter", {
  id: wire(1, string()),
  podSandboxId: wire(2, string()),
  labelSelector: wire(3, map(string())),
});
export interface ContainerStatsFilter extends TypeOf<typeof containerStatsFilter> {}
export const ContainerStatsFilter: ObjectSchema<ContainerStatsFilter> = containerStatsFilter;

const listContainerStatsRequest = message("ListContainerStatsRequest", {
  filter: wire(1, ContainerStatsFilter),
});
export interface ListContainerStatsRequest extends TypeOf<typeof listContainerStatsRequest> {}
export const ListContainerStatsRequest: ObjectSchema<ListContainerStatsRequest> = listContainerStatsRequest;

const containerAttributes = message("ContainerAttributes", {
  id: wire(1, string()),
  metadata: wire(2, ContainerMetadata),
  labels: wire(3, map(string())),
  annotations: wire(4, map(string())),
});
export interface ContainerAttributes extends TypeOf<typeof containerAttributes> {}
export const ContainerAttributes: ObjectSchema<ContainerAttributes> = containerAttributes;

const cpuUsage = message("CpuUsage", {
  timestamp: wire(1, int64()),
  usageCoreNanoSeconds: wire(2, UInt64Value),
  usageNanoCores: wire(3, UInt64Value),
});
export interface CpuUsage extends TypeOf<typeof cpuUsage> {}
export const CpuUsage: ObjectSchema<CpuUsage> = cpuUsage;

const memoryUsage = message("MemoryUsage", {
  timestamp: wire(1, int64()),
  workingSetBytes: wire(2, UInt64Value),
  availableBytes: wire(3, UInt64Value),
  usageBytes: wire(4, UInt64Value),
  rssBytes: wire(5, UInt64Value),
  pageFaults: wire(6, UInt64Value),
  majorPageFaults: wire(7, UInt64Value),
});
export interface MemoryUsage extends TypeOf<typeof memoryUsage> {}
export const MemoryUsage: ObjectSchema<MemoryUsage> = memoryUsage;

const containerStats = message("ContainerStats", {
  attributes: wire(1, ContainerAttributes),
  cpu: wire(2, CpuUsage),
  memory: wire(3, MemoryUsage),
  writableLayer: wire(4, FilesystemUsage),
});
export interface ContainerStats extends TypeOf<typeof containerStats> {}
export const ContainerStats: ObjectSchema<ContainerStats> = containerStats;

const listContainerStatsResponse = message("ListContainerStatsResponse", {
  stats: wire(1, array(ContainerStats)),
});
export interface ListContainerStatsResponse extends TypeOf<typeof listContainerStatsResponse> {}
export const ListContainerStatsResponse: ObjectSchema<ListContainerStatsResponse> = listContainerStatsResponse;
