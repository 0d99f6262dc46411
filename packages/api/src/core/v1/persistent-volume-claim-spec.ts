// What a claim asks of storage, and claims that live as long as a pod.
import {
  atomicList,
  boolean,
  field,
  LabelSelector,
  ObjectMeta,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { TypedLocalObjectReference, TypedObjectReference } from "./reference.ts";
import { VolumeResourceRequirements } from "./resources.ts";

const persistentVolumeClaimSpec = object("io.k8s.api.core.v1.PersistentVolumeClaimSpec", {
  accessModes: field(1, atomicList(string()), ""),
  resources: field(2, VolumeResourceRequirements, "", { always: true }),
  volumeName: field(3, string(), ""),
  selector: field(4, LabelSelector, "", { pointer: true }),
  storageClassName: field(5, string(), "", { pointer: true }),
  volumeMode: field(6, string(), "", { pointer: true }),
  dataSource: field(7, TypedLocalObjectReference, "", { pointer: true }),
  dataSourceRef: field(8, TypedObjectReference, "", { pointer: true }),
  volumeAttributesClassName: field(9, string(), "", { pointer: true }),
});
export interface PersistentVolumeClaimSpec extends TypeOf<typeof persistentVolumeClaimSpec> {}
export const PersistentVolumeClaimSpec: ObjectSchema<PersistentVolumeClaimSpec> = persistentVolumeClaimSpec;

const persistentVolumeClaimTemplate = object("io.k8s.api.core.v1.PersistentVolumeClaimTemplate", {
  metadata: field(1, ObjectMeta, "", { always: true }),
  spec: field(2, PersistentVolumeClaimSpec, "", { required: true, always: true }),
});
export interface PersistentVolumeClaimTemplate extends TypeOf<typeof persistentVolumeClaimTemplate> {}
export const PersistentVolumeClaimTemplate: ObjectSchema<PersistentVolumeClaimTemplate> = persistentVolumeClaimTemplate;

const ephemeralVolumeSource = object("io.k8s.api.core.v1.EphemeralVolumeSource", {
  volumeClaimTemplate: field(1, PersistentVolumeClaimTemplate, "", { pointer: true }),
});
export interface EphemeralVolumeSource extends TypeOf<typeof ephemeralVolumeSource> {}
export const EphemeralVolumeSource: ObjectSchema<EphemeralVolumeSource> = ephemeralVolumeSource;

const persistentVolumeClaimVolumeSource = object("io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource", {
  claimName: field(1, string(), "", { required: true }),
  readOnly: field(2, boolean(), ""),
});
export interface PersistentVolumeClaimVolumeSource extends TypeOf<typeof persistentVolumeClaimVolumeSource> {}
export const PersistentVolumeClaimVolumeSource: ObjectSchema<PersistentVolumeClaimVolumeSource> =
  persistentVolumeClaimVolumeSource;
