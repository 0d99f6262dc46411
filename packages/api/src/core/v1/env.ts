// Environment variables of containers and where their values come from.
import {
  boolean,
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
    key: field(2, string(), "", { required: true }),
    optional: field(3, boolean(), "", { pointer: true }),
  },
  inline(1, LocalObjectReference),
  { map: "atomic" },
);
export interface ConfigMapKeySelector extends TypeOf<typeof configMapKeySelector> {}
export const ConfigMapKeySelector: ObjectSchema<ConfigMapKeySelector> = configMapKeySelector;

const secretKeySelector = objectWith(
  "io.k8s.api.core.v1.SecretKeySelector",
  {
    key: field(2, string(), "", { required: true }),
    optional: field(3, boolean(), "", { pointer: true }),
  },
  inline(1, LocalObjectReference),
  { map: "atomic" },
);
export interface SecretKeySelector extends TypeOf<typeof secretKeySelector> {}
export const SecretKeySelector: ObjectSchema<SecretKeySelector> = secretKeySelector;

const objectFieldSelector = object(
  "io.k8s.api.core.v1.ObjectFieldSelector",
  {
    apiVersion: field(1, string(), ""),
    fieldPath: field(2, string(), "", { required: true }),
  },
  { map: "atomic" },
);
export interface ObjectFieldSelector extends TypeOf<typeof objectFieldSelector> {}
export const ObjectFieldSelector: ObjectSchema<ObjectFieldSelector> = objectFieldSelector;

const resourceFieldSelector = object(
  "io.k8s.api.core.v1.ResourceFieldSelector",
  {
    containerName: field(1, string(), ""),
    resource: field(2, string(), "", { required: true }),
    divisor: field(3, quantity(), ""),
  },
  { map: "atomic" },
);
export interface ResourceFieldSelector extends TypeOf<typeof resourceFieldSelector> {}
export const ResourceFieldSelector: ObjectSchema<ResourceFieldSelector> = resourceFieldSelector;

const fileKeySelector = object(
  "io.k8s.api.core.v1.FileKeySelector",
  {
    volumeName: field(1, string(), "", { required: true }),
    path: field(2, string(), "", { required: true }),
    key: field(3, string(), "", { required: true }),
    optional: field(4, boolean(), "", { pointer: true }),
  },
  { map: "atomic" },
);
export interface FileKeySelector extends TypeOf<typeof fileKeySelector> {}
export const FileKeySelector: ObjectSchema<FileKeySelector> = fileKeySelector;

const envVarSource = object("io.k8s.api.core.v1.EnvVarSource", {
  fieldRef: field(1, ObjectFieldSelector, "", { pointer: true }),
  resourceFieldRef: field(2, ResourceFieldSelector, "", { pointer: true }),
  configMapKeyRef: field(3, ConfigMapKeySelector, "", { pointer: true }),
  secretKeyRef: field(4, SecretKeySelector, "", { pointer: true }),
  fileKeyRef: field(5, FileKeySelector, "", { pointer: true }),
});
export interface EnvVarSource extends TypeOf<typeof envVarSource> {}
export const EnvVarSource: ObjectSchema<EnvVarSource> = envVarSource;

const envVar = object("io.k8s.api.core.v1.EnvVar", {
  name: field(1, string(), "", { required: true }),
  value: field(2, string(), ""),
  valueFrom: field(3, EnvVarSource, "", { pointer: true }),
});
export interface EnvVar extends TypeOf<typeof envVar> {}
export const EnvVar: ObjectSchema<EnvVar> = envVar;

const configMapEnvSource = objectWith(
  "io.k8s.api.core.v1.ConfigMapEnvSource",
  {
    optional: field(2, boolean(), "", { pointer: true }),
  },
  inline(1, LocalObjectReference),
);
export interface ConfigMapEnvSource extends TypeOf<typeof configMapEnvSource> {}
export const ConfigMapEnvSource: ObjectSchema<ConfigMapEnvSource> = configMapEnvSource;

const secretEnvSource = objectWith(
  "io.k8s.api.core.v1.SecretEnvSource",
  {
    optional: field(2, boolean(), "", { pointer: true }),
  },
  inline(1, LocalObjectReference),
);
export interface SecretEnvSource extends TypeOf<typeof secretEnvSource> {}
export const SecretEnvSource: ObjectSchema<SecretEnvSource> = secretEnvSource;

const envFromSource = object("io.k8s.api.core.v1.EnvFromSource", {
  prefix: field(1, string(), ""),
  configMapRef: field(2, ConfigMapEnvSource, "", { pointer: true }),
  secretRef: field(3, SecretEnvSource, "", { pointer: true }),
});
export interface EnvFromSource extends TypeOf<typeof envFromSource> {}
export const EnvFromSource: ObjectSchema<EnvFromSource> = envFromSource;
