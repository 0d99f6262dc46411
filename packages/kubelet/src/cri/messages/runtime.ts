// Messages about the runtime itself.
import { array, boolean, map, type ObjectSchema, string, type TypeOf } from "@knots/machinery";
import { message, wire } from "./message.ts";

const versionRequest = message("VersionRequest", {
  version: wire(1, string()),
});
export interface VersionRequest extends TypeOf<typeof versionRequest> {}
export const VersionRequest: ObjectSchema<VersionRequest> = versionRequest;

const versionResponse = message("VersionResponse", {
  version: wire(1, string()),
  runtimeName: wire(2, string()),
  runtimeVersion: wire(3, string()),
  runtimeApiVersion: wire(4, string()),
});
export interface VersionResponse extends TypeOf<typeof versionResponse> {}
export const VersionResponse: ObjectSchema<VersionResponse> = versionResponse;

const networkConfig = message("NetworkConfig", {
  podCidr: wire(1, string()),
});
export interface NetworkConfig extends TypeOf<typeof networkConfig> {}
export const NetworkConfig: ObjectSchema<NetworkConfig> = networkConfig;

const runtimeConfig = message("RuntimeConfig", {
  networkConfig: wire(1, NetworkConfig),
});
export interface RuntimeConfig extends TypeOf<typeof runtimeConfig> {}
export const RuntimeConfig: ObjectSchema<RuntimeConfig> = runtimeConfig;

const updateRuntimeConfigRequest = message("UpdateRuntimeConfigRequest", {
  runtimeConfig: wire(1, RuntimeConfig),
});
export interface UpdateRuntimeConfigRequest extends TypeOf<typeof updateRuntimeConfigRequest> {}
export const UpdateRuntimeConfigRequest: ObjectSchema<UpdateRuntimeConfigRequest> = updateRuntimeConfigRequest;

const updateRuntimeConfigResponse = message("UpdateRuntimeConfigResponse", {});
export interface UpdateRuntimeConfigResponse extends TypeOf<typeof updateRuntimeConfigResponse> {}
export const UpdateRuntimeConfigResponse: ObjectSchema<UpdateRuntimeConfigResponse> = updateRuntimeConfigResponse;

const statusRequest = message("StatusRequest", {
  verbose: wire(1, boolean()),
});
export interface StatusRequest extends TypeOf<typeof statusRequest> {}
export const StatusRequest: ObjectSchema<StatusRequest> = statusRequest;

const runtimeCondition = message("RuntimeCondition", {
  type: wire(1, string()),
  status: wire(2, boolean()),
  reason: wire(3, string()),
  message: wire(4, string()),
});
export interface RuntimeCondition extends TypeOf<typeof runtimeCondition> {}
export const RuntimeCondition: ObjectSchema<RuntimeCondition> = runtimeCondition;

const runtimeStatus = message("RuntimeStatus", {
  conditions: wire(1, array(RuntimeCondition)),
});
export interface RuntimeStatus extends TypeOf<typeof runtimeStatus> {}
export const RuntimeStatus: ObjectSchema<RuntimeStatus> = runtimeStatus;

const statusResponse = message("StatusResponse", {
  status: wire(1, RuntimeStatus),
  info: wire(2, map(string())),
});
export interface StatusResponse extends TypeOf<typeof statusResponse> {}
export const StatusResponse: ObjectSchema<StatusResponse> = statusResponse;
