// State of one container as the kubelet sees it.
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
import { ResourceRequirements } from "./resources.ts";

const resourceHealth = object("io.k8s.api.core.v1.ResourceHealth", {
  resourceID: field(1, string(), "", { required: true }),
  health: field(2, string(), ""),
  message: field(6, string(), ""),
});
export interface ResourceHealth extends TypeOf<typeof resourceHealth> {}
export const ResourceHealth: ObjectSchema<ResourceHealth> = resourceHealth;

const resourceStatus = object("io.k8s.api.core.v1.ResourceStatus", {
  name: field(1, string(), "", { required: true }),
  resources: field(2, array(ResourceHealth, { list: "map", keys: ["resourceID"] }), ""),
});
export interface ResourceStatus extends TypeOf<typeof resourceStatus> {}
export const ResourceStatus: ObjectSchema<ResourceStatus> = resourceStatus;

const containerStateWaiting = object("io.k8s.api.core.v1.ContainerStateWaiting", {
  reason: field(1, string(), ""),
  message: field(2, string(), ""),
});
export interface ContainerStateWaiting extends TypeOf<typeof containerStateWaiting> {}
export const ContainerStateWaiting: ObjectSchema<ContainerStateWaiting> = containerStateWaiting;

const containerStateRunning = object("io.k8s.api.core.v1.ContainerStateRunning", {
  startedAt: field(1, time(), ""),
});
export interface ContainerStateRunning extends TypeOf<typeof containerStateRunning> {}
export const ContainerStateRunning: ObjectSchema<ContainerStateRunning> = containerStateRunning;

const containerStateTerminated = object("io.k8s.api.core.v1.ContainerStateTerminated", {
  exitCode: field(1, int32(), "", { required: true }),
  signal: field(2, int32(), ""),
  reason: field(3, string(), ""),
  message: field(4, string(), ""),
  startedAt: field(5, time(), ""),
  finishedAt: field(6, time(), ""),
  containerID: field(7, string(), ""),
});
export interface ContainerStateTerminated extends TypeOf<typeof containerStateTerminated> {}
export const ContainerStateTerminated: ObjectSchema<ContainerStateTerminated> = containerStateTerminated;

const containerState = object("io.k8s.api.core.v1.ContainerState", {
  waiting: field(1, ContainerStateWaiting, "", { pointer: true }),
  running: field(2, ContainerStateRunning, "", { pointer: true }),
  terminated: field(3, ContainerStateTerminated, "", { pointer: true }),
});
export interface ContainerState extends TypeOf<typeof containerState> {}
export const ContainerState: ObjectSchema<ContainerState> = containerState;

const linuxContainerUser = object("io.k8s.api.core.v1.LinuxContainerUser", {
  uid: field(1, int64(), "", { required: true }),
  gid: field(2, int64(), "", { required: true }),
  supplementalGroups: field(3, atomicList(int64()), ""),
});
export interface LinuxContainerUser extends TypeOf<typeof linuxContainerUser> {}
export const LinuxContainerUser: ObjectSchema<LinuxContainerUser> = linuxContainerUser;

const containerUser = object("io.k8s.api.core.v1.ContainerUser", {
  linux: field(1, LinuxContainerUser, "", { pointer: true }),
});
export interface ContainerUser extends TypeOf<typeof containerUser> {}
export const ContainerUser: ObjectSchema<ContainerUser> = containerUser;

const imageVolumeStatus = object("io.k8s.api.core.v1.ImageVolumeStatus", {
  imageRef: field(1, string(), "", { required: true }),
});
export interface ImageVolumeStatus extends TypeOf<typeof imageVolumeStatus> {}
export const ImageVolumeStatus: ObjectSchema<ImageVolumeStatus> = imageVolumeStatus;

const volumeStatus = object("io.k8s.api.core.v1.VolumeStatus", {
  image: field(1, ImageVolumeStatus, "", { pointer: true }),
});
export interface VolumeStatus extends TypeOf<typeof volumeStatus> {}
export const VolumeStatus: ObjectSchema<VolumeStatus> = volumeStatus;

const volumeMountStatus = object("io.k8s.api.core.v1.VolumeMountStatus", {
  name: field(1, string(), "", { required: true }),
  mountPath: field(2, string(), "", { required: true }),
  readOnly: field(3, boolean(), ""),
  recursiveReadOnly: field(4, string(), "", { pointer: true }),
  volumeStatus: field(5, VolumeStatus, "", { pointer: true }),
});
export interface VolumeMountStatus extends TypeOf<typeof volumeMountStatus> {}
export const VolumeMountStatus: ObjectSchema<VolumeMountStatus> = volumeMountStatus;

const containerStatus = object("io.k8s.api.core.v1.ContainerStatus", {
  name: field(1, string(), "", { required: true }),
  state: field(2, ContainerState, "", { always: true }),
  lastState: field(3, ContainerState, "", { always: true }),
  ready: field(4, boolean(), "", { required: true }),
  restartCount: field(5, int32(), "", { required: true }),
  image: field(6, string(), "", { required: true }),
  imageID: field(7, string(), "", { required: true }),
  containerID: field(8, string(), ""),
  started: field(9, boolean(), "", { pointer: true }),
  allocatedResources: field(10, map(quantity()), ""),
  resources: field(11, ResourceRequirements, "", { pointer: true }),
  volumeMounts: field(12, listOf(VolumeMountStatus, "mountPath"), ""),
  user: field(13, ContainerUser, "", { pointer: true }),
  allocatedResourcesStatus: field(14, listOf(ResourceStatus, "name"), ""),
  stopSignal: field(15, string(), "", { pointer: true }),
});
export interface ContainerStatus extends TypeOf<typeof containerStatus> {}
export const ContainerStatus: ObjectSchema<ContainerStatus> = containerStatus;
