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
  resourceID: field(1, string(), "Identifier of the device.", { required: true }),
  health: field(2, string({ enum: ["Healthy", "Unhealthy", "Unknown"] }), "Healthy, Unhealthy or Unknown."),
  message: field(6, string(), "Details for people."),
});
/** Health of one device. */
export interface ResourceHealth extends TypeOf<typeof resourceHealth> {}
export const ResourceHealth: ObjectSchema<ResourceHealth> = resourceHealth;

const resourceStatus = object("io.k8s.api.core.v1.ResourceStatus", {
  name: field(1, string(), "Name of the resource.", { required: true }),
  resources: field(2, array(ResourceHealth, { list: "map", keys: ["resourceID"] }), "Health of each device."),
});
/** State of the devices of one resource. */
export interface ResourceStatus extends TypeOf<typeof resourceStatus> {}
export const ResourceStatus: ObjectSchema<ResourceStatus> = resourceStatus;

const containerStateWaiting = object("io.k8s.api.core.v1.ContainerStateWaiting", {
  reason: field(1, string(), "One CamelCase word that says why."),
  message: field(2, string(), "Details for people."),
});
/** A container that does not run yet. */
export interface ContainerStateWaiting extends TypeOf<typeof containerStateWaiting> {}
export const ContainerStateWaiting: ObjectSchema<ContainerStateWaiting> = containerStateWaiting;

const containerStateRunning = object("io.k8s.api.core.v1.ContainerStateRunning", {
  startedAt: field(1, time(), "When it started."),
});
/** A container that runs. */
export interface ContainerStateRunning extends TypeOf<typeof containerStateRunning> {}
export const ContainerStateRunning: ObjectSchema<ContainerStateRunning> = containerStateRunning;

const containerStateTerminated = object("io.k8s.api.core.v1.ContainerStateTerminated", {
  exitCode: field(1, int32(), "Exit code of the first process.", { required: true, always: true }),
  signal: field(2, int32(), "Signal that ended it."),
  reason: field(3, string(), "One CamelCase word that says why."),
  message: field(4, string(), "Last words of the container, or details for people."),
  startedAt: field(5, time(), "When it started."),
  finishedAt: field(6, time(), "When it ended."),
  containerID: field(7, string(), "Identifier at the runtime, with its scheme."),
});
/** A container that has ended. */
export interface ContainerStateTerminated extends TypeOf<typeof containerStateTerminated> {}
export const ContainerStateTerminated: ObjectSchema<ContainerStateTerminated> = containerStateTerminated;

const containerState = object("io.k8s.api.core.v1.ContainerState", {
  waiting: field(1, ContainerStateWaiting, "It does not run yet.", { pointer: true }),
  running: field(2, ContainerStateRunning, "It runs.", { pointer: true }),
  terminated: field(3, ContainerStateTerminated, "It has ended.", { pointer: true }),
});
/** State of a container; one is set, waiting if none. */
export interface ContainerState extends TypeOf<typeof containerState> {}
export const ContainerState: ObjectSchema<ContainerState> = containerState;

const linuxContainerUser = object("io.k8s.api.core.v1.LinuxContainerUser", {
  uid: field(1, int64(), "User ID.", { required: true, always: true }),
  gid: field(2, int64(), "Group ID.", { required: true, always: true }),
  supplementalGroups: field(3, atomicList(int64()), "Further groups."),
});
/** User and groups of a first process. */
export interface LinuxContainerUser extends TypeOf<typeof linuxContainerUser> {}
export const LinuxContainerUser: ObjectSchema<LinuxContainerUser> = linuxContainerUser;

const containerUser = object("io.k8s.api.core.v1.ContainerUser", {
  linux: field(1, LinuxContainerUser, "User and groups on Linux.", { pointer: true }),
});
/** User of a first process. */
export interface ContainerUser extends TypeOf<typeof containerUser> {}
export const ContainerUser: ObjectSchema<ContainerUser> = containerUser;

const imageVolumeStatus = object("io.k8s.api.core.v1.ImageVolumeStatus", {
  imageRef: field(1, string(), "Digest of the image that is mounted.", { required: true }),
});
/** State of an image volume. */
export interface ImageVolumeStatus extends TypeOf<typeof imageVolumeStatus> {}
export const ImageVolumeStatus: ObjectSchema<ImageVolumeStatus> = imageVolumeStatus;

const volumeStatus = object("io.k8s.api.core.v1.VolumeStatus", {
  image: field(1, ImageVolumeStatus, "State of an image volume.", { pointer: true }),
});
/** State of a volume, by its sort. */
export interface VolumeStatus extends TypeOf<typeof volumeStatus> {}
export const VolumeStatus: ObjectSchema<VolumeStatus> = volumeStatus;

const volumeMountStatus = object("io.k8s.api.core.v1.VolumeMountStatus", {
  name: field(1, string(), "Name of the volume.", { required: true }),
  mountPath: field(2, string(), "Where the volume appears.", { required: true }),
  readOnly: field(3, boolean(), "Whether the mount is read-only."),
  recursiveReadOnly: field(
    4,
    string({ enum: ["Disabled", "IfPossible", "Enabled"] }),
    "Whether it is so all the way down.",
    { pointer: true },
  ),
  volumeStatus: field(5, VolumeStatus, "State of the mounted volume.", { pointer: true }),
});
/** State of a mount. */
export interface VolumeMountStatus extends TypeOf<typeof volumeMountStatus> {}
export const VolumeMountStatus: ObjectSchema<VolumeMountStatus> = volumeMountStatus;

const containerStatus = object("io.k8s.api.core.v1.ContainerStatus", {
  name: field(1, string(), "Name of the container.", { required: true }),
  state: field(2, ContainerState, "What the container does now.", { always: true }),
  lastState: field(3, ContainerState, "How it ended before the last restart.", { always: true }),
  ready: field(4, boolean(), "Whether it passes its readiness probe.", { required: true, always: true }),
  restartCount: field(5, int32(), "How often it was started again.", { required: true, always: true }),
  image: field(6, string(), "Image that it runs.", { required: true, always: true }),
  imageID: field(7, string(), "Digest of that image.", { required: true, always: true }),
  containerID: field(8, string(), "Identifier at the runtime, with its scheme."),
  started: field(9, boolean(), "Whether it passed its startup probe.", { pointer: true }),
  allocatedResources: field(10, map(quantity()), "Resources that the node has set aside."),
  resources: field(11, ResourceRequirements, "Resources that are in force.", { pointer: true }),
  volumeMounts: field(12, listOf(VolumeMountStatus, "mountPath"), "State of the mounts."),
  user: field(13, ContainerUser, "User of the first process.", { pointer: true }),
  allocatedResourcesStatus: field(14, listOf(ResourceStatus, "name"), "State of the devices."),
  stopSignal: field(15, string(), "Signal that stops it.", { pointer: true }),
});
/** State of one container. */
export interface ContainerStatus extends TypeOf<typeof containerStatus> {}
export const ContainerStatus: ObjectSchema<ContainerStatus> = containerStatus;
