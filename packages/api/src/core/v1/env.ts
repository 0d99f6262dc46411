// Environment variables of containers and where their values come from.
import {
  boolean,
  configMapKey,
  dns1123Label,
  envVarName,
  field,
  inline,
  type ObjectSchema,
  object,
  objectWith,
  quantity,
  string,
  type TypeOf,
} from "@knots/machinery";
import { LocalObjectReference } from "./reference.ts";

const configMapKeySelector = objectWith(
  "io.k8s.api.core.v1.ConfigMapKeySelector",
  {
    key: field(2, string({ check: configMapKey }), "Key whose value is taken.", { required: true }),
    optional: field(3, boolean(), "Whether the ConfigMap or key may be missing.", { pointer: true }),
  },
  inline(1, LocalObjectReference),
  { map: "atomic" },
);
/** One key of a ConfigMap. */
export interface ConfigMapKeySelector extends TypeOf<typeof configMapKeySelector> {}
export const ConfigMapKeySelector: ObjectSchema<ConfigMapKeySelector> = configMapKeySelector;

const secretKeySelector = objectWith(
  "io.k8s.api.core.v1.SecretKeySelector",
  {
    key: field(2, string({ check: configMapKey }), "Key whose value is taken.", { required: true }),
    optional: field(3, boolean(), "Whether the Secret or key may be missing.", { pointer: true }),
  },
  inline(1, LocalObjectReference),
  { map: "atomic" },
);
/** One key of a Secret. */
export interface SecretKeySelector extends TypeOf<typeof secretKeySelector> {}
export const SecretKeySelector: ObjectSchema<SecretKeySelector> = secretKeySelector;

const objectFieldSelector = object(
  "io.k8s.api.core.v1.ObjectFieldSelector",
  {
    apiVersion: field(1, string(), "Version in which the path is written.", { default: "v1" }),
    fieldPath: field(2, string(), "Path of the field, such as metadata.name.", { required: true }),
  },
  { map: "atomic" },
);
/** One field of the pod itself. */
export interface ObjectFieldSelector extends TypeOf<typeof objectFieldSelector> {}
export const ObjectFieldSelector: ObjectSchema<ObjectFieldSelector> = objectFieldSelector;

const resourceFieldSelector = object(
  "io.k8s.api.core.v1.ResourceFieldSelector",
  {
    containerName: field(1, string(), "Name of the container; needed for volumes."),
    resource: field(2, string(), "Which resource, such as limits.cpu.", { required: true }),
    divisor: field(3, quantity(), "Unit in which the amount is given.", { default: "0" }),
  },
  { map: "atomic" },
);
/** A resource request or limit of a container. */
export interface ResourceFieldSelector extends TypeOf<typeof resourceFieldSelector> {}
export const ResourceFieldSelector: ObjectSchema<ResourceFieldSelector> = resourceFieldSelector;

const fileKeySelector = object(
  "io.k8s.api.core.v1.FileKeySelector",
  {
    volumeName: field(1, string({ check: dns1123Label }), "Volume that holds the file.", { required: true }),
    path: field(2, string(), "Path of the file in the volume.", { required: true }),
    key: field(3, string(), "Name of the variable in the file.", { required: true }),
    optional: field(4, boolean(), "Whether file or variable may be missing.", { pointer: true }),
  },
  { map: "atomic" },
);
/** A variable in a file that a container wrote. */
export interface FileKeySelector extends TypeOf<typeof fileKeySelector> {}
export const FileKeySelector: ObjectSchema<FileKeySelector> = fileKeySelector;

const envVarSource = object("io.k8s.api.core.v1.EnvVarSource", {
  fieldRef: field(1, ObjectFieldSelector, "A field of the pod.", { pointer: true }),
  resourceFieldRef: field(2, ResourceFieldSelector, "A resource of the container.", { pointer: true }),
  configMapKeyRef: field(3, ConfigMapKeySelector, "A key of a ConfigMap.", { pointer: true }),
  secretKeyRef: field(4, SecretKeySelector, "A key of a Secret.", { pointer: true }),
  fileKeyRef: field(5, FileKeySelector, "A variable in a file.", { pointer: true }),
});
/** Where the value of a variable comes from; exactly one is set. */
export interface EnvVarSource extends TypeOf<typeof envVarSource> {}
export const EnvVarSource: ObjectSchema<EnvVarSource> = envVarSource;

const envVar = object("io.k8s.api.core.v1.EnvVar", {
  name: field(1, string({ check: envVarName }), "Name of the variable.", { required: true }),
  value: field(2, string(), "Value; $(NAME) is replaced by earlier variables."),
  valueFrom: field(3, EnvVarSource, "Where the value comes from, if not given.", { pointer: true }),
});
/** An environment variable. */
export interface EnvVar extends TypeOf<typeof envVar> {}
export const EnvVar: ObjectSchema<EnvVar> = envVar;

const configMapEnvSource = objectWith(
  "io.k8s.api.core.v1.ConfigMapEnvSource",
  {
    optional: field(2, boolean(), "Whether the ConfigMap may be missing.", { pointer: true }),
  },
  inline(1, LocalObjectReference),
);
/** All keys of a ConfigMap. */
export interface ConfigMapEnvSource extends TypeOf<typeof configMapEnvSource> {}
export const ConfigMapEnvSource: ObjectSchema<ConfigMapEnvSource> = configMapEnvSource;

const secretEnvSource = objectWith(
  "io.k8s.api.core.v1.SecretEnvSource",
  {
    optional: field(2, boolean(), "Whether the Secret may be missing.", { pointer: true }),
  },
  inline(1, LocalObjectReference),
);
/** All keys of a Secret. */
export interface SecretEnvSource extends TypeOf<typeof secretEnvSource> {}
export const SecretEnvSource: ObjectSchema<SecretEnvSource> = secretEnvSource;

const envFromSource = object("io.k8s.api.core.v1.EnvFromSource", {
  prefix: field(1, string(), "Text before every name."),
  configMapRef: field(2, ConfigMapEnvSource, "ConfigMap whose keys become variables.", { pointer: true }),
  secretRef: field(3, SecretEnvSource, "Secret whose keys become variables.", { pointer: true }),
});
/** Many variables at once. */
export interface EnvFromSource extends TypeOf<typeof envFromSource> {}
export const EnvFromSource: ObjectSchema<EnvFromSource> = envFromSource;
