// What a claim was given, and who uses it.
import {
  array,
  atomicList,
  boolean,
  Condition,
  field,
  inline,
  json,
  listOf,
  map,
  type ObjectSchema,
  object,
  objectWith,
  quantity,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { NodeSelector } from "../../core/v1/affinity.ts";
import { usersAreFew } from "./claim-checks.ts";
import { DeviceConfiguration, DeviceToleration } from "./device-parts.ts";

const deviceAllocationConfiguration = objectWith(
  "io.k8s.api.resource.v1.DeviceAllocationConfiguration",
  {
    source: field(1, string({ enum: ["FromClass", "FromClaim"] }), "FromClass or FromClaim.", { required: true }),
    requests: field(2, atomicList(string()), "Requests that it is about; all when empty."),
  },
  inline(3, DeviceConfiguration),
);
/** Settings that belong to given devices. */
export interface DeviceAllocationConfiguration extends TypeOf<typeof deviceAllocationConfiguration> {}
export const DeviceAllocationConfiguration: ObjectSchema<DeviceAllocationConfiguration> = deviceAllocationConfiguration;

const deviceRequestAllocationResult = object("io.k8s.api.resource.v1.DeviceRequestAllocationResult", {
  request: field(1, string(), "Request that it serves, with its way after a slash.", { required: true }),
  driver: field(2, string(), "Driver of the device.", { required: true }),
  pool: field(3, string(), "Pool of the device.", { required: true }),
  device: field(4, string(), "Name of the device in its pool.", { required: true }),
  adminAccess: field(5, boolean(), "Whether it is used for administration.", { pointer: true }),
  tolerations: field(6, atomicList(DeviceToleration), "Taints that the request bears."),
  bindingConditions: field(7, atomicList(string()), "Conditions that must be true before the pod is bound."),
  bindingFailureConditions: field(8, atomicList(string()), "Conditions of which one makes binding fail."),
  shareID: field(9, string(), "Which share of the device, when several may use it.", { pointer: true }),
  consumedCapacity: field(10, map(quantity()), "How much of the device is taken."),
});
/** A device that was given. */
export interface DeviceRequestAllocationResult extends TypeOf<typeof deviceRequestAllocationResult> {}
export const DeviceRequestAllocationResult: ObjectSchema<DeviceRequestAllocationResult> = deviceRequestAllocationResult;

const deviceAllocationResult = object("io.k8s.api.resource.v1.DeviceAllocationResult", {
  results: field(1, atomicList(DeviceRequestAllocationResult), "The devices."),
  config: field(2, atomicList(DeviceAllocationConfiguration), "Settings that belong to them."),
});
/** Devices that were given. */
export interface DeviceAllocationResult extends TypeOf<typeof deviceAllocationResult> {}
export const DeviceAllocationResult: ObjectSchema<DeviceAllocationResult> = deviceAllocationResult;

const allocationResult = object("io.k8s.api.resource.v1.AllocationResult", {
  devices: field(1, DeviceAllocationResult, "Devices that were given.", { always: true }),
  nodeSelector: field(3, NodeSelector, "Nodes from which they can be used; all when absent.", { pointer: true }),
  allocationTimestamp: field(5, time(), "When they were given.", { pointer: true }),
});
/** What a claim was given. */
export interface AllocationResult extends TypeOf<typeof allocationResult> {}
export const AllocationResult: ObjectSchema<AllocationResult> = allocationResult;

const networkDeviceData = object("io.k8s.api.resource.v1.NetworkDeviceData", {
  interfaceName: field(1, string(), "Name of the interface in the pod."),
  ips: field(2, atomicList(string()), "Addresses in CIDR form."),
  hardwareAddress: field(3, string(), "Hardware address of the interface."),
});
/** Facts on a network device. */
export interface NetworkDeviceData extends TypeOf<typeof networkDeviceData> {}
export const NetworkDeviceData: ObjectSchema<NetworkDeviceData> = networkDeviceData;

const allocatedDeviceStatus = object("io.k8s.api.resource.v1.AllocatedDeviceStatus", {
  driver: field(1, string(), "Driver of the device.", { required: true }),
  pool: field(2, string(), "Pool of the device.", { required: true }),
  device: field(3, string(), "Name of the device in its pool.", { required: true }),
  shareID: field(7, string(), "Which share of the device, when several may use it.", { pointer: true }),
  conditions: field(4, array(Condition, { list: "map", keys: ["type"], maxItems: 8 }), "Aspects of its state."),
  data: field(5, json(), "What the driver has to say, of any form.", { pointer: true }),
  networkData: field(6, NetworkDeviceData, "Facts on a network device.", { pointer: true }),
});
/** What the driver says of a device. */
export interface AllocatedDeviceStatus extends TypeOf<typeof allocatedDeviceStatus> {}
export const AllocatedDeviceStatus: ObjectSchema<AllocatedDeviceStatus> = allocatedDeviceStatus;

const resourceClaimConsumerReference = object("io.k8s.api.resource.v1.ResourceClaimConsumerReference", {
  apiGroup: field(1, string(), "Group of the user; empty for the core group."),
  resource: field(3, string(), "Plural name of the user's kind, such as pods.", { required: true }),
  name: field(4, string(), "Name of the user.", { required: true }),
  uid: field(5, string(), "UID of the user.", { required: true }),
});
/** Who uses a claim. */
export interface ResourceClaimConsumerReference extends TypeOf<typeof resourceClaimConsumerReference> {}
export const ResourceClaimConsumerReference: ObjectSchema<ResourceClaimConsumerReference> =
  resourceClaimConsumerReference;

const resourceClaimStatus = object("io.k8s.api.resource.v1.ResourceClaimStatus", {
  allocation: field(1, AllocationResult, "What it was given; absent while it waits.", { pointer: true }),
  reservedFor: field(2, listOf(ResourceClaimConsumerReference, "uid"), "Who uses it."),
  devices: field(
    4,
    array(AllocatedDeviceStatus, { list: "map", keys: ["driver", "device", "pool", "shareID"] }),
    "What drivers say of its devices.",
  ),
});
/** What a claim was given, and who uses it. */
export interface ResourceClaimStatus extends TypeOf<typeof resourceClaimStatus> {}
export const ResourceClaimStatus: ObjectSchema<ResourceClaimStatus> = resourceClaimStatus.check(usersAreFew);
