// Volumes on disks of cloud providers.
import { boolean, field, int32, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";
import { LocalObjectReference } from "./reference.ts";

const awsElasticBlockStoreVolumeSource = object("io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource", {
  volumeID: field(1, string(), "", { required: true }),
  fsType: field(2, string(), ""),
  partition: field(3, int32(), ""),
  readOnly: field(4, boolean(), ""),
});
export interface AWSElasticBlockStoreVolumeSource extends TypeOf<typeof awsElasticBlockStoreVolumeSource> {}
export const AWSElasticBlockStoreVolumeSource: ObjectSchema<AWSElasticBlockStoreVolumeSource> =
  awsElasticBlockStoreVolumeSource;

const azureDiskVolumeSource = object("io.k8s.api.core.v1.AzureDiskVolumeSource", {
  diskName: field(1, string(), "", { required: true }),
  diskURI: field(2, string(), "", { required: true }),
  cachingMode: field(3, string(), "", { pointer: true }),
  fsType: field(4, string(), "", { pointer: true }),
  readOnly: field(5, boolean(), "", { pointer: true }),
  kind: field(6, string(), "", { pointer: true }),
});
export interface AzureDiskVolumeSource extends TypeOf<typeof azureDiskVolumeSource> {}
export const AzureDiskVolumeSource: ObjectSchema<AzureDiskVolumeSource> = azureDiskVolumeSource;

const azureFileVolumeSource = object("io.k8s.api.core.v1.AzureFileVolumeSource", {
  secretName: field(1, string(), "", { required: true }),
  shareName: field(2, string(), "", { required: true }),
  readOnly: field(3, boolean(), ""),
});
export interface AzureFileVolumeSource extends TypeOf<typeof azureFileVolumeSource> {}
export const AzureFileVolumeSource: ObjectSchema<AzureFileVolumeSource> = azureFileVolumeSource;

const cinderVolumeSource = object("io.k8s.api.core.v1.CinderVolumeSource", {
  volumeID: field(1, string(), "", { required: true }),
  fsType: field(2, string(), ""),
  readOnly: field(3, boolean(), ""),
  secretRef: field(4, LocalObjectReference, "", { pointer: true }),
});
export interface CinderVolumeSource extends TypeOf<typeof cinderVolumeSource> {}
export const CinderVolumeSource: ObjectSchema<CinderVolumeSource> = cinderVolumeSource;

const gcePersistentDiskVolumeSource = object("io.k8s.api.core.v1.GCEPersistentDiskVolumeSource", {
  pdName: field(1, string(), "", { required: true }),
  fsType: field(2, string(), ""),
  partition: field(3, int32(), ""),
  readOnly: field(4, boolean(), ""),
});
export interface GCEPersistentDiskVolumeSource extends TypeOf<typeof gcePersistentDiskVolumeSource> {}
export const GCEPersistentDiskVolumeSource: ObjectSchema<GCEPersistentDiskVolumeSource> = gcePersistentDiskVolumeSource;

const photonPersistentDiskVolumeSource = object("io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource", {
  pdID: field(1, string(), "", { required: true }),
  fsType: field(2, string(), ""),
});
export interface PhotonPersistentDiskVolumeSource extends TypeOf<typeof photonPersistentDiskVolumeSource> {}
export const PhotonPersistentDiskVolumeSource: ObjectSchema<PhotonPersistentDiskVolumeSource> =
  photonPersistentDiskVolumeSource;

const vsphereVirtualDiskVolumeSource = object("io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource", {
  volumePath: field(1, string(), "", { required: true }),
  fsType: field(2, string(), ""),
  storagePolicyName: field(3, string(), ""),
  storagePolicyID: field(4, string(), ""),
});
export interface VsphereVirtualDiskVolumeSource extends TypeOf<typeof vsphereVirtualDiskVolumeSource> {}
export const VsphereVirtualDiskVolumeSource: ObjectSchema<VsphereVirtualDiskVolumeSource> =
  vsphereVirtualDiskVolumeSource;
