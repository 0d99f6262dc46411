// SelfSubjectAccessReview: asks whether the caller may do something.
import { dns1123Subdomain, field, kind, type ObjectOf, type ObjectSchema, object, type TypeOf } from "@knots/machinery";
import { NonResourceAttributes, ResourceAttributes } from "./attributes.ts";
import { oneAccess } from "./review-checks.ts";
import { SubjectAccessReviewStatus } from "./subject-access-review.ts";

const selfSubjectAccessReviewSpec = object("io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec", {
  resourceAttributes: field(1, ResourceAttributes, "Access to a resource.", { pointer: true }),
  nonResourceAttributes: field(2, NonResourceAttributes, "Access to a path.", { pointer: true }),
});
/** What the caller wants to do. */
export interface SelfSubjectAccessReviewSpec extends TypeOf<typeof selfSubjectAccessReviewSpec> {}
export const SelfSubjectAccessReviewSpec: ObjectSchema<SelfSubjectAccessReviewSpec> =
  selfSubjectAccessReviewSpec.check(oneAccess);

/** Asks whether the caller may do something. */
export const SelfSubjectAccessReview = kind({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SelfSubjectAccessReview",
  plural: "selfsubjectaccessreviews",
  scope: "Cluster",
  doc: "Asks whether the caller may do something.",
  definition: "io.k8s.api.authorization.v1.SelfSubjectAccessReview",
  fields: {
    spec: field(2, SelfSubjectAccessReviewSpec, "What the caller wants to do.", {
      required: true,
      always: true,
      default: {},
    }),
    status: field(3, SubjectAccessReviewStatus, "Whether it is allowed.", { always: true }),
  },
  verbs: ["create"],
  checkName: dns1123Subdomain,
  generation: false,
});
export interface SelfSubjectAccessReview extends ObjectOf<typeof SelfSubjectAccessReview> {}
