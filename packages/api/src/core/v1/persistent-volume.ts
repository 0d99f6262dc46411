// PersistentVolume: a piece of storage that a claim can be bound to.
import {
  atomicList,
  dns1123Subdomain,
  field,
  inline,
  kind,
  map,
  type ObjectOf,
  type ObjectSchema,
  object,
  objectWith,
  quantity,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { NodeSelector } from "./affinity.ts";
import { completeVolume, volumeStays } from "./persistent-volume-checks.ts";
import { persistentVolumeColumns } from "./persistent-volume-columns.ts";
import {
  AzureFilePersistentVolumeSource,
  CephFSPersistentVolumeSource,
  CinderPersistentVolumeSource,
  CSIPersistentVolumeSource,
  FlexPersistentVolumeSource,
  GlusterfsPersistentVolumeSource,
  ISCSIPersistentVolumeSource,
  LocalVolumeSource,
  RBDPersistentVolumeSource,
  ScaleIOPersistentVolumeSource,
  StorageOSPersistentVolumeSource,
} from "./persistent-volume-sources.ts";
import { ObjectReference } from "./reference.ts";
import { HostPathVolumeSource } from "./volume.ts";
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  GCEPersistentDiskVolumeSource,
  PhotonPersistentDiskVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from "./volume-cloud.ts";
import {
  FCVolumeSource,
  FlockerVolumeSource,
  NFSVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
} from "./volume-network.ts";

const old = { pointer: true, stage: "deprecated" } as const;

const persistentVolumeSource = object("io.k8s.api.core.v1.PersistentVolumeSource", {
  gcePersistentDisk: field(1, GCEPersistentDiskVolumeSource, "A Google Cloud disk.", old),
  awsElasticBlockStore: field(2, AWSElasticBlockStoreVolumeSource, "An AWS disk.", old),
  hostPath: field(3, HostPathVolumeSource, "A path of one node; for tests on one node.", { pointer: true }),
  glusterfs: field(4, GlusterfsPersistentVolumeSource, "A GlusterFS mount.", old),
  nfs: field(5, NFSVolumeSource, "An NFS mount.", { pointer: true }),
  rbd: field(6, RBDPersistentVolumeSource, "A Ceph block device.", old),
  iscsi: field(7, ISCSIPersistentVolumeSource, "An iSCSI disk.", { pointer: true }),
  cinder: field(8, CinderPersistentVolumeSource, "An OpenStack disk.", old),
  cephfs: field(9, CephFSPersistentVolumeSource, "A CephFS mount.", old),
  fc: field(10, FCVolumeSource, "A Fibre Channel disk.", { pointer: true }),
  flocker: field(11, FlockerVolumeSource, "A Flocker dataset.", old),
  flexVolume: field(12, FlexPersistentVolumeSource, "A volume of an exec-based driver.", old),
  azureFile: field(13, AzureFilePersistentVolumeSource, "An Azure file share.", old),
  vsphereVolume: field(14, VsphereVirtualDiskVolumeSource, "A vSphere disk.", old),
  quobyte: field(15, QuobyteVolumeSource, "A Quobyte mount.", old),
  azureDisk: field(16, AzureDiskVolumeSource, "An Azure disk.", old),
  photonPersistentDisk: field(17, PhotonPersistentDiskVolumeSource, "A Photon Controller disk.", old),
  portworxVolume: field(18, PortworxVolumeSource, "A Portworx volume.", old),
  scaleIO: field(19, ScaleIOPersistentVolumeSource, "A ScaleIO volume.", old),
  local: field(20, LocalVolumeSource, "A disk or directory of one node.", { pointer: true }),
  storageos: field(21, StorageOSPersistentVolumeSource, "A StorageOS volume.", old),
  csi: field(22, CSIPersistentVolumeSource, "A volume of a CSI driver.", { pointer: true }),
});
/** Where the files of a persistent volume are; exactly one is set. */
export interface PersistentVolumeSource extends TypeOf<typeof persistentVolumeSource> {}
export const PersistentVolumeSource: ObjectSchema<PersistentVolumeSource> = persistentVolumeSource;

const volumeNodeAffinity = object("io.k8s.api.core.v1.VolumeNodeAffinity", {
  required: field(1, NodeSelector, "Nodes from which the volume can be reached.", { pointer: true }),
});
/** Which nodes can reach a volume. */
export interface VolumeNodeAffinity extends TypeOf<typeof volumeNodeAffinity> {}
export const VolumeNodeAffinity: ObjectSchema<VolumeNodeAffinity> = volumeNodeAffinity;

const persistentVolumeSpec = objectWith(
  "io.k8s.api.core.v1.PersistentVolumeSpec",
  {
    capacity: field(1, map(quantity()), "What the volume offers; storage is its size."),
    accessModes: field(3, atomicList(string()), "How the volume can be mounted."),
    claimRef: field(4, ObjectReference, "Claim that the volume is bound to.", { pointer: true, map: "granular" }),
    persistentVolumeReclaimPolicy: field(
      5,
      string({ enum: ["Delete", "Recycle", "Retain"] }),
      "What happens to the volume when its claim goes.",
      { default: "Retain" },
    ),
    storageClassName: field(6, string(), "Class that the volume belongs to."),
    mountOptions: field(7, atomicList(string()), "Options for mounting."),
    volumeMode: field(
      8,
      string({ enum: ["Filesystem", "Block"] }),
      "Whether the volume is a file system or a block device.",
      { pointer: true, default: "Filesystem" },
    ),
    nodeAffinity: field(9, VolumeNodeAffinity, "Which nodes can reach the volume.", { pointer: true }),
    volumeAttributesClassName: field(10, string(), "Class of changeable attributes of the volume.", { pointer: true }),
  },
  inline(2, PersistentVolumeSource),
);
/** What a volume offers and where it is. */
export interface PersistentVolumeSpec extends TypeOf<typeof persistentVolumeSpec> {}
export const PersistentVolumeSpec: ObjectSchema<PersistentVolumeSpec> = persistentVolumeSpec.check(
  completeVolume,
  volumeStays,
);

const persistentVolumeStatus = object("io.k8s.api.core.v1.PersistentVolumeStatus", {
  phase: field(
    1,
    string({ enum: ["Pending", "Available", "Bound", "Released", "Failed"] }),
    "Pending, Available, Bound, Released or Failed.",
    { default: "Pending" },
  ),
  message: field(2, string(), "Details for people."),
  reason: field(3, string(), "One CamelCase word that says why."),
  lastPhaseTransitionTime: field(4, time(), "When the phase last changed.", { pointer: true }),
});
/** State of a volume. */
export interface PersistentVolumeStatus extends TypeOf<typeof persistentVolumeStatus> {}
export const PersistentVolumeStatus: ObjectSchema<PersistentVolumeStatus> = persistentVolumeStatus;

/** A piece of storage that a claim can be bound to. */
export const PersistentVolume = kind({
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  scope: "Cluster",
  shortNames: ["pv"],
  doc: "A piece of storage that a claim can be bound to.",
  definition: "io.k8s.api.core.v1.PersistentVolume",
  fields: {
    spec: field(2, PersistentVolumeSpec, "What the volume offers and where it is.", {
      required: true,
      undeclared: true,
      always: true,
      default: {},
    }),
    status: field(3, PersistentVolumeStatus, "State of the volume, written by its controller.", {
      always: true,
      default: {},
    }),
  },
  columns: persistentVolumeColumns,
  generation: false,
  checkName: dns1123Subdomain,
});
export interface PersistentVolume extends ObjectOf<typeof PersistentVolume> {}
