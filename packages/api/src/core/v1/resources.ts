// Compute resources that a container or claim asks for and may use.
import { array, field, map, type ObjectSchema, object, quantity, string, type TypeOf } from "@knots/machinery";

const resourceClaim = object("io.k8s.api.core.v1.ResourceClaim", {
  name: field(1, string(), "", { required: true }),
  request: field(2, string(), ""),
});
export interface ResourceClaim extends TypeOf<typeof resourceClaim> {}
export const ResourceClaim: ObjectSchema<ResourceClaim> = resourceClaim;

const resourceRequirements = object("io.k8s.api.core.v1.ResourceRequirements", {
  limits: field(1, map(quantity()), ""),
  requests: field(2, map(quantity()), ""),
  claims: field(3, array(ResourceClaim, { list: "map", keys: ["name"] }), ""),
});
export interface ResourceRequirements extends TypeOf<typeof resourceRequirements> {}
export const ResourceRequirements: ObjectSchema<ResourceRequirements> = resourceRequirements;

const volumeResourceRequirements = object("io.k8s.api.core.v1.VolumeResourceRequirements", {
  limits: field(1, map(quantity()), ""),
  requests: field(2, map(quantity()), ""),
});
export interface VolumeResourceRequirements extends TypeOf<typeof volumeResourceRequirements> {}
export const VolumeResourceRequirements: ObjectSchema<VolumeResourceRequirements> = volumeResourceRequirements;
