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
  namespace: field(1, string(), "Namespace that the rules are about."),
});
/** Where the rules are asked for. */
export interface SelfSubjectRulesReviewSpec extends TypeOf<typeof selfSubjectRulesReviewSpec> {}
export const SelfSubjectRulesReviewSpec: ObjectSchema<SelfSubjectRulesReviewSpec> = selfSubjectRulesReviewSpec;

const resourceRule = object("io.k8s.api.authorization.v1.ResourceRule", {
  verbs: field(1, atomicList(string()), "Verbs that are allowed.", { required: true }),
  apiGroups: field(2, atomicList(string()), "Groups of the resources."),
  resources: field(3, atomicList(string()), "Resources and subresources."),
  resourceNames: field(4, atomicList(string()), "Names of objects; all when empty."),
});
/** Verbs that are allowed on resources. */
export interface ResourceRule extends TypeOf<typeof resourceRule> {}
export const ResourceRule: ObjectSchema<ResourceRule> = resourceRule;

const nonResourceRule = object("io.k8s.api.authorization.v1.NonResourceRule", {
  verbs: field(1, atomicList(string()), "Methods that are allowed.", { required: true }),
  nonResourceURLs: field(2, atomicList(string()), "The paths."),
});
/** Verbs that are allowed on paths. */
export interface NonResourceRule extends TypeOf<typeof nonResourceRule> {}
export const NonResourceRule: ObjectSchema<NonResourceRule> = nonResourceRule;

const subjectRulesReviewStatus = object("io.k8s.api.authorization.v1.SubjectRulesReviewStatus", {
  resourceRules: field(1, atomicList(ResourceRule), "Rules about resources.", { required: true, always: true }),
  nonResourceRules: field(2, atomicList(NonResourceRule), "Rules about paths.", { required: true, always: true }),
  incomplete: field(3, boolean(), "Whether rules may be missing.", { required: true, always: true }),
  evaluationError: field(4, string(), "What went wrong while gathering."),
});
/** What the caller may do. */
export interface SubjectRulesReviewStatus extends TypeOf<typeof subjectRulesReviewStatus> {}
export const SubjectRulesReviewStatus: ObjectSchema<SubjectRulesReviewStatus> = subjectRulesReviewStatus;

/** Lists what the caller may do in a namespace. */
export const SelfSubjectRulesReview = kind({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SelfSubjectRulesReview",
  plural: "selfsubjectrulesreviews",
  scope: "Cluster",
  doc: "Lists what the caller may do in a namespace.",
  definition: "io.k8s.api.authorization.v1.SelfSubjectRulesReview",
  fields: {
    spec: field(2, SelfSubjectRulesReviewSpec, "The namespace in question.", {
      required: true,
      always: true,
      default: {},
    }),
    status: field(3, SubjectRulesReviewStatus, "What the caller may do.", { always: true }),
  },
  verbs: ["create"],
  checkName: dns1123Subdomain,
  generation: false,
});
export interface SelfSubjectRulesReview extends ObjectOf<typeof SelfSubjectRulesReview> {}
