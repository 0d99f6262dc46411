// PersistentVolumeClaim: storage that somebody asks for.
import {
  atomicList,
  dns1123Subdomain,
  field,
  kind,
  listOf,
  map,
  type ObjectOf,
  type ObjectSchema,
  object,
  quantity,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { claimStays, completeClaim } from "./claim-checks.ts";
import { claimColumns } from "./claim-columns.ts";
import { conditionHead } from "./common.ts";
import { PersistentVolumeClaimSpec } from "./persistent-volume-claim-spec.ts";

const persistentVolumeClaimCondition = object("io.k8s.api.core.v1.PersistentVolumeClaimCondition", {
  ...conditionHead,
  lastProbeTime: field(3, time(), "When the condition was last looked at."),
  lastTransitionTime: field(4, time(), "When the status last changed."),
  reason: field(5, string(), "One CamelCase word that says why."),
  message: field(6, string(), "Details for people."),
});
/** One aspect of a claim's state. */
export interface PersistentVolumeClaimCondition extends TypeOf<typeof persistentVolumeClaimCondition> {}
export const PersistentVolumeClaimCondition: ObjectSchema<PersistentVolumeClaimCondition> =
  persistentVolumeClaimCondition;

const modifyVolumeStatus = object("io.k8s.api.core.v1.ModifyVolumeStatus", {
  targetVolumeAttributesClassName: field(1, string(), "Class that the volume is being brought to."),
  status: field(2, string(), "Pending, InProgress or Infeasible.", { required: true }),
});
/** How far a change of the volume's attributes is. */
export interface ModifyVolumeStatus extends TypeOf<typeof modifyVolumeStatus> {}
export const ModifyVolumeStatus: ObjectSchema<ModifyVolumeStatus> = modifyVolumeStatus;

const persistentVolumeClaimStatus = object("io.k8s.api.core.v1.PersistentVolumeClaimStatus", {
  phase: field(1, string({ enum: ["Pending", "Bound", "Lost"] }), "Pending, Bound or Lost.", { default: "Pending" }),
  accessModes: field(2, atomicList(string()), "How the volume can be mounted."),
  capacity: field(3, map(quantity()), "What the volume offers."),
  conditions: field(4, listOf(PersistentVolumeClaimCondition, "type"), "Aspects of its state."),
  allocatedResources: field(5, map(quantity()), "What is set aside while the volume grows."),
  allocatedResourceStatuses: field(7, map(string(), { map: "granular" }), "How far growing is, by resource."),
  currentVolumeAttributesClassName: field(8, string(), "Class whose attributes the volume has.", { pointer: true }),
  modifyVolumeStatus: field(9, ModifyVolumeStatus, "How far a change of attributes is.", { pointer: true }),
});
/** State of a claim. */
export interface PersistentVolumeClaimStatus extends TypeOf<typeof persistentVolumeClaimStatus> {}
export const PersistentVolumeClaimStatus: ObjectSchema<PersistentVolumeClaimStatus> = persistentVolumeClaimStatus;

/** Storage that somebody asks for. */
export const PersistentVolumeClaim = kind({
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  scope: "Namespaced",
  shortNames: ["pvc"],
  doc: "Storage that somebody asks for.",
  definition: "io.k8s.api.core.v1.PersistentVolumeClaim",
  fields: {
    spec: field(2, PersistentVolumeClaimSpec, "What the claim asks for.", {
      required: true,
      undeclared: true,
      always: true,
      default: {},
    }),
    status: field(3, PersistentVolumeClaimStatus, "State of the claim, written by its controllers.", {
      always: true,
      default: {},
    }),
  },
  checks: [completeClaim, claimStays],
  columns: claimColumns,
  generation: false,
  checkName: dns1123Subdomain,
});
export interface PersistentVolumeClaim extends ObjectOf<typeof PersistentVolumeClaim> {}
