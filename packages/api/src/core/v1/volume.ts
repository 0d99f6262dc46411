// Volume: files that the containers of a pod can mount.
import { field, inline, type ObjectSchema, object, objectWith, quantity, string, type TypeOf } from "@knots/machinery";
import { EphemeralVolumeSource, PersistentVolumeClaimVolumeSource } from "./persistent-volume-claim-spec.ts";
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFileVolumeSource,
  CinderVolumeSource,
  GCEPersistentDiskVolumeSource,
  PhotonPersistentDiskVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from "./volume-cloud.ts";
import {
  ConfigMapVolumeSource,
  DownwardAPIVolumeSource,
  ProjectedVolumeSource,
  SecretVolumeSource,
} from "./volume-files.ts";
import {
  CephFSVolumeSource,
  CSIVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GlusterfsVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
  StorageOSVolumeSource,
} from "./volume-network.ts";

const emptyDirVolumeSource = object("io.k8s.api.core.v1.EmptyDirVolumeSource", {
  medium: field(1, string(), ""),
  sizeLimit: field(2, quantity(), "", { pointer: true }),
});
export interface EmptyDirVolumeSource extends TypeOf<typeof emptyDirVolumeSource> {}
export const EmptyDirVolumeSource: ObjectSchema<EmptyDirVolumeSource> = emptyDirVolumeSource;

const hostPathVolumeSource = object("io.k8s.api.core.v1.HostPathVolumeSource", {
  path: field(1, string(), "", { required: true }),
  type: field(2, string(), "", { pointer: true }),
});
export interface HostPathVolumeSource extends TypeOf<typeof hostPathVolumeSource> {}
export const HostPathVolumeSource: ObjectSchema<HostPathVolumeSource> = hostPathVolumeSource;

const gitRepoVolumeSource = object("io.k8s.api.core.v1.GitRepoVolumeSource", {
  repository: field(1, string(), "", { required: true }),
  revision: field(2, string(), ""),
  directory: field(3, string(), ""),
});
export interface GitRepoVolumeSource extends TypeOf<typeof gitRepoVolumeSource> {}
export const GitRepoVolumeSource: ObjectSchema<GitRepoVolumeSource> = gitRepoVolumeSource;

const imageVolumeSource = object("io.k8s.api.core.v1.ImageVolumeSource", {
  reference: field(1, string(), ""),
  pullPolicy: field(2, string(), ""),
});
export interface ImageVolumeSource extends TypeOf<typeof imageVolumeSource> {}
export const ImageVolumeSource: ObjectSchema<ImageVolumeSource> = imageVolumeSource;

const volumeSource = object("io.k8s.api.core.v1.VolumeSource", {
  hostPath: field(1, HostPathVolumeSource, "", { pointer: true }),
  emptyDir: field(2, EmptyDirVolumeSource, "", { pointer: true }),
  gcePersistentDisk: field(3, GCEPersistentDiskVolumeSource, "", { pointer: true }),
  awsElasticBlockStore: field(4, AWSElasticBlockStoreVolumeSource, "", { pointer: true }),
  gitRepo: field(5, GitRepoVolumeSource, "", { pointer: true }),
  secret: field(6, SecretVolumeSource, "", { pointer: true }),
  nfs: field(7, NFSVolumeSource, "", { pointer: true }),
  iscsi: field(8, ISCSIVolumeSource, "", { pointer: true }),
  glusterfs: field(9, GlusterfsVolumeSource, "", { pointer: true }),
  persistentVolumeClaim: field(10, PersistentVolumeClaimVolumeSource, "", { pointer: true }),
  rbd: field(11, RBDVolumeSource, "", { pointer: true }),
  flexVolume: field(12, FlexVolumeSource, "", { pointer: true }),
  cinder: field(13, CinderVolumeSource, "", { pointer: true }),
  cephfs: field(14, CephFSVolumeSource, "", { pointer: true }),
  flocker: field(15, FlockerVolumeSource, "", { pointer: true }),
  downwardAPI: field(16, DownwardAPIVolumeSource, "", { pointer: true }),
  fc: field(17, FCVolumeSource, "", { pointer: true }),
  azureFile: field(18, AzureFileVolumeSource, "", { pointer: true }),
  configMap: field(19, ConfigMapVolumeSource, "", { pointer: true }),
  vsphereVolume: field(20, VsphereVirtualDiskVolumeSource, "", { pointer: true }),
  quobyte: field(21, QuobyteVolumeSource, "", { pointer: true }),
  azureDisk: field(22, AzureDiskVolumeSource, "", { pointer: true }),
  photonPersistentDisk: field(23, PhotonPersistentDiskVolumeSource, "", { pointer: true }),
  portworxVolume: field(24, PortworxVolumeSource, "", { pointer: true }),
  scaleIO: field(25, ScaleIOVolumeSource, "", { pointer: true }),
  projected: field(26, ProjectedVolumeSource, "", { pointer: true }),
  storageos: field(27, StorageOSVolumeSource, "", { pointer: true }),
  csi: field(28, CSIVolumeSource, "", { pointer: true }),
  ephemeral: field(29, EphemeralVolumeSource, "", { pointer: true }),
  image: field(30, ImageVolumeSource, "", { pointer: true }),
});
export interface VolumeSource extends TypeOf<typeof volumeSource> {}
export const VolumeSource: ObjectSchema<VolumeSource> = volumeSource;

const volume = objectWith(
  "io.k8s.api.core.v1.Volume",
  {
    name: field(1, string(), "", { required: true }),
  },
  inline(2, VolumeSource),
);
export interface Volume extends TypeOf<typeof volume> {}
export const Volume: ObjectSchema<Volume> = volume;
