// SelfSubjectReview: asks who the caller is.
import { dns1123Subdomain, field, kind, type ObjectOf, type ObjectSchema, object, type TypeOf } from "@knots/machinery";
import { UserInfo } from "./user-info.ts";

const selfSubjectReviewStatus = object("io.k8s.api.authentication.v1.SelfSubjectReviewStatus", {
  userInfo: field(1, UserInfo, "Name, groups and further facts.", { always: true }),
});
/** Who the caller is. */
export interface SelfSubjectReviewStatus extends TypeOf<typeof selfSubjectReviewStatus> {}
export const SelfSubjectReviewStatus: ObjectSchema<SelfSubjectReviewStatus> = selfSubjectReviewStatus;

/** Asks who the caller is. */
export const SelfSubjectReview = kind({
  group: "authentication.k8s.io",
  version: "v1",
  kind: "SelfSubjectReview",
  plural: "selfsubjectreviews",
  scope: "Cluster",
  doc: "Asks who the caller is.",
  definition: "io.k8s.api.authentication.v1.SelfSubjectReview",
  fields: {
    status: field(2, SelfSubjectReviewStatus, "Who the caller is.", { always: true }),
  },
  verbs: ["create"],
  checkName: dns1123Subdomain,
});
export interface SelfSubjectReview extends ObjectOf<typeof SelfSubjectReview> {}
