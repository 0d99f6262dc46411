// What device classes, claims and slices have in common.
import {
  dns1123Subdomain,
  field,
  int64,
  json,
  labelValue,
  map,
  type ObjectSchema,
  object,
  qualifiedName,
  quantity,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { selectorIsSet, tolerationFits } from "./device-checks.ts";

const opaqueDeviceConfiguration = object("io.k8s.api.resource.v1.OpaqueDeviceConfiguration", {
  driver: field(1, string({ check: dns1123Subdomain }), "Driver that the settings are for.", { required: true }),
  parameters: field(2, json(), "The settings, of any form.", { required: true, always: true }),
});
/** Settings that only the driver understands. */
export interface OpaqueDeviceConfiguration extends TypeOf<typeof opaqueDeviceConfiguration> {}
export const OpaqueDeviceConfiguration: ObjectSchema<OpaqueDeviceConfiguration> = opaqueDeviceConfiguration;

const deviceConfiguration = object("io.k8s.api.resource.v1.DeviceConfiguration", {
  opaque: field(1, OpaqueDeviceConfiguration, "Settings for one driver.", { pointer: true }),
});
/** Settings of a device. */
export interface DeviceConfiguration extends TypeOf<typeof deviceConfiguration> {}
export const DeviceConfiguration: ObjectSchema<DeviceConfiguration> = deviceConfiguration;

const celDeviceSelector = object("io.k8s.api.resource.v1.CELDeviceSelector", {
  expression: field(1, string({ maxLength: 10_240 }), "CEL expression that is true for fitting devices.", {
    required: true,
  }),
});
/** Devices by expression. */
export interface CELDeviceSelector extends TypeOf<typeof celDeviceSelector> {}
export const CELDeviceSelector: ObjectSchema<CELDeviceSelector> = celDeviceSelector;

const deviceSelector = object("io.k8s.api.resource.v1.DeviceSelector", {
  cel: field(1, CELDeviceSelector, "Devices by expression.", { pointer: true }),
});
/** Which devices fit. */
export interface DeviceSelector extends TypeOf<typeof deviceSelector> {}
export const DeviceSelector: ObjectSchema<DeviceSelector> = deviceSelector.check(selectorIsSet);

const capacityRequirements = object("io.k8s.api.resource.v1.CapacityRequirements", {
  requests: field(1, map(quantity()), "Amounts by capacity name."),
});
/** How much of a shared device is needed. */
export interface CapacityRequirements extends TypeOf<typeof capacityRequirements> {}
export const CapacityRequirements: ObjectSchema<CapacityRequirements> = capacityRequirements;

const deviceToleration = object("io.k8s.api.resource.v1.DeviceToleration", {
  key: field(1, string({ check: qualifiedName }), "Taint key; all when empty."),
  operator: field(2, string({ enum: ["Exists", "Equal"] }), "Equal, or Exists for any value.", { default: "Equal" }),
  value: field(3, string(), "Taint value, with Equal."),
  effect: field(4, string({ enum: ["NoSchedule", "NoExecute"] }), "Taint effect; all when empty."),
  tolerationSeconds: field(5, int64(), "Seconds that NoExecute is borne; for ever when absent.", { pointer: true }),
});
/** A taint that a request bears. */
export interface DeviceToleration extends TypeOf<typeof deviceToleration> {}
export const DeviceToleration: ObjectSchema<DeviceToleration> = deviceToleration.check(tolerationFits);

const deviceTaint = object("io.k8s.api.resource.v1.DeviceTaint", {
  key: field(1, string({ check: qualifiedName }), "Key of the taint.", { required: true }),
  value: field(2, string({ check: labelValue }), "Value of the taint."),
  effect: field(3, string({ enum: ["None", "NoSchedule", "NoExecute"] }), "None, NoSchedule or NoExecute.", {
    required: true,
  }),
  timeAdded: field(4, time(), "When the taint was added.", { pointer: true }),
});
/** Keeps claims away that do not bear it. */
export interface DeviceTaint extends TypeOf<typeof deviceTaint> {}
export const DeviceTaint: ObjectSchema<DeviceTaint> = deviceTaint;
