// LocalSubjectAccessReview: asks whether a user may do something in one namespace.
import { dns1123Subdomain, field, kind, type ObjectOf } from "@knots/machinery";
import { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from "./subject-access-review.ts";

/** Asks whether a user may do something in one namespace. */
export const LocalSubjectAccessReview = kind({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "LocalSubjectAccessReview",
  plural: "localsubjectaccessreviews",
  scope: "Namespaced",
  doc: "Asks whether a user may do something in one namespace.",
  definition: "io.k8s.api.authorization.v1.LocalSubjectAccessReview",
  fields: {
    spec: field(2, SubjectAccessReviewSpec, "Who wants to do what, in this namespace.", {
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
export interface LocalSubjectAccessReview extends ObjectOf<typeof LocalSubjectAccessReview> {}
