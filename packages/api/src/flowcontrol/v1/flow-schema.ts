// FlowSchema: which requests share a priority level.
import {
  atomicList,
  boolean,
  dns1123Subdomain,
  field,
  int32,
  kind,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  setOf,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import {
  coversSomething,
  namespacesFitScope,
  precedenceIsFree,
  subjectIsOne,
  wildcardsStandAlone,
} from "./flow-checks.ts";
import { flowSchemaColumns } from "./flow-columns.ts";

const userSubject = object("io.k8s.api.flowcontrol.v1.UserSubject", {
  name: field(1, string(), "User name; * for everyone.", { required: true }),
});
/** A user. */
export interface UserSubject extends TypeOf<typeof userSubject> {}
export const UserSubject: ObjectSchema<UserSubject> = userSubject;

const groupSubject = object("io.k8s.api.flowcontrol.v1.GroupSubject", {
  name: field(1, string(), "Group name; * for every group.", { required: true }),
});
/** A group of users. */
export interface GroupSubject extends TypeOf<typeof groupSubject> {}
export const GroupSubject: ObjectSchema<GroupSubject> = groupSubject;

const serviceAccountSubject = object("io.k8s.api.flowcontrol.v1.ServiceAccountSubject", {
  namespace: field(1, string(), "Namespace of the account.", { required: true }),
  name: field(2, string(), "Name of the account; * for all of the namespace.", { required: true }),
});
/** A service account. */
export interface ServiceAccountSubject extends TypeOf<typeof serviceAccountSubject> {}
export const ServiceAccountSubject: ObjectSchema<ServiceAccountSubject> = serviceAccountSubject;

const subject = object("io.k8s.api.flowcontrol.v1.Subject", {
  kind: field(1, string({ enum: ["User", "Group", "ServiceAccount"] }), "User, Group or ServiceAccount.", {
    required: true,
  }),
  user: field(2, UserSubject, "The user, with kind User.", { pointer: true }),
  group: field(3, GroupSubject, "The group, with kind Group.", { pointer: true }),
  serviceAccount: field(4, ServiceAccountSubject, "The account, with kind ServiceAccount.", { pointer: true }),
});
/** Who makes a request. */
export interface Subject extends TypeOf<typeof subject> {}
export const Subject: ObjectSchema<Subject> = subject.check(subjectIsOne);

const resourcePolicyRule = object("io.k8s.api.flowcontrol.v1.ResourcePolicyRule", {
  verbs: field(1, setOf(string()), "Verbs; * for all.", { required: true }),
  apiGroups: field(2, setOf(string()), "Groups; * for all.", { required: true }),
  resources: field(3, setOf(string()), "Resources and subresources; * for all.", { required: true }),
  clusterScope: field(4, boolean(), "Whether requests outside namespaces count."),
  namespaces: field(5, setOf(string()), "Namespaces whose requests count; * for all."),
});
/** Requests for resources. */
export interface ResourcePolicyRule extends TypeOf<typeof resourcePolicyRule> {}
export const ResourcePolicyRule: ObjectSchema<ResourcePolicyRule> = resourcePolicyRule.check(
  wildcardsStandAlone("verbs", "apiGroups", "resources"),
  namespacesFitScope,
);

const nonResourcePolicyRule = object("io.k8s.api.flowcontrol.v1.NonResourcePolicyRule", {
  verbs: field(1, setOf(string()), "Verbs; * for all.", { required: true }),
  nonResourceURLs: field(6, setOf(string()), "Paths, with * as their last part for all below.", { required: true }),
});
/** Requests for other paths. */
export interface NonResourcePolicyRule extends TypeOf<typeof nonResourcePolicyRule> {}
export const NonResourcePolicyRule: ObjectSchema<NonResourcePolicyRule> = nonResourcePolicyRule.check(
  wildcardsStandAlone("verbs", "nonResourceURLs"),
);

const policyRulesWithSubjects = object("io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects", {
  subjects: field(1, atomicList(Subject), "Who asks; one must match.", { required: true }),
  resourceRules: field(2, atomicList(ResourcePolicyRule), "Requests for resources."),
  nonResourceRules: field(3, atomicList(NonResourcePolicyRule), "Requests for other paths."),
});
/** Who asks, and for what. */
export interface PolicyRulesWithSubjects extends TypeOf<typeof policyRulesWithSubjects> {}
export const PolicyRulesWithSubjects: ObjectSchema<PolicyRulesWithSubjects> =
  policyRulesWithSubjects.check(coversSomething);

const priorityLevelConfigurationReference = object("io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference", {
  name: field(1, string(), "Name of the priority level.", { required: true }),
});
/** Names a priority level. */
export interface PriorityLevelConfigurationReference extends TypeOf<typeof priorityLevelConfigurationReference> {}
export const PriorityLevelConfigurationReference: ObjectSchema<PriorityLevelConfigurationReference> =
  priorityLevelConfigurationReference;

const flowDistinguisherMethod = object("io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod", {
  type: field(1, string({ enum: ["ByUser", "ByNamespace"] }), "ByUser or ByNamespace.", { required: true }),
});
/** How requests are told apart. */
export interface FlowDistinguisherMethod extends TypeOf<typeof flowDistinguisherMethod> {}
export const FlowDistinguisherMethod: ObjectSchema<FlowDistinguisherMethod> = flowDistinguisherMethod;

const flowSchemaSpec = object("io.k8s.api.flowcontrol.v1.FlowSchemaSpec", {
  priorityLevelConfiguration: field(1, PriorityLevelConfigurationReference, "Priority level of the requests.", {
    required: true,
    always: true,
  }),
  matchingPrecedence: field(2, int32({ min: 1, max: 10_000 }), "Which schema wins when several match; the lowest.", {
    default: 1000,
  }),
  distinguisherMethod: field(3, FlowDistinguisherMethod, "How requests form flows; all one flow when absent.", {
    pointer: true,
  }),
  rules: field(4, atomicList(PolicyRulesWithSubjects), "Requests that match; one rule must."),
});
/** Which requests go to which priority level. */
export interface FlowSchemaSpec extends TypeOf<typeof flowSchemaSpec> {}
export const FlowSchemaSpec: ObjectSchema<FlowSchemaSpec> = flowSchemaSpec.check(precedenceIsFree);

const flowSchemaCondition = object("io.k8s.api.flowcontrol.v1.FlowSchemaCondition", {
  type: field(1, string(), "What the condition is about."),
  status: field(2, string(), "True, False or Unknown."),
  lastTransitionTime: field(3, time(), "When the status last changed."),
  reason: field(4, string(), "One CamelCase word that says why."),
  message: field(5, string(), "Details for people."),
});
/** One aspect of a schema's state. */
export interface FlowSchemaCondition extends TypeOf<typeof flowSchemaCondition> {}
export const FlowSchemaCondition: ObjectSchema<FlowSchemaCondition> = flowSchemaCondition;

const flowSchemaStatus = object("io.k8s.api.flowcontrol.v1.FlowSchemaStatus", {
  conditions: field(1, listOf(FlowSchemaCondition, "type"), "Aspects of its state."),
});
/** State of a schema. */
export interface FlowSchemaStatus extends TypeOf<typeof flowSchemaStatus> {}
export const FlowSchemaStatus: ObjectSchema<FlowSchemaStatus> = flowSchemaStatus;

/** Which requests share a priority level. */
export const FlowSchema = kind({
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "FlowSchema",
  plural: "flowschemas",
  scope: "Cluster",
  doc: "Which requests share a priority level.",
  columns: flowSchemaColumns,
  checkName: dns1123Subdomain,
  definition: "io.k8s.api.flowcontrol.v1.FlowSchema",
  storagePath: "flowschemas",
  fields: {
    spec: field(2, FlowSchemaSpec, "Which requests go where.", { always: true }),
    status: field(3, FlowSchemaStatus, "State of the schema.", { always: true }),
  },
});
export interface FlowSchema extends ObjectOf<typeof FlowSchema> {}
