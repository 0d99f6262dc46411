// Volumes whose files come from objects of the API.
import {
  atomicList,
  boolean,
  configMapKey,
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
import { lifetime } from "../../authentication/v1/lifetime.ts";
import { DEFAULT_FILE_MODE, fileMode } from "./common.ts";
import { ObjectFieldSelector, ResourceFieldSelector } from "./env.ts";
import { LocalObjectReference } from "./reference.ts";

const keyToPath = object("io.k8s.api.core.v1.KeyToPath", {
  key: field(1, string({ check: configMapKey }), "Key to put.", { required: true }),
  path: field(2, string(), 'Path below the mount; relative, without "..".', { required: true }),
  mode: field(3, fileMode, "Permission bits of the file.", { pointer: true }),
});
/** Puts one key at a path. */
export interface KeyToPath extends TypeOf<typeof keyToPath> {}
export const KeyToPath: ObjectSchema<KeyToPath> = keyToPath;

const configMapVolumeSource = objectWith(
  "io.k8s.api.core.v1.ConfigMapVolumeSource",
  {
    items: field(2, atomicList(KeyToPath), "Keys and their paths; all keys when absent."),
    defaultMode: field(3, fileMode, "Permission bits of files without their own.", {
      pointer: true,
      default: DEFAULT_FILE_MODE,
    }),
    optional: field(4, boolean(), "Whether the ConfigMap or keys may be missing.", { pointer: true }),
  },
  inline(1, LocalObjectReference),
);
/** Files from a ConfigMap. */
export interface ConfigMapVolumeSource extends TypeOf<typeof configMapVolumeSource> {}
export const ConfigMapVolumeSource: ObjectSchema<ConfigMapVolumeSource> = configMapVolumeSource;

const secretVolumeSource = object("io.k8s.api.core.v1.SecretVolumeSource", {
  secretName: field(1, string(), "Name of the Secret."),
  items: field(2, atomicList(KeyToPath), "Keys and their paths; all keys when absent."),
  defaultMode: field(3, fileMode, "Permission bits of files without their own.", {
    pointer: true,
    default: DEFAULT_FILE_MODE,
  }),
  optional: field(4, boolean(), "Whether the Secret or keys may be missing.", { pointer: true }),
});
/** Files from a Secret, kept in memory. */
export interface SecretVolumeSource extends TypeOf<typeof secretVolumeSource> {}
export const SecretVolumeSource: ObjectSchema<SecretVolumeSource> = secretVolumeSource;

const downwardAPIVolumeFile = object("io.k8s.api.core.v1.DownwardAPIVolumeFile", {
  path: field(1, string(), 'Path below the mount; relative, without "..".', { required: true }),
  fieldRef: field(2, ObjectFieldSelector, "A field of the pod.", { pointer: true }),
  resourceFieldRef: field(3, ResourceFieldSelector, "A resource of a container.", { pointer: true }),
  mode: field(4, fileMode, "Permission bits of the file.", { pointer: true }),
});
/** A file with a fact about the pod. */
export interface DownwardAPIVolumeFile extends TypeOf<typeof downwardAPIVolumeFile> {}
export const DownwardAPIVolumeFile: ObjectSchema<DownwardAPIVolumeFile> = downwardAPIVolumeFile;

const downwardAPIVolumeSource = object("io.k8s.api.core.v1.DownwardAPIVolumeSource", {
  items: field(1, atomicList(DownwardAPIVolumeFile), "The files."),
  defaultMode: field(2, fileMode, "Permission bits of files without their own.", {
    pointer: true,
    default: DEFAULT_FILE_MODE,
  }),
});
/** Files with facts about the pod. */
export interface DownwardAPIVolumeSource extends TypeOf<typeof downwardAPIVolumeSource> {}
export const DownwardAPIVolumeSource: ObjectSchema<DownwardAPIVolumeSource> = downwardAPIVolumeSource;

const configMapProjection = objectWith(
  "io.k8s.api.core.v1.ConfigMapProjection",
  {
    items: field(2, atomicList(KeyToPath), "Keys and their paths; all keys when absent."),
    optional: field(4, boolean(), "Whether the ConfigMap or keys may be missing.", { pointer: true }),
  },
  inline(1, LocalObjectReference),
);
/** Files from a ConfigMap in a projected volume. */
export interface ConfigMapProjection extends TypeOf<typeof configMapProjection> {}
export const ConfigMapProjection: ObjectSchema<ConfigMapProjection> = configMapProjection;

const secretProjection = objectWith(
  "io.k8s.api.core.v1.SecretProjection",
  {
    items: field(2, atomicList(KeyToPath), "Keys and their paths; all keys when absent."),
    optional: field(4, boolean(), "Whether the Secret or keys may be missing.", { pointer: true }),
  },
  inline(1, LocalObjectReference),
);
/** Files from a Secret in a projected volume. */
export interface SecretProjection extends TypeOf<typeof secretProjection> {}
export const SecretProjection: ObjectSchema<SecretProjection> = secretProjection;

const downwardAPIProjection = object("io.k8s.api.core.v1.DownwardAPIProjection", {
  items: field(1, atomicList(DownwardAPIVolumeFile), "The files."),
});
/** Files with facts about the pod in a projected volume. */
export interface DownwardAPIProjection extends TypeOf<typeof downwardAPIProjection> {}
export const DownwardAPIProjection: ObjectSchema<DownwardAPIProjection> = downwardAPIProjection;

const serviceAccountTokenProjection = object("io.k8s.api.core.v1.ServiceAccountTokenProjection", {
  audience: field(1, string(), "Who the token is for; the API server when empty."),
  expirationSeconds: field(2, int64(), "Wanted lifetime, at least ten minutes.", {
    pointer: true,
    default: 3600,
  }),
  path: field(3, string(), "Path of the file below the mount.", { required: true }),
});
/** A token of the pod's service account, renewed in time. */
export interface ServiceAccountTokenProjection extends TypeOf<typeof serviceAccountTokenProjection> {}
export const ServiceAccountTokenProjection: ObjectSchema<ServiceAccountTokenProjection> =
  serviceAccountTokenProjection.check(lifetime);

const clusterTrustBundleProjection = object("io.k8s.api.core.v1.ClusterTrustBundleProjection", {
  name: field(1, string(), "One bundle by name.", { pointer: true }),
  signerName: field(2, string(), "All bundles of this signer.", { pointer: true }),
  labelSelector: field(3, LabelSelector, "Labels of the signer's bundles.", { pointer: true }),
  optional: field(5, boolean(), "Whether the bundles may be missing.", { pointer: true }),
  path: field(4, string(), "Path of the file below the mount.", { required: true }),
});
/** Trusted certificates from cluster trust bundles. */
export interface ClusterTrustBundleProjection extends TypeOf<typeof clusterTrustBundleProjection> {}
export const ClusterTrustBundleProjection: ObjectSchema<ClusterTrustBundleProjection> = clusterTrustBundleProjection;

const podCertificateProjection = object("io.k8s.api.core.v1.PodCertificateProjection", {
  signerName: field(1, string(), "Signer that the request is sent to.", { required: true }),
  keyType: field(2, string(), "Type of the key that is made.", { required: true }),
  maxExpirationSeconds: field(3, int32({ min: 3600, max: 7862400 }), "Longest lifetime of the certificate.", {
    pointer: true,
  }),
  credentialBundlePath: field(4, string(), "File for key and certificates together."),
  keyPath: field(5, string(), "File for the key."),
  certificateChainPath: field(6, string(), "File for the certificates."),
  userAnnotations: field(7, map(string()), "Keys and values handed to the signer."),
});
/** A private key with a certificate, renewed in time. */
export interface PodCertificateProjection extends TypeOf<typeof podCertificateProjection> {}
export const PodCertificateProjection: ObjectSchema<PodCertificateProjection> = podCertificateProjection;

const volumeProjection = object("io.k8s.api.core.v1.VolumeProjection", {
  secret: field(1, SecretProjection, "Files from a Secret.", { pointer: true }),
  downwardAPI: field(2, DownwardAPIProjection, "Files with facts about the pod.", { pointer: true }),
  configMap: field(3, ConfigMapProjection, "Files from a ConfigMap.", { pointer: true }),
  serviceAccountToken: field(4, ServiceAccountTokenProjection, "A token of the pod's service account.", {
    pointer: true,
  }),
  clusterTrustBundle: field(5, ClusterTrustBundleProjection, "Trusted certificates.", { pointer: true }),
  podCertificate: field(6, PodCertificateProjection, "A private key with a certificate.", { pointer: true }),
});
/** One source of a projected volume; exactly one is set. */
export interface VolumeProjection extends TypeOf<typeof volumeProjection> {}
export const VolumeProjection: ObjectSchema<VolumeProjection> = volumeProjection;

const projectedVolumeSource = object("io.k8s.api.core.v1.ProjectedVolumeSource", {
  sources: field(1, atomicList(VolumeProjection), "The sources."),
  defaultMode: field(2, fileMode, "Permission bits of files without their own.", {
    pointer: true,
    default: DEFAULT_FILE_MODE,
  }),
});
/** Files from several sources in one volume. */
export interface ProjectedVolumeSource extends TypeOf<typeof projectedVolumeSource> {}
export const ProjectedVolumeSource: ObjectSchema<ProjectedVolumeSource> = projectedVolumeSource;
