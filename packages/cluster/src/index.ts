// Public names of @knots/cluster.

export { type AddonOptions, addons, DNS_USER, INGRESS_USER, SERVICES_USER } from "./addons/objects.ts";
export { type ControllingOptions, startControllers } from "./components/controlling.ts";
export { ADMIN, nodeUser } from "./components/identities.ts";
export { startLed } from "./components/leading.ts";
export { startScheduler } from "./components/scheduling.ts";
export type { Running, Surroundings } from "./components/surroundings.ts";
export {
  apiServerCertificate,
  type ControlPlaneAddresses,
  controlPlaneCertificates,
  KUBELET_CLIENT,
} from "./control-plane/certificates.ts";
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from "./control-plane/control-plane.node.ts";
export {
  defaultEncryption,
  encryptionFileOf,
  type ReloadOptions,
  reloadEncryption,
} from "./control-plane/encryption.node.ts";
export {
  ClosedFolderError,
  CONTROL_PLANE_USER,
  type HandOverOptions,
  handOver,
  takeBack,
} from "./control-plane/hand-over.node.ts";
export { type PodStreaming, podStreaming } from "./control-plane/pod-streaming.ts";
export type { KubeletAccess } from "./control-plane/streams.node.ts";
export { type PlatformOptions, type RunningPlatform, startPlatform } from "./delivery/platform.node.ts";
export { Cluster, startCluster } from "./embedded/cluster.ts";
export type { ClusterOptions } from "./embedded/options.ts";
export { type IngressSettings, type NodeProcessOptions, type RunningNode, startNode } from "./node/node.node.ts";
export { groupRoot, NETWORKS } from "./node/place.ts";
export { leaveFormerContainerd, type RemoveOptions, removeNode } from "./node/remove.node.ts";
export {
  inspectSharedContainerd,
  joinSharedContainerd,
  type Luggage,
  type RuntimeOver,
  type SharedOptions,
} from "./node/shared/containerd.node.ts";
export { SharedContainerdError, type SharedContainerdReason } from "./node/shared/error.ts";
export type { NodeSettings } from "./node/surroundings.ts";
export { type EtcdAccess, openEtcd } from "./storage/etcd.node.ts";
