// SubjectAccessReview: asks whether a user may do something.
import {
  array,
  atomicList,
  boolean,
  dns1123Subdomain,
  field,
  kind,
  map,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { NonResourceAttributes, ResourceAttributes } from "./attributes.ts";
import { oneAccess, someSubject } from "./review-checks.ts";

const subjectAccessReviewSpec = object("io.k8s.api.authorization.v1.SubjectAccessReviewSpec", {
  resourceAttributes: field(1, ResourceAttributes, "Access to a resource.", { pointer: true }),
  nonResourceAttributes: field(2, NonResourceAttributes, "Access to a path.", { pointer: true }),
  user: field(3, string(), "Name of the user."),
  groups: field(4, atomicList(string()), "Groups of the user."),
  extra: field(5, map(array(string())), "Further facts about the user."),
  uid: field(6, string(), "Identifier of the user."),
});
/** Who wants to do what. */
export interface SubjectAccessReviewSpec extends TypeOf<typeof subjectAccessReviewSpec> {}
export const SubjectAccessReviewSpec: ObjectSchema<SubjectAccessReviewSpec> = subjectAccessReviewSpec.check(
  oneAccess,
  someSubject,
);

const subjectAccessReviewStatus = object("io.k8s.api.authorization.v1.SubjectAccessReviewStatus", {
  allowed: field(1, boolean(), "Whether the access is allowed.", { required: true, always: true }),
  denied: field(4, boolean(), "Whether it is refused for good."),
  reason: field(2, string(), "Why, in words."),
  evaluationError: field(3, string(), "What went wrong while deciding."),
});
/** Whether it is allowed. */
export interface SubjectAccessReviewStatus extends TypeOf<typeof subjectAccessReviewStatus> {}
export const SubjectAccessReviewStatus: ObjectSchema<SubjectAccessReviewStatus> = subjectAccessReviewStatus;

/** Asks whether a user may do something. */
export const SubjectAccessReview = kind({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  scope: "Cluster",
  doc: "Asks whether a user may do something.",
  definition: "io.k8s.api.authorization.v1.SubjectAccessReview",
  fields: {
    spec: field(2, SubjectAccessReviewSpec, "Who wants to do what.", { required: true, always: true, default: {} }),
    status: field(3, SubjectAccessReviewStatus, "Whether it is allowed.", { always: true }),
  },
  verbs: ["create"],
  checkName: dns1123Subdomain,
  generation: false,
});
export interface SubjectAccessReview extends ObjectOf<typeof SubjectAccessReview> {}
