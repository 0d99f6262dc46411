// ResourceSlice: devices that a driver offers in one place.
import {
  age,
  array,
  boolean,
  dns1123Subdomain,
  field,
  int64,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { type Shown, text } from "../../columns.ts";
import { NodeSelector } from "../../core/v1/affinity.ts";
import { CounterSet, Device } from "./device.ts";
import { devicesDiffer, oneNodeChoice, sliceStays } from "./slice-checks.ts";

const resourcePool = object("io.k8s.api.resource.v1.ResourcePool", {
  name: field(1, string(), "Name of the pool, unique for its driver.", { required: true }),
  generation: field(2, int64({ min: 0 }), "Version of the pool; slices of older ones do not count.", {
    required: true,
    always: true,
  }),
  resourceSliceCount: field(3, int64({ min: 1 }), "How many slices the pool has at this version.", {
    required: true,
    always: true,
  }),
});
/** The pool that a slice is a part of. */
export interface ResourcePool extends TypeOf<typeof resourcePool> {}
export const ResourcePool: ObjectSchema<ResourcePool> = resourcePool;

const resourceSliceSpec = object("io.k8s.api.resource.v1.ResourceSliceSpec", {
  driver: field(1, string({ check: dns1123Subdomain }), "Name of the driver; cannot change.", {
    required: true,
    immutable: true,
  }),
  pool: field(2, ResourcePool, "The pool that the slice is a part of.", { required: true, always: true }),
  nodeName: field(3, string(), "Node that the devices are on; cannot change.", { pointer: true, immutable: true }),
  nodeSelector: field(4, NodeSelector, "Nodes that reach the devices.", { pointer: true }),
  allNodes: field(5, boolean(), "Whether every node reaches the devices.", { pointer: true }),
  devices: field(6, array(Device, { list: "atomic", maxItems: 128 }), "The devices."),
  perDeviceNodeSelection: field(7, boolean(), "Whether each device says which nodes reach it.", { pointer: true }),
  sharedCounters: field(8, array(CounterSet, { list: "atomic", maxItems: 8 }), "Amounts that devices share."),
});
/** Devices that a driver offers. */
export interface ResourceSliceSpec extends TypeOf<typeof resourceSliceSpec> {}
export const ResourceSliceSpec: ObjectSchema<ResourceSliceSpec> = resourceSliceSpec.check(
  oneNodeChoice,
  sliceStays,
  devicesDiffer,
);

type SliceView = Shown<ResourceSliceSpec | undefined>;

/** Devices that a driver offers in one place. */
export const ResourceSlice = kind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceSlice",
  plural: "resourceslices",
  scope: "Cluster",
  doc: "Devices that a driver offers in one place.",
  columns: [
    text("Node", "Node that the devices are on.", ({ spec }: SliceView) => spec?.nodeName ?? ""),
    text("Driver", "Driver that offers them.", ({ spec }: SliceView) => spec?.driver ?? ""),
    text("Pool", "Pool that the slice is a part of.", ({ spec }: SliceView) => spec?.pool.name ?? ""),
    age(),
  ],
  selectable: {
    "spec.nodeName": ({ spec }: SliceView) => spec?.nodeName ?? "",
    "spec.driver": ({ spec }: SliceView) => spec?.driver ?? "",
  },
  checkName: dns1123Subdomain,
  definition: "io.k8s.api.resource.v1.ResourceSlice",
  storagePath: "resourceslices",
  fields: {
    spec: field(2, ResourceSliceSpec, "What is offered.", { required: true, always: true }),
  },
});
export interface ResourceSlice extends ObjectOf<typeof ResourceSlice> {}
