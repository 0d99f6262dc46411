// Public names of @knots/host.
export * from "./cgroup/apply.node.ts";
export * from "./cgroup/hierarchy.ts";
export type * from "./cgroup/limits.ts";
export * from "./cgroup/plan.ts";
export * from "./containerd/config.ts";
export * from "./containerd/containerd.node.ts";
export * from "./containerd/ctr.node.ts";
export * from "./containerd/paths.ts";
export * from "./containerd/shared.node.ts";
export * from "./containerd/stop.node.ts";
export * from "./files/atomic.node.ts";
export * from "./files/kept.node.ts";
export * from "./files/owned.node.ts";
export * from "./files/owner.node.ts";
export * from "./grpc/client.node.ts";
export type { Duplex } from "./grpc/duplex.node.ts";
export { GrpcError } from "./grpc/error.ts";
export type { GrpcTls } from "./grpc/tls.node.ts";
export { ConnectionError } from "./http/session.node.ts";
export * from "./http/transport.node.ts";
export * from "./kubeconfig/kubeconfig.node.ts";
export * from "./mounts/mountinfo.ts";
export * from "./mounts/unmount.node.ts";
export * from "./oci/blobs.node.ts";
export * from "./oci/build.node.ts";
export * from "./oci/entry.ts";
export * from "./oci/image.ts";
export * from "./oci/layout.node.ts";
export * from "./oci/node-source.node.ts";
export * from "./oci/recipe.ts";
export * from "./oci/recipes/busybox.ts";
export * from "./oci/recipes/nginx.ts";
export * from "./oci/recipes/node.ts";
export * from "./oci/recipes/pause.ts";
export * from "./oci/recipes/redis.ts";
export * from "./oci/reference.ts";
export * from "./oci/tar.ts";
export * from "./parts/apt.node.ts";
export * from "./parts/ensure.node.ts";
export * from "./parts/error.ts";
export * from "./parts/part.ts";
export * from "./pki/certificate.node.ts";
export * from "./pki/folder.node.ts";
export * from "./process/bound-ports.node.ts";
export * from "./process/detached.node.ts";
export * from "./process/error.ts";
export * from "./process/identity.node.ts";
export * from "./process/log.node.ts";
export * from "./process/run.node.ts";
export * from "./process/user.node.ts";
export { refuseUpgrade } from "./stream/answer.node.ts";
export { type JoinOptions, joinStreams } from "./stream/join.node.ts";
export { kubeletLocation, type PodPlacement, type PodStream } from "./stream/kubelet-location.ts";
export {
  createPodStreams,
  type PodStreamCall,
  type PodStreams,
  type PodStreamsOptions,
} from "./stream/pod-streams.node.ts";
export { type PassedAnswer, type PassedRequest, passRequest } from "./stream/proxy-request.node.ts";
export {
  type ClientUpgrade,
  goneSignal,
  type ProxyUpgradeOptions,
  proxyUpgrade,
  type Refusal,
} from "./stream/proxy-upgrade.node.ts";
export { type ServeOptions, serveCommand, servePortForward } from "./stream/serve-command.node.ts";
export { type StreamTarget, type StreamTimes, type TlsIdentity } from "./stream/target.ts";
export { type FakeRuntime, startFakeRuntime } from "./stream/testing/fake-runtime.node.ts";
export { serveByteMessages } from "./stream/websocket/bytes.node.ts";
export type { CommandStreams } from "./stream/websocket/remote-command.node.ts";
