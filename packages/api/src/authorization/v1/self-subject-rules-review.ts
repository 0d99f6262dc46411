// SelfSubjectRulesReview: lists what the caller may do in a namespace.
import {
  atomicList,
  boolean,
  dns1123Subdomain,
  field,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";

const selfSubjectRulesReviewSpec = object("io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec", {
  namespace: field(1, string(), ""),
});
export interface SelfSubjectRulesReviewSpec extends TypeOf<typeof selfSubjectRulesReviewSpec> {}
export const SelfSubjectRulesReviewSpec: ObjectSchema<SelfSubjectRulesReviewSpec> = selfSubjectRulesReviewSpec;

const resourceRule = object("io.k8s.api.authorization.v1.ResourceRule", {
  verbs: field(1, atomicList(string()), "", { required: true }),
  apiGroups: field(2, atomicList(string()), ""),
  resources: field(3, atomicList(string()), ""),
  resourceNames: field(4, atomicList(string()), ""),
});
export interface ResourceRule extends TypeOf<typeof resourceRule> {}
export const ResourceRule: ObjectSchema<ResourceRule> = resourceRule;

const nonResourceRule = object("io.k8s.api.authorization.v1.NonResourceRule", {
  verbs: field(1, atomicList(string()), "", { required: true }),
  nonResourceURLs: field(2, atomicList(string()), ""),
});
export interface NonResourceRule extends TypeOf<typeof nonResourceRule> {}
export const NonResourceRule: ObjectSchema<NonResourceRule> = nonResourceRule;

const subjectRulesReviewStatus = object("io.k8s.api.authorization.v1.SubjectRulesReviewStatus", {
  resourceRules: field(1, atomicList(ResourceRule), "", { required: true }),
  nonResourceRules: field(2, atomicList(NonResourceRule), "", { required: true }),
  incomplete: field(3, boolean(), "", { required: true }),
  evaluationError: field(4, string(), ""),
});
export interface SubjectRulesReviewStatus extends TypeOf<typeof subjectRulesReviewStatus> {}
export const SubjectRulesReviewStatus: ObjectSchema<SubjectRulesReviewStatus> = subjectRulesReviewStatus;

/**  */
export const SelfSubjectRulesReview = kind({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SelfSubjectRulesReview",
  plural: "selfsubjectrulesreviews",
  scope: "Cluster",
  doc: "",
  definition: "io.k8s.api.authorization.v1.SelfSubjectRulesReview",
  fields: {
    spec: field(2, SelfSubjectRulesReviewSpec, "", { required: true, always: true, default: {} }),
    status: field(3, SubjectRulesReviewStatus, "", { pointer: true }),
  },
  verbs: ["create"],
  checkName: dns1123Subdomain,
  generation: false,
});
export interface SelfSubjectRulesReview extends ObjectOf<typeof SelfSubjectRulesReview> {}
