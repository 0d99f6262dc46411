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
import { completeOwnClaim } from "./claim-checks.ts";
import { TypedLocalObjectReference, TypedObjectReference } from "./reference.ts";
import { VolumeResourceRequirements } from "./resources.ts";

const persistentVolumeClaimSpec = object("io.k8s.api.core.v1.PersistentVolumeClaimSpec", {
  accessModes: field(1, atomicList(string()), "How the volume will be mounted."),
  resources: field(2, VolumeResourceRequirements, "How much storage is asked for.", { always: true }),
  volumeName: field(3, string(), "Volume that the claim is bound to."),
  selector: field(4, LabelSelector, "Labels of volumes that may be bound.", { pointer: true }),
  storageClassName: field(5, string(), "Class that provides the volume.", { pointer: true }),
  volumeMode: field(
    6,
    string({ enum: ["Filesystem", "Block"] }),
    "Whether the volume is a file system or a block device.",
    { pointer: true, default: "Filesystem" },
  ),
  dataSource: field(7, TypedLocalObjectReference, "Snapshot or claim to start from, in the same namespace.", {
    pointer: true,
  }),
  dataSourceRef: field(8, TypedObjectReference, "Object to start from, of any kind.", { pointer: true }),
  volumeAttributesClassName: field(9, string(), "Class of changeable attributes of the volume.", { pointer: true }),
});
/** What a claim asks of storage. */
export interface PersistentVolumeClaimSpec extends TypeOf<typeof persistentVolumeClaimSpec> {}
export const PersistentVolumeClaimSpec: ObjectSchema<PersistentVolumeClaimSpec> = persistentVolumeClaimSpec;

const persistentVolumeClaimTemplate = object("io.k8s.api.core.v1.PersistentVolumeClaimTemplate", {
  metadata: field(1, ObjectMeta, "Labels and annotations of the claim.", { always: true }),
  spec: field(2, PersistentVolumeClaimSpec, "What the claim asks for.", { required: true, always: true, default: {} }),
});
/** What a claim made for a pod looks like. */
export interface PersistentVolumeClaimTemplate extends TypeOf<typeof persistentVolumeClaimTemplate> {}
export const PersistentVolumeClaimTemplate: ObjectSchema<PersistentVolumeClaimTemplate> =
  persistentVolumeClaimTemplate.check(completeOwnClaim);

const ephemeralVolumeSource = object("io.k8s.api.core.v1.EphemeralVolumeSource", {
  volumeClaimTemplate: field(1, PersistentVolumeClaimTemplate, "What the claim looks like.", { pointer: true }),
});
/** A claim that is made with the pod and goes with it. */
export interface EphemeralVolumeSource extends TypeOf<typeof ephemeralVolumeSource> {}
export const EphemeralVolumeSource: ObjectSchema<EphemeralVolumeSource> = ephemeralVolumeSource;

const persistentVolumeClaimVolumeSource = object("io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource", {
  claimName: field(1, string(), "Name of the claim.", { required: true }),
  readOnly: field(2, boolean(), "Whether all mounts are read-only."),
});
/** A claim of the same namespace. */
export interface PersistentVolumeClaimVolumeSource extends TypeOf<typeof persistentVolumeClaimVolumeSource> {}
export const PersistentVolumeClaimVolumeSource: ObjectSchema<PersistentVolumeClaimVolumeSource> =
  persistentVolumeClaimVolumeSource;
