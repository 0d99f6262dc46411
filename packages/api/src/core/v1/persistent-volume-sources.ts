// Where the files of a persistent volume are: the sources that name their Secrets with a namespace.
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
import { ObjectReference, SecretReference } from "./reference.ts";

const azureFile = object("io.k8s.api.core.v1.AzureFilePersistentVolumeSource", {
  secretName: field(1, string(), "Secret with the account's key.", { required: true }),
  shareName: field(2, string(), "Name of the share.", { required: true }),
  readOnly: field(3, boolean(), "Whether the mount is read-only."),
  secretNamespace: field(4, string(), "Namespace of the Secret; the claim's when empty.", { pointer: true }),
});
/** An Azure file share. */
export interface AzureFilePersistentVolumeSource extends TypeOf<typeof azureFile> {}
export const AzureFilePersistentVolumeSource: ObjectSchema<AzureFilePersistentVolumeSource> = azureFile;

const cephFS = object("io.k8s.api.core.v1.CephFSPersistentVolumeSource", {
  monitors: field(1, atomicList(string()), "Addresses of Ceph monitors.", { required: true }),
  path: field(2, string(), "Path to mount; the root when empty."),
  user: field(3, string(), "Ceph user."),
  secretFile: field(4, string(), "File with the user's key."),
  secretRef: field(5, SecretReference, "Secret with the user's key.", { pointer: true }),
  readOnly: field(6, boolean(), "Whether the mount is read-only."),
});
/** A CephFS mount; no longer supported. */
export interface CephFSPersistentVolumeSource extends TypeOf<typeof cephFS> {}
export const CephFSPersistentVolumeSource: ObjectSchema<CephFSPersistentVolumeSource> = cephFS;

const cinder = object("io.k8s.api.core.v1.CinderPersistentVolumeSource", {
  volumeID: field(1, string(), "Identifier of the disk.", { required: true }),
  fsType: field(2, string(), "File system to mount."),
  readOnly: field(3, boolean(), "Whether the mount is read-only."),
  secretRef: field(4, SecretReference, "Secret with the login.", { pointer: true }),
});
/** An OpenStack disk. */
export interface CinderPersistentVolumeSource extends TypeOf<typeof cinder> {}
export const CinderPersistentVolumeSource: ObjectSchema<CinderPersistentVolumeSource> = cinder;

const csi = object("io.k8s.api.core.v1.CSIPersistentVolumeSource", {
  driver: field(1, string(), "Name of the driver.", { required: true }),
  volumeHandle: field(2, string(), "Name that the driver knows the volume by.", { required: true }),
  readOnly: field(3, boolean(), "Whether the volume is read-only."),
  fsType: field(4, string(), "File system to mount."),
  volumeAttributes: field(5, map(string()), "Driver-specific settings."),
  controllerPublishSecretRef: field(6, SecretReference, "Secret for attaching and detaching.", { pointer: true }),
  nodeStageSecretRef: field(7, SecretReference, "Secret for preparing the volume on a node.", { pointer: true }),
  nodePublishSecretRef: field(8, SecretReference, "Secret for mounting.", { pointer: true }),
  controllerExpandSecretRef: field(9, SecretReference, "Secret for growing the volume.", { pointer: true }),
  nodeExpandSecretRef: field(10, SecretReference, "Secret for growing the file system on a node.", { pointer: true }),
});
/** A volume of a CSI driver. */
export interface CSIPersistentVolumeSource extends TypeOf<typeof csi> {}
export const CSIPersistentVolumeSource: ObjectSchema<CSIPersistentVolumeSource> = csi;

const flex = object("io.k8s.api.core.v1.FlexPersistentVolumeSource", {
  driver: field(1, string(), "Name of the driver.", { required: true }),
  fsType: field(2, string(), "File system to mount."),
  secretRef: field(3, SecretReference, "Secret handed to the driver.", { pointer: true }),
  readOnly: field(4, boolean(), "Whether the mount is read-only."),
  options: field(5, map(string()), "Driver-specific settings."),
});
/** A volume of an exec-based driver. */
export interface FlexPersistentVolumeSource extends TypeOf<typeof flex> {}
export const FlexPersistentVolumeSource: ObjectSchema<FlexPersistentVolumeSource> = flex;

const glusterfs = object("io.k8s.api.core.v1.GlusterfsPersistentVolumeSource", {
  endpoints: field(1, string(), "Name of the endpoints of the servers.", { required: true }),
  path: field(2, string(), "Name of the GlusterFS volume.", { required: true }),
  readOnly: field(3, boolean(), "Whether the mount is read-only."),
  endpointsNamespace: field(4, string(), "Namespace of the endpoints; the claim's when empty.", { pointer: true }),
});
/** A GlusterFS mount; no longer supported. */
export interface GlusterfsPersistentVolumeSource extends TypeOf<typeof glusterfs> {}
export const GlusterfsPersistentVolumeSource: ObjectSchema<GlusterfsPersistentVolumeSource> = glusterfs;

const iscsi = object("io.k8s.api.core.v1.ISCSIPersistentVolumeSource", {
  targetPortal: field(1, string(), "Address of the target.", { required: true }),
  iqn: field(2, string(), "Qualified name of the target.", { required: true }),
  lun: field(3, int32(), "Number of the logical unit.", { required: true, always: true }),
  iscsiInterface: field(4, string(), "Name of the iSCSI interface.", { default: "default" }),
  fsType: field(5, string(), "File system to mount."),
  readOnly: field(6, boolean(), "Whether the mount is read-only."),
  portals: field(7, atomicList(string()), "Further addresses of the target."),
  chapAuthDiscovery: field(8, boolean(), "Whether discovery authenticates by CHAP."),
  chapAuthSession: field(11, boolean(), "Whether the session authenticates by CHAP."),
  secretRef: field(10, SecretReference, "Secret with CHAP credentials.", { pointer: true }),
  initiatorName: field(12, string(), "Name of the initiator.", { pointer: true }),
});
/** An iSCSI disk. */
export interface ISCSIPersistentVolumeSource extends TypeOf<typeof iscsi> {}
export const ISCSIPersistentVolumeSource: ObjectSchema<ISCSIPersistentVolumeSource> = iscsi;

const local = object("io.k8s.api.core.v1.LocalVolumeSource", {
  path: field(1, string(), "Path of the disk or directory on the node.", { required: true }),
  fsType: field(2, string(), "File system to mount when the path is a device.", { pointer: true }),
});
/** A disk or directory of one node. */
export interface LocalVolumeSource extends TypeOf<typeof local> {}
export const LocalVolumeSource: ObjectSchema<LocalVolumeSource> = local;

const rbd = object("io.k8s.api.core.v1.RBDPersistentVolumeSource", {
  monitors: field(1, atomicList(string()), "Addresses of Ceph monitors.", { required: true }),
  image: field(2, string(), "Name of the image.", { required: true }),
  fsType: field(3, string(), "File system to mount."),
  pool: field(4, string(), "Name of the pool.", { default: "rbd" }),
  user: field(5, string(), "Ceph user.", { default: "admin" }),
  keyring: field(6, string(), "Path of the user's keyring.", { default: "/etc/ceph/keyring" }),
  secretRef: field(7, SecretReference, "Secret with the user's key.", { pointer: true }),
  readOnly: field(8, boolean(), "Whether the mount is read-only."),
});
/** A Ceph block device; no longer supported. */
export interface RBDPersistentVolumeSource extends TypeOf<typeof rbd> {}
export const RBDPersistentVolumeSource: ObjectSchema<RBDPersistentVolumeSource> = rbd;

const scaleIO = object("io.k8s.api.core.v1.ScaleIOPersistentVolumeSource", {
  gateway: field(1, string(), "Address of the gateway.", { required: true }),
  system: field(2, string(), "Name of the storage system.", { required: true }),
  secretRef: field(3, SecretReference, "Secret with the login.", { required: true, pointer: true }),
  sslEnabled: field(4, boolean(), "Whether the gateway is spoken to by TLS."),
  protectionDomain: field(5, string(), "Name of the protection domain."),
  storagePool: field(6, string(), "Name of the storage pool."),
  storageMode: field(7, string(), "ThickProvisioned or ThinProvisioned.", { default: "ThinProvisioned" }),
  volumeName: field(8, string(), "Name of the volume."),
  fsType: field(9, string(), "File system to mount.", { default: "xfs" }),
  readOnly: field(10, boolean(), "Whether the mount is read-only."),
});
/** A ScaleIO volume; no longer supported. */
export interface ScaleIOPersistentVolumeSource extends TypeOf<typeof scaleIO> {}
export const ScaleIOPersistentVolumeSource: ObjectSchema<ScaleIOPersistentVolumeSource> = scaleIO;

const storageOS = object("io.k8s.api.core.v1.StorageOSPersistentVolumeSource", {
  volumeName: field(1, string(), "Name of the volume."),
  volumeNamespace: field(2, string(), "Namespace of the volume within StorageOS."),
  fsType: field(3, string(), "File system to mount."),
  readOnly: field(4, boolean(), "Whether the mount is read-only."),
  secretRef: field(5, ObjectReference, "Secret with the login.", { pointer: true }),
});
/** A StorageOS volume; no longer supported. */
export interface StorageOSPersistentVolumeSource extends TypeOf<typeof storageOS> {}
export const StorageOSPersistentVolumeSource: ObjectSchema<StorageOSPersistentVolumeSource> = storageOS;
