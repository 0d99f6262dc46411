// Gates, groups and claims that hold back or steer the scheduling of a pod.
import { dns1123Label, field, type ObjectSchema, object, qualifiedName, string, type TypeOf } from "@knots/machinery";

const podReadinessGate = object("io.k8s.api.core.v1.PodReadinessGate", {
  conditionType: field(1, string(), "Type of the condition.", { required: true }),
});
/** A further condition that readiness depends on. */
export interface PodReadinessGate extends TypeOf<typeof podReadinessGate> {}
export const PodReadinessGate: ObjectSchema<PodReadinessGate> = podReadinessGate;

const podSchedulingGate = object("io.k8s.api.core.v1.PodSchedulingGate", {
  name: field(1, string({ check: qualifiedName }), "Name of the gate.", { required: true }),
});
/** Holds scheduling back until it is removed. */
export interface PodSchedulingGate extends TypeOf<typeof podSchedulingGate> {}
export const PodSchedulingGate: ObjectSchema<PodSchedulingGate> = podSchedulingGate;

const podSchedulingGroup = object("io.k8s.api.core.v1.PodSchedulingGroup", {
  podGroupName: field(1, string(), "Name of the pod group.", { pointer: true }),
});
/** Pods that are scheduled together. */
export interface PodSchedulingGroup extends TypeOf<typeof podSchedulingGroup> {}
export const PodSchedulingGroup: ObjectSchema<PodSchedulingGroup> = podSchedulingGroup;

const podResourceClaim = object("io.k8s.api.core.v1.PodResourceClaim", {
  name: field(1, string({ check: dns1123Label }), "Name of the claim in the pod.", { required: true }),
  resourceClaimName: field(3, string(), "An existing claim of the same namespace.", { pointer: true }),
  resourceClaimTemplateName: field(4, string(), "Template that a claim is made from.", { pointer: true }),
});
/** A claim that the pod's containers may use. */
export interface PodResourceClaim extends TypeOf<typeof podResourceClaim> {}
export const PodResourceClaim: ObjectSchema<PodResourceClaim> = podResourceClaim;

const podOS = object("io.k8s.api.core.v1.PodOS", {
  name: field(1, string({ enum: ["linux", "windows"] }), "linux or windows.", { required: true }),
});
/** The operating system of a pod. */
export interface PodOS extends TypeOf<typeof podOS> {}
export const PodOS: ObjectSchema<PodOS> = podOS;
