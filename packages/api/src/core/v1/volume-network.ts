// Volumes on storage servers and drivers outside the cloud providers.
import {
  atomicList,
  boolean,
  field,
  int32,
  map,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { LocalObjectReference } from "./reference.ts";

const cephFSVolumeSource = object("io.k8s.api.core.v1.CephFSVolumeSource", {
  monitors: field(1, atomicList(string()), "", { required: true }),
  path: field(2, string(), ""),
  user: field(3, string(), ""),
  secretFile: field(4, string(), ""),
  secretRef: field(5, LocalObjectReference, "", { pointer: true }),
  readOnly: field(6, boolean(), ""),
});
export interface CephFSVolumeSource extends TypeOf<typeof cephFSVolumeSource> {}
export const CephFSVolumeSource: ObjectSchema<CephFSVolumeSource> = cephFSVolumeSource;

const csiVolumeSource = object("io.k8s.api.core.v1.CSIVolumeSource", {
  driver: field(1, string(), "", { required: true }),
  readOnly: field(2, boolean(), "", { pointer: true }),
  fsType: field(3, string(), "", { pointer: true }),
  volumeAttributes: field(4, map(string()), ""),
  nodePublishSecretRef: field(5, LocalObjectReference, "", { pointer: true }),
});
export interface CSIVolumeSource extends TypeOf<typeof csiVolumeSource> {}
export const CSIVolumeSource: ObjectSchema<CSIVolumeSource> = csiVolumeSource;

const fcVolumeSource = object("io.k8s.api.core.v1.FCVolumeSource", {
  targetWWNs: field(1, atomicList(string()), ""),
  lun: field(2, int32(), "", { pointer: true }),
  fsType: field(3, string(), ""),
  readOnly: field(4, boolean(), ""),
  wwids: field(5, atomicList(string()), ""),
});
export interface FCVolumeSource extends TypeOf<typeof fcVolumeSource> {}
export const FCVolumeSource: ObjectSchema<FCVolumeSource> = fcVolumeSource;

const flexVolumeSource = object("io.k8s.api.core.v1.FlexVolumeSource", {
  driver: field(1, string(), "", { required: true }),
  fsType: field(2, string(), ""),
  secretRef: field(3, LocalObjectReference, "", { pointer: true }),
  readOnly: field(4, boolean(), ""),
  options: field(5, map(string()), ""),
});
export interface FlexVolumeSource extends TypeOf<typeof flexVolumeSource> {}
export const FlexVolumeSource: ObjectSchema<FlexVolumeSource> = flexVolumeSource;

const flockerVolumeSource = object("io.k8s.api.core.v1.FlockerVolumeSource", {
  datasetName: field(1, string(), ""),
  datasetUUID: field(2, string(), ""),
});
export interface FlockerVolumeSource extends TypeOf<typeof flockerVolumeSource> {}
export const FlockerVolumeSource: ObjectSchema<FlockerVolumeSource> = flockerVolumeSource;

const glusterfsVolumeSource = object("io.k8s.api.core.v1.GlusterfsVolumeSource", {
  endpoints: field(1, string(), "", { required: true }),
  path: field(2, string(), "", { required: true }),
  readOnly: field(3, boolean(), ""),
});
export interface GlusterfsVolumeSource extends TypeOf<typeof glusterfsVolumeSource> {}
export const GlusterfsVolumeSource: ObjectSchema<GlusterfsVolumeSource> = glusterfsVolumeSource;

const iscsiVolumeSource = object("io.k8s.api.core.v1.ISCSIVolumeSource", {
  targetPortal: field(1, string(), "", { required: true }),
  iqn: field(2, string(), "", { required: true }),
  lun: field(3, int32(), "", { required: true }),
  iscsiInterface: field(4, string(), ""),
  fsType: field(5, string(), ""),
  readOnly: field(6, boolean(), ""),
  portals: field(7, atomicList(string()), ""),
  chapAuthDiscovery: field(8, boolean(), ""),
  secretRef: field(10, LocalObjectReference, "", { pointer: true }),
  chapAuthSession: field(11, boolean(), ""),
  initiatorName: field(12, string(), "", { pointer: true }),
});
export interface ISCSIVolumeSource extends TypeOf<typeof iscsiVolumeSource> {}
export const ISCSIVolumeSource: ObjectSchema<ISCSIVolumeSource> = iscsiVolumeSource;

const nfsVolumeSource = object("io.k8s.api.core.v1.NFSVolumeSource", {
  server: field(1, string(), "", { required: true }),
  path: field(2, string(), "", { required: true }),
  readOnly: field(3, boolean(), ""),
});
export interface NFSVolumeSource extends TypeOf<typeof nfsVolumeSource> {}
export const NFSVolumeSource: ObjectSchema<NFSVolumeSource> = nfsVolumeSource;

const portworxVolumeSource = object("io.k8s.api.core.v1.PortworxVolumeSource", {
  volumeID: field(1, string(), "", { required: true }),
  fsType: field(2, string(), ""),
  readOnly: field(3, boolean(), ""),
});
export interface PortworxVolumeSource extends TypeOf<typeof portworxVolumeSource> {}
export const PortworxVolumeSource: ObjectSchema<PortworxVolumeSource> = portworxVolumeSource;

const quobyteVolumeSource = object("io.k8s.api.core.v1.QuobyteVolumeSource", {
  registry: field(1, string(), "", { required: true }),
  volume: field(2, string(), "", { required: true }),
  readOnly: field(3, boolean(), ""),
  user: field(4, string(), ""),
  group: field(5, string(), ""),
  tenant: field(6, string(), ""),
});
export interface QuobyteVolumeSource extends TypeOf<typeof quobyteVolumeSource> {}
export const QuobyteVolumeSource: ObjectSchema<QuobyteVolumeSource> = quobyteVolumeSource;

const rbdVolumeSource = object("io.k8s.api.core.v1.RBDVolumeSource", {
  monitors: field(1, atomicList(string()), "", { required: true }),
  image: field(2, string(), "", { required: true }),
  fsType: field(3, string(), ""),
  pool: field(4, string(), ""),
  user: field(5, string(), ""),
  keyring: field(6, string(), ""),
  secretRef: field(7, LocalObjectReference, "", { pointer: true }),
  readOnly: field(8, boolean(), ""),
});
export interface RBDVolumeSource extends TypeOf<typeof rbdVolumeSource> {}
export const RBDVolumeSource: ObjectSchema<RBDVolumeSource> = rbdVolumeSource;

const scaleIOVolumeSource = object("io.k8s.api.core.v1.ScaleIOVolumeSource", {
  gateway: field(1, string(), "", { required: true }),
  system: field(2, string(), "", { required: true }),
  secretRef: field(3, LocalObjectReference, "", { required: true, pointer: true }),
  sslEnabled: field(4, boolean(), ""),
  protectionDomain: field(5, string(), ""),
  storagePool: field(6, string(), ""),
  storageMode: field(7, string(), ""),
  volumeName: field(8, string(), ""),
  fsType: field(9, string(), ""),
  readOnly: field(10, boolean(), ""),
});
export interface ScaleIOVolumeSource extends TypeOf<typeof scaleIOVolumeSource> {}
export const ScaleIOVolumeSource: ObjectSchema<ScaleIOVolumeSource> = scaleIOVolumeSource;

const storageOSVolumeSource = object("io.k8s.api.core.v1.StorageOSVolumeSource", {
  volumeName: field(1, string(), ""),
  volumeNamespace: field(2, string(), ""),
  fsType: field(3, string(), ""),
  readOnly: field(4, boolean(), ""),
  secretRef: field(5, LocalObjectReference, "", { pointer: true }),
});
export interface StorageOSVolumeSource extends TypeOf<typeof storageOSVolumeSource> {}
export const StorageOSVolumeSource: ObjectSchema<StorageOSVolumeSource> = storageOSVolumeSource;
