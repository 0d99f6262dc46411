// ResourceClaimTemplate: what the claims of pods look like.
import {
  age,
  dns1123Subdomain,
  field,
  kind,
  ObjectMeta,
  type ObjectOf,
  type ObjectSchema,
  object,
  type TypeOf,
} from "@knots/machinery";
import { ResourceClaimSpec } from "./resource-claim-spec.ts";

const resourceClaimTemplateSpec = object("io.k8s.api.resource.v1.ResourceClaimTemplateSpec", {
  metadata: field(1, ObjectMeta, "Labels and annotations of the claim.", { always: true }),
  spec: field(2, ResourceClaimSpec, "What it asks for.", { required: true, always: true }),
});
/** What a new claim looks like. */
export interface ResourceClaimTemplateSpec extends TypeOf<typeof resourceClaimTemplateSpec> {}
export const ResourceClaimTemplateSpec: ObjectSchema<ResourceClaimTemplateSpec> = resourceClaimTemplateSpec;

/** What the claims of pods look like. */
export const ResourceClaimTemplate = kind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaimTemplate",
  plural: "resourceclaimtemplates",
  scope: "Namespaced",
  doc: "What the claims of pods look like.",
  columns: [age()],
  checkName: dns1123Subdomain,
  generation: false,
  definition: "io.k8s.api.resource.v1.ResourceClaimTemplate",
  storagePath: "resourceclaimtemplates",
  fields: {
    spec: field(2, ResourceClaimTemplateSpec, "What a new claim looks like; cannot change.", {
      required: true,
      always: true,
      immutable: true,
    }),
  },
});
export interface ResourceClaimTemplate extends ObjectOf<typeof ResourceClaimTemplate> {}
