// Gates, groups and claims that hold back or steer the scheduling of a pod.
import { field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const podReadinessGate = object("io.k8s.api.core.v1.PodReadinessGate", {
  conditionType: field(1, string(), "", { required: true }),
});
export interface PodReadinessGate extends TypeOf<typeof podReadinessGate> {}
export const PodReadinessGate: ObjectSchema<PodReadinessGate> = podReadinessGate;

const podSchedulingGate = object("io.k8s.api.core.v1.PodSchedulingGate", {
  name: field(1, string(), "", { required: true }),
});
export interface PodSchedulingGate extends TypeOf<typeof podSchedulingGate> {}
export const PodSchedulingGate: ObjectSchema<PodSchedulingGate> = podSchedulingGate;

const podSchedulingGroup = object("io.k8s.api.core.v1.PodSchedulingGroup", {
  podGroupName: field(1, string(), "", { pointer: true }),
});
export interface PodSchedulingGroup extends TypeOf<typeof podSchedulingGroup> {}
export const PodSchedulingGroup: ObjectSchema<PodSchedulingGroup> = podSchedulingGroup;

const podResourceClaim = object("io.k8s.api.core.v1.PodResourceClaim", {
  name: field(1, string(), "", { required: true }),
  resourceClaimName: field(3, string(), "", { pointer: true }),
  resourceClaimTemplateName: field(4, string(), "", { pointer: true }),
});
export interface PodResourceClaim extends TypeOf<typeof podResourceClaim> {}
export const PodResourceClaim: ObjectSchema<PodResourceClaim> = podResourceClaim;

const podOS = object("io.k8s.api.core.v1.PodOS", {
  name: field(1, string(), "", { required: true }),
});
export interface PodOS extends TypeOf<typeof podOS> {}
export const PodOS: ObjectSchema<PodOS> = podOS;
