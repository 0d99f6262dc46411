// Volumes on disks of cloud providers.
import { boolean, field, int32, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";
import { LocalObjectReference } from "./reference.ts";

const awsElasticBlockStoreVolumeSource = object("io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource", {
  volumeID: field(1, string(), "Identifier of the disk.", { required: true }),
  fsType: field(2, string(), "File system to mount."),
  partition: field(3, int32(), "Partition to mount."),
  readOnly: field(4, boolean(), "Whether the mount is read-only."),
});
/** An AWS disk. */
export interface AWSElasticBlockStoreVolumeSource extends TypeOf<typeof awsElasticBlockStoreVolumeSource> {}
export const AWSElasticBlockStoreVolumeSource: ObjectSchema<AWSElasticBlockStoreVolumeSource> =
  awsElasticBlockStoreVolumeSource;

const azureDiskVolumeSource = object("io.k8s.api.core.v1.AzureDiskVolumeSource", {
  diskName: field(1, string(), "Name of the disk.", { required: true }),
  diskURI: field(2, string(), "URI of the disk.", { required: true }),
  cachingMode: field(3, string({ enum: ["None", "ReadOnly", "ReadWrite"] }), "How the host caches.", {
    pointer: true,
    default: "ReadWrite",
  }),
  fsType: field(4, string(), "File system to mount.", { pointer: true, default: "ext4" }),
  readOnly: field(5, boolean(), "Whether the mount is read-only.", { pointer: true, default: false }),
  kind: field(6, string({ enum: ["Shared", "Dedicated", "Managed"] }), "Shared, Dedicated or Managed.", {
    pointer: true,
    default: "Shared",
  }),
});
/** An Azure disk. */
export interface AzureDiskVolumeSource extends TypeOf<typeof azureDiskVolumeSource> {}
export const AzureDiskVolumeSource: ObjectSchema<AzureDiskVolumeSource> = azureDiskVolumeSource;

const azureFileVolumeSource = object("io.k8s.api.core.v1.AzureFileVolumeSource", {
  secretName: field(1, string(), "Secret with the account's key.", { required: true }),
  shareName: field(2, string(), "Name of the share.", { required: true }),
  readOnly: field(3, boolean(), "Whether the mount is read-only."),
});
/** An Azure file share. */
export interface AzureFileVolumeSource extends TypeOf<typeof azureFileVolumeSource> {}
export const AzureFileVolumeSource: ObjectSchema<AzureFileVolumeSource> = azureFileVolumeSource;

const cinderVolumeSource = object("io.k8s.api.core.v1.CinderVolumeSource", {
  volumeID: field(1, string(), "Identifier of the disk.", { required: true }),
  fsType: field(2, string(), "File system to mount."),
  readOnly: field(3, boolean(), "Whether the mount is read-only."),
  secretRef: field(4, LocalObjectReference, "Secret with the login.", { pointer: true }),
});
/** An OpenStack disk. */
export interface CinderVolumeSource extends TypeOf<typeof cinderVolumeSource> {}
export const CinderVolumeSource: ObjectSchema<CinderVolumeSource> = cinderVolumeSource;

const gcePersistentDiskVolumeSource = object("io.k8s.api.core.v1.GCEPersistentDiskVolumeSource", {
  pdName: field(1, string(), "Name of the disk.", { required: true }),
  fsType: field(2, string(), "File system to mount."),
  partition: field(3, int32(), "Partition to mount."),
  readOnly: field(4, boolean(), "Whether the mount is read-only."),
});
/** A Google Cloud disk. */
export interface GCEPersistentDiskVolumeSource extends TypeOf<typeof gcePersistentDiskVolumeSource> {}
export const GCEPersistentDiskVolumeSource: ObjectSchema<GCEPersistentDiskVolumeSource> = gcePersistentDiskVolumeSource;

const photonPersistentDiskVolumeSource = object("io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource", {
  pdID: field(1, string(), "Identifier of the disk.", { required: true }),
  fsType: field(2, string(), "File system to mount."),
});
/** A Photon Controller disk; no longer supported. */
export interface PhotonPersistentDiskVolumeSource extends TypeOf<typeof photonPersistentDiskVolumeSource> {}
export const PhotonPersistentDiskVolumeSource: ObjectSchema<PhotonPersistentDiskVolumeSource> =
  photonPersistentDiskVolumeSource;

const vsphereVirtualDiskVolumeSource = object("io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource", {
  volumePath: field(1, string(), "Path of the disk.", { required: true }),
  fsType: field(2, string(), "File system to mount."),
  storagePolicyName: field(3, string(), "Name of the storage policy."),
  storagePolicyID: field(4, string(), "Identifier of the storage policy."),
});
/** A vSphere disk. */
export interface VsphereVirtualDiskVolumeSource extends TypeOf<typeof vsphereVirtualDiskVolumeSource> {}
export const VsphereVirtualDiskVolumeSource: ObjectSchema<VsphereVirtualDiskVolumeSource> =
  vsphereVirtualDiskVolumeSource;
