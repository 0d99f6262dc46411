// What a claim asks for.
import {
  array,
  boolean,
  dns1123Label,
  dns1123Subdomain,
  field,
  inline,
  int64,
  type ObjectSchema,
  object,
  objectWith,
  string,
  type TypeOf,
} from "@knots/machinery";
import {
  allocationMode,
  modeFitsCount,
  namesAreKnown,
  oneConstraint,
  oneWayToAsk,
  oneWhenExact,
} from "./claim-checks.ts";
import { CapacityRequirements, DeviceConfiguration, DeviceSelector, DeviceToleration } from "./device-parts.ts";

const exactDeviceRequest = object("io.k8s.api.resource.v1.ExactDeviceRequest", {
  deviceClassName: field(1, string({ check: dns1123Subdomain }), "Class of the devices.", { required: true }),
  selectors: field(
    2,
    array(DeviceSelector, { list: "atomic", maxItems: 32 }),
    "Rules that each device must fit beside those of the class.",
  ),
  allocationMode: field(3, allocationMode, "ExactCount, or All that fit on a node.", { default: "ExactCount" }),
  count: field(4, int64(), "How many devices, with ExactCount.", { default: oneWhenExact }),
  adminAccess: field(5, boolean(), "Whether devices are used for administration beside their owners.", {
    pointer: true,
  }),
  tolerations: field(6, array(DeviceToleration, { list: "atomic", maxItems: 16 }), "Taints that the request bears."),
  capacity: field(7, CapacityRequirements, "How much of each device is needed.", { pointer: true }),
});
/** Devices of one class. */
export interface ExactDeviceRequest extends TypeOf<typeof exactDeviceRequest> {}
export const ExactDeviceRequest: ObjectSchema<ExactDeviceRequest> = exactDeviceRequest.check(modeFitsCount);

const deviceSubRequest = object("io.k8s.api.resource.v1.DeviceSubRequest", {
  name: field(1, string({ check: dns1123Label }), "Name of this way, unique in its request.", { required: true }),
  deviceClassName: field(2, string({ check: dns1123Subdomain }), "Class of the devices.", { required: true }),
  selectors: field(
    3,
    array(DeviceSelector, { list: "atomic", maxItems: 32 }),
    "Rules that each device must fit beside those of the class.",
  ),
  allocationMode: field(4, allocationMode, "ExactCount, or All that fit on a node.", { default: "ExactCount" }),
  count: field(5, int64(), "How many devices, with ExactCount.", { default: oneWhenExact }),
  tolerations: field(6, array(DeviceToleration, { list: "atomic", maxItems: 16 }), "Taints that the request bears."),
  capacity: field(7, CapacityRequirements, "How much of each device is needed.", { pointer: true }),
});
/** One of several ways to serve a request. */
export interface DeviceSubRequest extends TypeOf<typeof deviceSubRequest> {}
export const DeviceSubRequest: ObjectSchema<DeviceSubRequest> = deviceSubRequest.check(modeFitsCount);

const deviceRequest = object("io.k8s.api.resource.v1.DeviceRequest", {
  name: field(1, string({ check: dns1123Label }), "Name of the request, unique in its claim.", { required: true }),
  exactly: field(2, ExactDeviceRequest, "The one way.", { pointer: true }),
  firstAvailable: field(3, array(DeviceSubRequest, { list: "atomic", maxItems: 8 }), "Ways in order of preference."),
});
/** Devices that are needed, in one way or the best of several. */
export interface DeviceRequest extends TypeOf<typeof deviceRequest> {}
export const DeviceRequest: ObjectSchema<DeviceRequest> = deviceRequest.check(oneWayToAsk);

const deviceConstraint = object("io.k8s.api.resource.v1.DeviceConstraint", {
  requests: field(1, array(string(), { list: "atomic", maxItems: 32 }), "Requests that it is about; all when empty."),
  matchAttribute: field(2, string(), "Attribute that must be the same on all devices.", { pointer: true }),
  distinctAttribute: field(3, string(), "Attribute that must differ on all devices.", { pointer: true }),
});
/** What several devices must have in common. */
export interface DeviceConstraint extends TypeOf<typeof deviceConstraint> {}
export const DeviceConstraint: ObjectSchema<DeviceConstraint> = deviceConstraint.check(oneConstraint);

const deviceClaimConfiguration = objectWith(
  "io.k8s.api.resource.v1.DeviceClaimConfiguration",
  {
    requests: field(1, array(string(), { list: "atomic", maxItems: 32 }), "Requests that it is about; all when empty."),
  },
  inline(2, DeviceConfiguration),
);
/** Settings for devices of some requests. */
export interface DeviceClaimConfiguration extends TypeOf<typeof deviceClaimConfiguration> {}
export const DeviceClaimConfiguration: ObjectSchema<DeviceClaimConfiguration> = deviceClaimConfiguration;

const deviceClaim = object("io.k8s.api.resource.v1.DeviceClaim", {
  requests: field(1, array(DeviceRequest, { list: "atomic", maxItems: 32 }), "The devices."),
  constraints: field(2, array(DeviceConstraint, { list: "atomic", maxItems: 32 }), "What they must have in common."),
  config: field(3, array(DeviceClaimConfiguration, { list: "atomic", maxItems: 32 }), "Settings for them."),
});
/** Devices that are asked for. */
export interface DeviceClaim extends TypeOf<typeof deviceClaim> {}
export const DeviceClaim: ObjectSchema<DeviceClaim> = deviceClaim.check(namesAreKnown);

const resourceClaimSpec = object("io.k8s.api.resource.v1.ResourceClaimSpec", {
  devices: field(1, DeviceClaim, "Devices that are asked for.", { always: true }),
});
/** What a claim asks for. */
export interface ResourceClaimSpec extends TypeOf<typeof resourceClaimSpec> {}
export const ResourceClaimSpec: ObjectSchema<ResourceClaimSpec> = resourceClaimSpec;
