// ValidatingAdmissionPolicy: expressions that say which objects are refused.
import {
  age,
  array,
  atomicList,
  Condition,
  dns1123Subdomain,
  field,
  int64,
  kind,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  qualifiedName,
  string,
  type TypeOf,
} from "@knots/machinery";
import { count, text } from "../../columns.ts";
import { MatchCondition, MatchResources } from "./match.ts";
import { constraintsSelect, validatesSomething, validationIsPlain, variableNames } from "./policy-checks.ts";
import { paramKindText } from "./policy-columns.ts";
import { ParamKind, Variable } from "./policy-parts.ts";
import { failurePolicy } from "./webhook-checks.ts";

const validation = object("io.k8s.api.admissionregistration.v1.Validation", {
  expression: field(1, string(), "CEL expression that must give true.", { required: true }),
  message: field(2, string(), "What the user is told when it does not; one line."),
  reason: field(3, string(), "Reason in the refusal's status.", { pointer: true }),
  messageExpression: field(4, string(), "CEL expression that makes the message."),
});
/** One thing that must be true of an object. */
export interface Validation extends TypeOf<typeof validation> {}
export const Validation: ObjectSchema<Validation> = validation.check(validationIsPlain);

const auditAnnotation = object("io.k8s.api.admissionregistration.v1.AuditAnnotation", {
  key: field(1, string({ check: qualifiedName }), "Key of the annotation, below the policy's name.", {
    required: true,
  }),
  valueExpression: field(2, string(), "CEL expression that gives its value, or null for none.", { required: true }),
});
/** A fact that a policy writes into the audit log. */
export interface AuditAnnotation extends TypeOf<typeof auditAnnotation> {}
export const AuditAnnotation: ObjectSchema<AuditAnnotation> = auditAnnotation;

const validatingAdmissionPolicySpec = object("io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec", {
  paramKind: field(1, ParamKind, "Kind of the objects that hold parameters.", { pointer: true }),
  matchConstraints: field(2, MatchResources, "Requests that are looked at.", { pointer: true }),
  validations: field(3, atomicList(Validation), "What must be true."),
  failurePolicy: field(4, failurePolicy, "What happens when an expression fails.", { pointer: true, default: "Fail" }),
  auditAnnotations: field(5, atomicList(AuditAnnotation), "Facts for the audit log."),
  matchConditions: field(
    6,
    listOf(MatchCondition, "name"),
    "Expressions that must all be true for the policy to apply.",
  ),
  variables: field(7, listOf(Variable, "name"), "Expressions that others may use by name."),
});
/** Which requests are looked at, and what must be true. */
export interface ValidatingAdmissionPolicySpec extends TypeOf<typeof validatingAdmissionPolicySpec> {}
export const ValidatingAdmissionPolicySpec: ObjectSchema<ValidatingAdmissionPolicySpec> =
  validatingAdmissionPolicySpec.check(constraintsSelect, validatesSomething, variableNames);

const expressionWarning = object("io.k8s.api.admissionregistration.v1.ExpressionWarning", {
  fieldRef: field(2, string(), "Path of the expression in the policy.", { required: true }),
  warning: field(3, string(), "What seems wrong with it.", { required: true }),
});
/** A doubt about an expression. */
export interface ExpressionWarning extends TypeOf<typeof expressionWarning> {}
export const ExpressionWarning: ObjectSchema<ExpressionWarning> = expressionWarning;

const typeChecking = object("io.k8s.api.admissionregistration.v1.TypeChecking", {
  expressionWarnings: field(1, atomicList(ExpressionWarning), "The doubts."),
});
/** Doubts that checking of types brought up. */
export interface TypeChecking extends TypeOf<typeof typeChecking> {}
export const TypeChecking: ObjectSchema<TypeChecking> = typeChecking;

const validatingAdmissionPolicyStatus = object("io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus", {
  observedGeneration: field(1, int64(), "Generation that the status was computed from."),
  typeChecking: field(2, TypeChecking, "Doubts that checking of types brought up.", { pointer: true }),
  conditions: field(3, array(Condition, { list: "map", keys: ["type"] }), "Aspects of its state."),
});
/** State of a policy. */
export interface ValidatingAdmissionPolicyStatus extends TypeOf<typeof validatingAdmissionPolicyStatus> {}
export const ValidatingAdmissionPolicyStatus: ObjectSchema<ValidatingAdmissionPolicyStatus> =
  validatingAdmissionPolicyStatus;

interface PolicyView {
  readonly spec?: ValidatingAdmissionPolicySpec;
}

/** Expressions that say which objects are refused. */
export const ValidatingAdmissionPolicy = kind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicy",
  plural: "validatingadmissionpolicies",
  scope: "Cluster",
  categories: ["api-extensions"],
  doc: "Expressions that say which objects are refused.",
  columns: [
    count("Validations", "Number of validations.", ({ spec }: PolicyView) => spec?.validations?.length),
    text("ParamKind", "Kind of its parameters.", paramKindText),
    age(),
  ],
  checkName: dns1123Subdomain,
  unconditionalUpdate: false,
  definition: "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy",
  storagePath: "validatingadmissionpolicies",
  fields: {
    spec: field(2, ValidatingAdmissionPolicySpec, "What must be true of which requests.", { always: true }),
    status: field(3, ValidatingAdmissionPolicyStatus, "State of the policy.", { always: true }),
  },
});
export interface ValidatingAdmissionPolicy extends ObjectOf<typeof ValidatingAdmissionPolicy> {}
