// DeviceClass: a named choice of devices with settings.
import {
  age,
  array,
  dns1123Subdomain,
  field,
  inline,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  objectWith,
  qualifiedName,
  string,
  type TypeOf,
} from "@knots/machinery";
import { DeviceConfiguration, DeviceSelector } from "./device-parts.ts";

const deviceClassConfiguration = objectWith(
  "io.k8s.api.resource.v1.DeviceClassConfiguration",
  {},
  inline(1, DeviceConfiguration),
);
/** Settings of every device that is claimed by the class. */
export interface DeviceClassConfiguration extends TypeOf<typeof deviceClassConfiguration> {}
export const DeviceClassConfiguration: ObjectSchema<DeviceClassConfiguration> = deviceClassConfiguration;

const deviceClassSpec = object("io.k8s.api.resource.v1.DeviceClassSpec", {
  selectors: field(1, array(DeviceSelector, { list: "atomic", maxItems: 32 }), "Rules that must all fit."),
  config: field(2, array(DeviceClassConfiguration, { list: "atomic", maxItems: 32 }), "Settings for claimed devices."),
  extendedResourceName: field(
    4,
    string({ check: qualifiedName }),
    "Extended resource through which pods may ask for such devices.",
    { pointer: true },
  ),
});
/** Which devices belong to a class. */
export interface DeviceClassSpec extends TypeOf<typeof deviceClassSpec> {}
export const DeviceClassSpec: ObjectSchema<DeviceClassSpec> = deviceClassSpec;

/** A named choice of devices with settings. */
export const DeviceClass = kind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "DeviceClass",
  plural: "deviceclasses",
  scope: "Cluster",
  doc: "A named choice of devices with settings.",
  columns: [age()],
  checkName: dns1123Subdomain,
  definition: "io.k8s.api.resource.v1.DeviceClass",
  storagePath: "deviceclasses",
  fields: {
    spec: field(2, DeviceClassSpec, "Which devices, with which settings.", { required: true, always: true }),
  },
});
export interface DeviceClass extends ObjectOf<typeof DeviceClass> {}
