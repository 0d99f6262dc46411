// CSINode: storage drivers that run on a node.
import {
  age,
  atomicList,
  dns1123Subdomain,
  field,
  int32,
  kind,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { count, type Shown } from "../../columns.ts";
import { topologyKeys } from "./storage-checks.ts";

const volumeNodeResources = object("io.k8s.api.storage.v1.VolumeNodeResources", {
  count: field(1, int32({ min: 0 }), "Volumes of the driver that fit; no limit when absent.", { pointer: true }),
});
/** How many volumes fit. */
export interface VolumeNodeResources extends TypeOf<typeof volumeNodeResources> {}
export const VolumeNodeResources: ObjectSchema<VolumeNodeResources> = volumeNodeResources;

const csiNodeDriver = object("io.k8s.api.storage.v1.CSINodeDriver", {
  name: field(1, string(), "Name of the driver.", { required: true }),
  nodeID: field(2, string({ maxLength: 256 }), "Name of the node as the driver knows it.", { required: true }),
  topologyKeys: field(3, atomicList(string()), "Node labels that the driver understands as topology."),
  allocatable: field(4, VolumeNodeResources, "How many volumes fit.", { pointer: true }),
});
/** One driver on a node. */
export interface CSINodeDriver extends TypeOf<typeof csiNodeDriver> {}
export const CSINodeDriver: ObjectSchema<CSINodeDriver> = csiNodeDriver.check(topologyKeys);

const csiNodeSpec = object("io.k8s.api.storage.v1.CSINodeSpec", {
  drivers: field(1, listOf(CSINodeDriver, "name"), "The drivers.", { required: true, always: true }),
});
/** Drivers of a node. */
export interface CSINodeSpec extends TypeOf<typeof csiNodeSpec> {}
export const CSINodeSpec: ObjectSchema<CSINodeSpec> = csiNodeSpec;

/** Storage drivers that run on a node. */
export const CSINode = kind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSINode",
  plural: "csinodes",
  scope: "Cluster",
  doc: "Storage drivers that run on a node.",
  columns: [
    count("Drivers", "Number of drivers.", ({ spec }: Shown<CSINodeSpec | undefined>) => spec?.drivers.length),
    age(),
  ],
  checkName: dns1123Subdomain,
  unconditionalUpdate: false,
  generation: false,
  definition: "io.k8s.api.storage.v1.CSINode",
  storagePath: "csinodes",
  fields: {
    spec: field(2, CSINodeSpec, "The drivers.", { required: true, always: true }),
  },
});
export interface CSINode extends ObjectOf<typeof CSINode> {}
