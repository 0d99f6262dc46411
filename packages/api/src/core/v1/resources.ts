// Compute resources that a container or claim asks for and may use.
import { array, field, map, type ObjectSchema, object, quantity, string, type TypeOf } from "@knots/machinery";
import { requestsWithinLimits } from "./container-checks.ts";

const resourceClaim = object("io.k8s.api.core.v1.ResourceClaim", {
  name: field(1, string(), "Name of the claim in the pod's list.", { required: true }),
  request: field(2, string(), "Request of the claim that is meant; all when empty."),
});
/** A claim of the pod that a container uses. */
export interface ResourceClaim extends TypeOf<typeof resourceClaim> {}
export const ResourceClaim: ObjectSchema<ResourceClaim> = resourceClaim;

const resourceRequirements = object("io.k8s.api.core.v1.ResourceRequirements", {
  limits: field(1, map(quantity()), "Most that may be used, by resource."),
  requests: field(2, map(quantity()), "Least that is set aside, by resource."),
  claims: field(3, array(ResourceClaim, { list: "map", keys: ["name"] }), "Claims of the pod that are used."),
});
/** Resources that are asked for and allowed. */
export interface ResourceRequirements extends TypeOf<typeof resourceRequirements> {}
export const ResourceRequirements: ObjectSchema<ResourceRequirements> =
  resourceRequirements.check(requestsWithinLimits);

const volumeResourceRequirements = object("io.k8s.api.core.v1.VolumeResourceRequirements", {
  limits: field(1, map(quantity()), "Most that may be given, by resource."),
  requests: field(2, map(quantity()), "Least that is needed, by resource."),
});
/** Storage that is asked for and allowed. */
export interface VolumeResourceRequirements extends TypeOf<typeof volumeResourceRequirements> {}
export const VolumeResourceRequirements: ObjectSchema<VolumeResourceRequirements> = volumeResourceRequirements;
