// Volumes whose files come from objects of the API.
import {
  atomicList,
  boolean,
  field,
  inline,
  int32,
  int64,
  LabelSelector,
  map,
  type ObjectSchema,
  object,
  objectWith,
  string,
  type TypeOf,
} from "@knots/machinery";
import { ObjectFieldSelector, ResourceFieldSelector } from "./env.ts";
import { LocalObjectReference } from "./reference.ts";

const keyToPath = object("io.k8s.api.core.v1.KeyToPath", {
  key: field(1, string(), "", { required: true }),
  path: field(2, string(), "", { required: true }),
  mode: field(3, int32(), "", { pointer: true }),
});
export interface KeyToPath extends TypeOf<typeof keyToPath> {}
export const KeyToPath: ObjectSchema<KeyToPath> = keyToPath;

const configMapVolumeSource = objectWith(
  "io.k8s.api.core.v1.ConfigMapVolumeSource",
  {
    items: field(2, atomicList(KeyToPath), ""),
    defaultMode: field(3, int32(), "", { pointer: true }),
    optional: field(4, boolean(), "", { pointer: true }),
  },
  inline(1, LocalObjectReference),
);
export interface ConfigMapVolumeSource extends TypeOf<typeof configMapVolumeSource> {}
export const ConfigMapVolumeSource: ObjectSchema<ConfigMapVolumeSource> = configMapVolumeSource;

const secretVolumeSource = object("io.k8s.api.core.v1.SecretVolumeSource", {
  secretName: field(1, string(), ""),
  items: field(2, atomicList(KeyToPath), ""),
  defaultMode: field(3, int32(), "", { pointer: true }),
  optional: field(4, boolean(), "", { pointer: true }),
});
export interface SecretVolumeSource extends TypeOf<typeof secretVolumeSource> {}
export const SecretVolumeSource: ObjectSchema<SecretVolumeSource> = secretVolumeSource;

const downwardAPIVolumeFile = object("io.k8s.api.core.v1.DownwardAPIVolumeFile", {
  path: field(1, string(), "", { required: true }),
  fieldRef: field(2, ObjectFieldSelector, "", { pointer: true }),
  resourceFieldRef: field(3, ResourceFieldSelector, "", { pointer: true }),
  mode: field(4, int32(), "", { pointer: true }),
});
export interface DownwardAPIVolumeFile extends TypeOf<typeof downwardAPIVolumeFile> {}
export const DownwardAPIVolumeFile: ObjectSchema<DownwardAPIVolumeFile> = downwardAPIVolumeFile;

const downwardAPIVolumeSource = object("io.k8s.api.core.v1.DownwardAPIVolumeSource", {
  items: field(1, atomicList(DownwardAPIVolumeFile), ""),
  defaultMode: field(2, int32(), "", { pointer: true }),
});
export interface DownwardAPIVolumeSource extends TypeOf<typeof downwardAPIVolumeSource> {}
export const DownwardAPIVolumeSource: ObjectSchema<DownwardAPIVolumeSource> = downwardAPIVolumeSource;

const configMapProjection = objectWith(
  "io.k8s.api.core.v1.ConfigMapProjection",
  {
    items: field(2, atomicList(KeyToPath), ""),
    optional: field(4, boolean(), "", { pointer: true }),
  },
  inline(1, LocalObjectReference),
);
export interface ConfigMapProjection extends TypeOf<typeof configMapProjection> {}
export const ConfigMapProjection: ObjectSchema<ConfigMapProjection> = configMapProjection;

const secretProjection = objectWith(
  "io.k8s.api.core.v1.SecretProjection",
  {
    items: field(2, atomicList(KeyToPath), ""),
    optional: field(4, boolean(), "", { pointer: true }),
  },
  inline(1, LocalObjectReference),
);
export interface SecretProjection extends TypeOf<typeof secretProjection> {}
export const SecretProjection: ObjectSchema<SecretProjection> = secretProjection;

const downwardAPIProjection = object("io.k8s.api.core.v1.DownwardAPIProjection", {
  items: field(1, atomicList(DownwardAPIVolumeFile), ""),
});
export interface DownwardAPIProjection extends TypeOf<typeof downwardAPIProjection> {}
export const DownwardAPIProjection: ObjectSchema<DownwardAPIProjection> = downwardAPIProjection;

const serviceAccountTokenProjection = object("io.k8s.api.core.v1.ServiceAccountTokenProjection", {
  audience: field(1, string(), ""),
  expirationSeconds: field(2, int64(), "", { pointer: true }),
  path: field(3, string(), "", { required: true }),
});
export interface ServiceAccountTokenProjection extends TypeOf<typeof serviceAccountTokenProjection> {}
export const ServiceAccountTokenProjection: ObjectSchema<ServiceAccountTokenProjection> = serviceAccountTokenProjection;

const clusterTrustBundleProjection = object("io.k8s.api.core.v1.ClusterTrustBundleProjection", {
  name: field(1, string(), "", { pointer: true }),
  signerName: field(2, string(), "", { pointer: true }),
  labelSelector: field(3, LabelSelector, "", { pointer: true }),
  path: field(4, string(), "", { required: true }),
  optional: field(5, boolean(), "", { pointer: true }),
});
export interface ClusterTrustBundleProjection extends TypeOf<typeof clusterTrustBundleProjection> {}
export const ClusterTrustBundleProjection: ObjectSchema<ClusterTrustBundleProjection> = clusterTrustBundleProjection;

const podCertificateProjection = object("io.k8s.api.core.v1.PodCertificateProjection", {
  signerName: field(1, string(), "", { required: true }),
  keyType: field(2, string(), "", { required: true }),
  maxExpirationSeconds: field(3, int32(), "", { pointer: true }),
  credentialBundlePath: field(4, string(), ""),
  keyPath: field(5, string(), ""),
  certificateChainPath: field(6, string(), ""),
  userAnnotations: field(7, map(string()), ""),
});
export interface PodCertificateProjection extends TypeOf<typeof podCertificateProjection> {}
export const PodCertificateProjection: ObjectSchema<PodCertificateProjection> = podCertificateProjection;

const volumeProjection = object("io.k8s.api.core.v1.VolumeProjection", {
  secret: field(1, SecretProjection, "", { pointer: true }),
  downwardAPI: field(2, DownwardAPIProjection, "", { pointer: true }),
  configMap: field(3, ConfigMapProjection, "", { pointer: true }),
  serviceAccountToken: field(4, ServiceAccountTokenProjection, "", { pointer: true }),
  clusterTrustBundle: field(5, ClusterTrustBundleProjection, "", { pointer: true }),
  podCertificate: field(6, PodCertificateProjection, "", { pointer: true }),
});
export interface VolumeProjection extends TypeOf<typeof volumeProjection> {}
export const VolumeProjection: ObjectSchema<VolumeProjection> = volumeProjection;

const projectedVolumeSource = object("io.k8s.api.core.v1.ProjectedVolumeSource", {
  sources: field(1, atomicList(VolumeProjection), ""),
  defaultMode: field(2, int32(), "", { pointer: true }),
});
export interface ProjectedVolumeSource extends TypeOf<typeof projectedVolumeSource> {}
export const ProjectedVolumeSource: ObjectSchema<ProjectedVolumeSource> = projectedVolumeSource;
