// The calls of the runtime interface (CRI v1) that the node agent makes.
import type { Method } from "@knots/host";
import type { ObjectSchema } from "@knots/machinery";
import { messageCodec } from "./codec.ts";
import {
  ContainerStatusRequest,
  ContainerStatusResponse,
  CreateContainerRequest,
  CreateContainerResponse,
  ListContainerStatsRequest,
  ListContainerStatsResponse,
  ListContainersRequest,
  ListContainersResponse,
  RemoveContainerRequest,
  RemoveContainerResponse,
  ReopenContainerLogRequest,
  ReopenContainerLogResponse,
  StartContainerRequest,
  StartContainerResponse,
  StopContainerRequest,
  StopContainerResponse,
  UpdateContainerResourcesRequest,
  UpdateContainerResourcesResponse,
} from "./messages/container.ts";
import {
  ImageFsInfoRequest,
  ImageFsInfoResponse,
  ImageStatusRequest,
  ImageStatusResponse,
  ListImagesRequest,
  ListImagesResponse,
  PullImageRequest,
  PullImageResponse,
  RemoveImageRequest,
  RemoveImageResponse,
} from "./messages/image.ts";
import {
  StatusRequest,
  StatusResponse,
  UpdateRuntimeConfigRequest,
  UpdateRuntimeConfigResponse,
  VersionRequest,
  VersionResponse,
} from "./messages/runtime.ts";
import {
  ListPodSandboxRequest,
  ListPodSandboxResponse,
  PodSandboxStatusRequest,
  PodSandboxStatusResponse,
  RemovePodSandboxRequest,
  RemovePodSandboxResponse,
  RunPodSandboxRequest,
  RunPodSandboxResponse,
  StopPodSandboxRequest,
  StopPodSandboxResponse,
} from "./messages/sandbox.ts";
import {
  AttachRequest,
  AttachResponse,
  ExecRequest,
  ExecResponse,
  ExecSyncRequest,
  ExecSyncResponse,
  PortForwardRequest,
  PortForwardResponse,
} from "./messages/streaming.ts";

function method<Q, R>(path: string, request: ObjectSchema<Q>, response: ObjectSchema<R>): Method<Q, R> {
  return { path, request: messageCodec(request), response: messageCodec(response) };
}
const runtime = <Q, R>(name: string, request: ObjectSchema<Q>, response: ObjectSchema<R>): Method<Q, R> =>
  method(`/runtime.v1.RuntimeService/${name}`, request, response);
const images = <Q, R>(name: string, request: ObjectSchema<Q>, response: ObjectSchema<R>): Method<Q, R> =>
  method(`/runtime.v1.ImageService/${name}`, request, response);

/** Every call by name. */
export const cri = {
  version: runtime("Version", VersionRequest, VersionResponse),
  runPodSandbox: runtime("RunPodSandbox", RunPodSandboxRequest, RunPodSandboxResponse),
  stopPodSandbox: runtime("StopPodSandbox", StopPodSandboxRequest, StopPodSandboxResponse),
  removePodSandbox: runtime("RemovePodSandbox", RemovePodSandboxRequest, RemovePodSandboxResponse),
  podSandboxStatus: runtime("PodSandboxStatus", PodSandboxStatusRequest, PodSandboxStatusResponse),
  listPodSandbox: runtime("ListPodSandbox", ListPodSandboxRequest, ListPodSandboxResponse),
  createContainer: runtime("CreateContainer", CreateContainerRequest, CreateContainerResponse),
  startContainer: runtime("StartContainer", StartContainerRequest, StartContainerResponse),
  stopContainer: runtime("StopContainer", StopContainerRequest, StopContainerResponse),
  removeContainer: runtime("RemoveContainer", RemoveContainerRequest, RemoveContainerResponse),
  listContainers: runtime("ListContainers", ListContainersRequest, ListContainersResponse),
  containerStatus: runtime("ContainerStatus", ContainerStatusRequest, ContainerStatusResponse),
  updateContainerResources: runtime(
    "UpdateContainerResources",
    UpdateContainerResourcesRequest,
    UpdateContainerResourcesResponse,
  ),
  reopenContainerLog: runtime("ReopenContainerLog", ReopenContainerLogRequest, ReopenContainerLogResponse),
  execSync: runtime("ExecSync", ExecSyncRequest, ExecSyncResponse),
  exec: runtime("Exec", ExecRequest, ExecResponse),
  attach: runtime("Attach", AttachRequest, AttachResponse),
  portForward: runtime("PortForward", PortForwardRequest, PortForwardResponse),
  listContainerStats: runtime("ListContainerStats", ListContainerStatsRequest, ListContainerStatsResponse),
  updateRuntimeConfig: runtime("UpdateRuntimeConfig", UpdateRuntimeConfigRequest, UpdateRuntimeConfigResponse),
  status: runtime("Status", StatusRequest, StatusResponse),
  listImages: images("ListImages", ListImagesRequest, ListImagesResponse),
  imageStatus: images("ImageStatus", ImageStatusRequest, ImageStatusResponse),
  pullImage: images("PullImage", PullImageRequest, PullImageResponse),
  removeImage: images("RemoveImage", RemoveImageRequest, RemoveImageResponse),
  imageFsInfo: images("ImageFsInfo", ImageFsInfoRequest, ImageFsInfoResponse),
} as const;
