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

const subjectAccessReviewSpec = object("io.k8s.api.authorization.v1.SubjectAccessReviewSpec", {
  resourceAttributes: field(1, ResourceAttributes, "", { pointer: true }),
  nonResourceAttributes: field(2, NonResourceAttributes, "", { pointer: true }),
  user: field(3, string(), ""),
  groups: field(4, atomicList(string()), ""),
  extra: field(5, map(array(string())), ""),
  uid: field(6, string(), ""),
});
export interface SubjectAccessReviewSpec extends TypeOf<typeof subjectAccessReviewSpec> {}
export const SubjectAccessReviewSpec: ObjectSchema<SubjectAccessReviewSpec> = subjectAccessReviewSpec;

const subjectAccessReviewStatus = object("io.k8s.api.authorization.v1.SubjectAccessReviewStatus", {
  allowed: field(1, boolean(), "", { required: true }),
  reason: field(2, string(), ""),
  evaluationError: field(3, string(), ""),
  denied: field(4, boolean(), ""),
});
export interface SubjectAccessReviewStatus extends TypeOf<typeof subjectAccessReviewStatus> {}
export const SubjectAccessReviewStatus: ObjectSchema<SubjectAccessReviewStatus> = subjectAccessReviewStatus;

/**  */
export const SubjectAccessReview = kind({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  scope: "Cluster",
  doc: "",
  definition: "io.k8s.api.authorization.v1.SubjectAccessReview",
  fields: {
    spec: field(2, SubjectAccessReviewSpec, "", { required: true, always: true, default: {} }),
    status: field(3, SubjectAccessReviewStatus, "", { pointer: true }),
  },
  verbs: ["create"],
  checkName: dns1123Subdomain,
  generation: false,
});
export interface SubjectAccessReview extends ObjectOf<typeof SubjectAccessReview> {}
