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
  monitors: field(1, atomicList(string()), "Addresses of Ceph monitors.", { required: true }),
  path: field(2, string(), "Path to mount; the root when empty."),
  user: field(3, string(), "Ceph user."),
  secretFile: field(4, string(), "File with the user's key."),
  secretRef: field(5, LocalObjectReference, "Secret with the user's key.", { pointer: true }),
  readOnly: field(6, boolean(), "Whether the mount is read-only."),
});
/** A CephFS mount; no longer supported. */
export interface CephFSVolumeSource extends TypeOf<typeof cephFSVolumeSource> {}
export const CephFSVolumeSource: ObjectSchema<CephFSVolumeSource> = cephFSVolumeSource;

const csiVolumeSource = object("io.k8s.api.core.v1.CSIVolumeSource", {
  driver: field(1, string(), "Name of the driver.", { required: true }),
  readOnly: field(2, boolean(), "Whether the volume is read-only.", { pointer: true }),
  fsType: field(3, string(), "File system to mount.", { pointer: true }),
  volumeAttributes: field(4, map(string()), "Driver-specific settings."),
  nodePublishSecretRef: field(5, LocalObjectReference, "Secret handed to the driver.", { pointer: true }),
});
/** A volume that a CSI driver provides for the pod's life. */
export interface CSIVolumeSource extends TypeOf<typeof csiVolumeSource> {}
export const CSIVolumeSource: ObjectSchema<CSIVolumeSource> = csiVolumeSource;

const fcVolumeSource = object("io.k8s.api.core.v1.FCVolumeSource", {
  targetWWNs: field(1, atomicList(string()), "World wide names of targets."),
  lun: field(2, int32(), "Number of the logical unit.", { pointer: true }),
  fsType: field(3, string(), "File system to mount."),
  readOnly: field(4, boolean(), "Whether the mount is read-only."),
  wwids: field(5, atomicList(string()), "World wide identifiers of volumes."),
});
/** A Fibre Channel disk. */
export interface FCVolumeSource extends TypeOf<typeof fcVolumeSource> {}
export const FCVolumeSource: ObjectSchema<FCVolumeSource> = fcVolumeSource;

const flexVolumeSource = object("io.k8s.api.core.v1.FlexVolumeSource", {
  driver: field(1, string(), "Name of the driver.", { required: true }),
  fsType: field(2, string(), "File system to mount."),
  secretRef: field(3, LocalObjectReference, "Secret handed to the driver.", { pointer: true }),
  readOnly: field(4, boolean(), "Whether the mount is read-only."),
  options: field(5, map(string()), "Driver-specific settings."),
});
/** A volume of an exec-based driver. */
export interface FlexVolumeSource extends TypeOf<typeof flexVolumeSource> {}
export const FlexVolumeSource: ObjectSchema<FlexVolumeSource> = flexVolumeSource;

const flockerVolumeSource = object("io.k8s.api.core.v1.FlockerVolumeSource", {
  datasetName: field(1, string(), "Name of the dataset."),
  datasetUUID: field(2, string(), "UUID of the dataset."),
});
/** A Flocker dataset; no longer supported. */
export interface FlockerVolumeSource extends TypeOf<typeof flockerVolumeSource> {}
export const FlockerVolumeSource: ObjectSchema<FlockerVolumeSource> = flockerVolumeSource;

const glusterfsVolumeSource = object("io.k8s.api.core.v1.GlusterfsVolumeSource", {
  endpoints: field(1, string(), "Name of the endpoints of the servers.", { required: true }),
  path: field(2, string(), "Name of the GlusterFS volume.", { required: true }),
  readOnly: field(3, boolean(), "Whether the mount is read-only."),
});
/** A GlusterFS mount; no longer supported. */
export interface GlusterfsVolumeSource extends TypeOf<typeof glusterfsVolumeSource> {}
export const GlusterfsVolumeSource: ObjectSchema<GlusterfsVolumeSource> = glusterfsVolumeSource;

const iscsiVolumeSource = object("io.k8s.api.core.v1.ISCSIVolumeSource", {
  targetPortal: field(1, string(), "Address of the target.", { required: true }),
  iqn: field(2, string(), "Qualified name of the target.", { required: true }),
  lun: field(3, int32(), "Number of the logical unit.", { required: true, always: true }),
  iscsiInterface: field(4, string(), "Name of the iSCSI interface.", { default: "default" }),
  fsType: field(5, string(), "File system to mount."),
  readOnly: field(6, boolean(), "Whether the mount is read-only."),
  portals: field(7, atomicList(string()), "Further addresses of the target."),
  chapAuthDiscovery: field(8, boolean(), "Whether discovery authenticates by CHAP."),
  secretRef: field(10, LocalObjectReference, "Secret with CHAP credentials.", { pointer: true }),
  chapAuthSession: field(11, boolean(), "Whether the session authenticates by CHAP."),
  initiatorName: field(12, string(), "Name of the initiator.", { pointer: true }),
});
/** An iSCSI disk. */
export interface ISCSIVolumeSource extends TypeOf<typeof iscsiVolumeSource> {}
export const ISCSIVolumeSource: ObjectSchema<ISCSIVolumeSource> = iscsiVolumeSource;

const nfsVolumeSource = object("io.k8s.api.core.v1.NFSVolumeSource", {
  server: field(1, string(), "Host name or address of the server.", { required: true }),
  path: field(2, string(), "Path that the server exports.", { required: true }),
  readOnly: field(3, boolean(), "Whether the mount is read-only."),
});
/** An NFS mount. */
export interface NFSVolumeSource extends TypeOf<typeof nfsVolumeSource> {}
export const NFSVolumeSource: ObjectSchema<NFSVolumeSource> = nfsVolumeSource;

const portworxVolumeSource = object("io.k8s.api.core.v1.PortworxVolumeSource", {
  volumeID: field(1, string(), "Identifier of the volume.", { required: true }),
  fsType: field(2, string(), "File system to mount."),
  readOnly: field(3, boolean(), "Whether the mount is read-only."),
});
/** A Portworx volume. */
export interface PortworxVolumeSource extends TypeOf<typeof portworxVolumeSource> {}
export const PortworxVolumeSource: ObjectSchema<PortworxVolumeSource> = portworxVolumeSource;

const quobyteVolumeSource = object("io.k8s.api.core.v1.QuobyteVolumeSource", {
  registry: field(1, string(), "Addresses of Quobyte registries.", { required: true }),
  volume: field(2, string(), "Name of the volume.", { required: true }),
  readOnly: field(3, boolean(), "Whether the mount is read-only."),
  user: field(4, string(), "User to mount as."),
  group: field(5, string(), "Group to mount as."),
  tenant: field(6, string(), "Tenant that owns the volume."),
});
/** A Quobyte mount; no longer supported. */
export interface QuobyteVolumeSource extends TypeOf<typeof quobyteVolumeSource> {}
export const QuobyteVolumeSource: ObjectSchema<QuobyteVolumeSource> = quobyteVolumeSource;

const rbdVolumeSource = object("io.k8s.api.core.v1.RBDVolumeSource", {
  monitors: field(1, atomicList(string()), "Addresses of Ceph monitors.", { required: true }),
  image: field(2, string(), "Name of the image.", { required: true }),
  fsType: field(3, string(), "File system to mount."),
  pool: field(4, string(), "Name of the pool.", { default: "rbd" }),
  user: field(5, string(), "Ceph user.", { default: "admin" }),
  keyring: field(6, string(), "File with the user's key.", { default: "/etc/ceph/keyring" }),
  secretRef: field(7, LocalObjectReference, "Secret with the user's key.", { pointer: true }),
  readOnly: field(8, boolean(), "Whether the mount is read-only."),
});
/** A Ceph block device; no longer supported. */
export interface RBDVolumeSource extends TypeOf<typeof rbdVolumeSource> {}
export const RBDVolumeSource: ObjectSchema<RBDVolumeSource> = rbdVolumeSource;

const scaleIOVolumeSource = object("io.k8s.api.core.v1.ScaleIOVolumeSource", {
  gateway: field(1, string(), "Address of the gateway.", { required: true }),
  system: field(2, string(), "Name of the storage system.", { required: true }),
  secretRef: field(3, LocalObjectReference, "Secret with the login.", { required: true, pointer: true }),
  sslEnabled: field(4, boolean(), "Whether the gateway is reached over TLS."),
  protectionDomain: field(5, string(), "Name of the protection domain."),
  storagePool: field(6, string(), "Name of the storage pool."),
  storageMode: field(7, string(), "Thick or thin provisioning.", { default: "ThinProvisioned" }),
  volumeName: field(8, string(), "Name of the volume."),
  fsType: field(9, string(), "File system to mount.", { default: "xfs" }),
  readOnly: field(10, boolean(), "Whether the mount is read-only."),
});
/** A ScaleIO volume; no longer supported. */
export interface ScaleIOVolumeSource extends TypeOf<typeof scaleIOVolumeSource> {}
export const ScaleIOVolumeSource: ObjectSchema<ScaleIOVolumeSource> = scaleIOVolumeSource;

const storageOSVolumeSource = object("io.k8s.api.core.v1.StorageOSVolumeSource", {
  volumeName: field(1, string(), "Name of the volume."),
  volumeNamespace: field(2, string(), "Scope of the volume's name."),
  fsType: field(3, string(), "File system to mount."),
  readOnly: field(4, boolean(), "Whether the mount is read-only."),
  secretRef: field(5, LocalObjectReference, "Secret with the login.", { pointer: true }),
});
/** A StorageOS volume; no longer supported. */
export interface StorageOSVolumeSource extends TypeOf<typeof storageOSVolumeSource> {}
export const StorageOSVolumeSource: ObjectSchema<StorageOSVolumeSource> = storageOSVolumeSource;
