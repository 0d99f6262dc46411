// Volume: files that the containers of a pod can mount.
import {
  dns1123Label,
  field,
  inline,
  type ObjectSchema,
  object,
  objectWith,
  quantity,
  string,
  type TypeOf,
} from "@knots/machinery";
import { pullPolicy } from "./common.ts";
import { pullPolicyOf } from "./image-name.ts";
import { EphemeralVolumeSource, PersistentVolumeClaimVolumeSource } from "./persistent-volume-claim-spec.ts";
import { oneSource } from "./volume-checks.ts";
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

/** A volume without a source is an empty directory. */
const emptyDirWhenAlone = (volume: Readonly<Record<string, unknown>>) =>
  Object.keys(volume).every((key) => key === "name" || volume[key] === undefined) ? {} : undefined;

const emptyDirVolumeSource = object("io.k8s.api.core.v1.EmptyDirVolumeSource", {
  medium: field(1, string(), "Empty for disk; Memory for a tmpfs."),
  sizeLimit: field(2, quantity(), "Most that may be stored.", { pointer: true }),
});
/** An empty directory that goes with the pod. */
export interface EmptyDirVolumeSource extends TypeOf<typeof emptyDirVolumeSource> {}
export const EmptyDirVolumeSource: ObjectSchema<EmptyDirVolumeSource> = emptyDirVolumeSource;

const hostPathVolumeSource = object("io.k8s.api.core.v1.HostPathVolumeSource", {
  path: field(1, string(), "Path on the node.", { required: true }),
  type: field(
    2,
    string({
      enum: ["", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"],
    }),
    "What must be at the path, and whether it is made.",
    { pointer: true, default: "" },
  ),
});
/** A path of the node. */
export interface HostPathVolumeSource extends TypeOf<typeof hostPathVolumeSource> {}
export const HostPathVolumeSource: ObjectSchema<HostPathVolumeSource> = hostPathVolumeSource;

const gitRepoVolumeSource = object("io.k8s.api.core.v1.GitRepoVolumeSource", {
  repository: field(1, string(), "URL of the repository.", { required: true }),
  revision: field(2, string(), "Commit to check out."),
  directory: field(3, string(), "Directory of the checkout."),
});
/** A checkout of a repository; no longer supported. */
export interface GitRepoVolumeSource extends TypeOf<typeof gitRepoVolumeSource> {}
export const GitRepoVolumeSource: ObjectSchema<GitRepoVolumeSource> = gitRepoVolumeSource;

const imageVolumeSource = object("io.k8s.api.core.v1.ImageVolumeSource", {
  reference: field(1, string(), "Image to mount."),
  pullPolicy: field(2, pullPolicy, "When the image is pulled.", {
    default: (source: { readonly reference?: string }) => pullPolicyOf(source.reference),
  }),
});
/** The files of an OCI image or artifact. */
export interface ImageVolumeSource extends TypeOf<typeof imageVolumeSource> {}
export const ImageVolumeSource: ObjectSchema<ImageVolumeSource> = imageVolumeSource;

const volumeSource = object("io.k8s.api.core.v1.VolumeSource", {
  hostPath: field(1, HostPathVolumeSource, "A path of the node.", { pointer: true }),
  emptyDir: field(2, EmptyDirVolumeSource, "An empty directory that goes with the pod.", {
    pointer: true,
    default: emptyDirWhenAlone,
  }),
  gcePersistentDisk: field(3, GCEPersistentDiskVolumeSource, "A Google Cloud disk.", {
    pointer: true,
    stage: "deprecated",
  }),
  awsElasticBlockStore: field(4, AWSElasticBlockStoreVolumeSource, "An AWS disk.", {
    pointer: true,
    stage: "deprecated",
  }),
  gitRepo: field(5, GitRepoVolumeSource, "A checkout of a repository.", { pointer: true, stage: "deprecated" }),
  secret: field(6, SecretVolumeSource, "Files from a Secret.", { pointer: true }),
  nfs: field(7, NFSVolumeSource, "An NFS mount.", { pointer: true }),
  iscsi: field(8, ISCSIVolumeSource, "An iSCSI disk.", { pointer: true }),
  glusterfs: field(9, GlusterfsVolumeSource, "A GlusterFS mount.", { pointer: true, stage: "deprecated" }),
  persistentVolumeClaim: field(10, PersistentVolumeClaimVolumeSource, "A claim of the same namespace.", {
    pointer: true,
  }),
  rbd: field(11, RBDVolumeSource, "A Ceph block device.", { pointer: true, stage: "deprecated" }),
  flexVolume: field(12, FlexVolumeSource, "A volume of an exec-based driver.", { pointer: true, stage: "deprecated" }),
  cinder: field(13, CinderVolumeSource, "An OpenStack disk.", { pointer: true, stage: "deprecated" }),
  cephfs: field(14, CephFSVolumeSource, "A CephFS mount.", { pointer: true, stage: "deprecated" }),
  flocker: field(15, FlockerVolumeSource, "A Flocker dataset.", { pointer: true, stage: "deprecated" }),
  downwardAPI: field(16, DownwardAPIVolumeSource, "Files with facts about the pod.", { pointer: true }),
  fc: field(17, FCVolumeSource, "A Fibre Channel disk.", { pointer: true }),
  azureFile: field(18, AzureFileVolumeSource, "An Azure file share.", { pointer: true, stage: "deprecated" }),
  configMap: field(19, ConfigMapVolumeSource, "Files from a ConfigMap.", { pointer: true }),
  vsphereVolume: field(20, VsphereVirtualDiskVolumeSource, "A vSphere disk.", { pointer: true, stage: "deprecated" }),
  quobyte: field(21, QuobyteVolumeSource, "A Quobyte mount.", { pointer: true, stage: "deprecated" }),
  azureDisk: field(22, AzureDiskVolumeSource, "An Azure disk.", { pointer: true, stage: "deprecated" }),
  photonPersistentDisk: field(23, PhotonPersistentDiskVolumeSource, "A Photon Controller disk.", {
    pointer: true,
    stage: "deprecated",
  }),
  projected: field(26, ProjectedVolumeSource, "Files from several sources.", { pointer: true }),
  portworxVolume: field(24, PortworxVolumeSource, "A Portworx volume.", { pointer: true, stage: "deprecated" }),
  scaleIO: field(25, ScaleIOVolumeSource, "A ScaleIO volume.", { pointer: true, stage: "deprecated" }),
  storageos: field(27, StorageOSVolumeSource, "A StorageOS volume.", { pointer: true, stage: "deprecated" }),
  csi: field(28, CSIVolumeSource, "A volume that a CSI driver provides.", { pointer: true }),
  ephemeral: field(29, EphemeralVolumeSource, "A claim that is made with the pod.", { pointer: true }),
  image: field(30, ImageVolumeSource, "The files of an image.", { pointer: true }),
});
/** Where the files of a volume come from; exactly one is set. */
export interface VolumeSource extends TypeOf<typeof volumeSource> {}
export const VolumeSource: ObjectSchema<VolumeSource> = volumeSource;

const volume = objectWith(
  "io.k8s.api.core.v1.Volume",
  {
    name: field(1, string({ check: dns1123Label }), "Name that mounts refer to.", { required: true }),
  },
  inline(2, VolumeSource),
);
/** Files that the containers of a pod can mount. */
export interface Volume extends TypeOf<typeof volume> {}
export const Volume: ObjectSchema<Volume> = volume.check(oneSource);
