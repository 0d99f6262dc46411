// Which failures of pods count, and when a job has succeeded early.
import { array, atomicList, field, int32, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";
import { codesInOrder, oneRequirement } from "./pod-failure-policy-checks.ts";

const onExitCodes = object("io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement", {
  containerName: field(1, string(), "Container whose exit code is looked at; any when absent.", { pointer: true }),
  operator: field(2, string({ enum: ["In", "NotIn"] }), "Whether the code is one of the values, or none.", {
    required: true,
  }),
  values: field(3, array(int32(), { list: "set" }), "Exit codes in ascending order.", { required: true }),
});
/** A rule about exit codes. */
export interface PodFailurePolicyOnExitCodesRequirement extends TypeOf<typeof onExitCodes> {}
export const PodFailurePolicyOnExitCodesRequirement: ObjectSchema<PodFailurePolicyOnExitCodesRequirement> =
  onExitCodes.check(codesInOrder);

const onPodConditions = object("io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern", {
  type: field(1, string(), "Type of the pod's condition.", { required: true }),
  status: field(2, string({ enum: ["True", "False", "Unknown"] }), "Status of the pod's condition.", {
    default: "True",
  }),
});
/** A rule about a condition of the pod. */
export interface PodFailurePolicyOnPodConditionsPattern extends TypeOf<typeof onPodConditions> {}
export const PodFailurePolicyOnPodConditionsPattern: ObjectSchema<PodFailurePolicyOnPodConditionsPattern> =
  onPodConditions;

const failureRule = object("io.k8s.api.batch.v1.PodFailurePolicyRule", {
  action: field(
    1,
    string({ enum: ["FailJob", "FailIndex", "Ignore", "Count"] }),
    "What a matching failure does to the job.",
    { required: true },
  ),
  onExitCodes: field(2, PodFailurePolicyOnExitCodesRequirement, "Matches by exit code.", { pointer: true }),
  onPodConditions: field(3, atomicList(PodFailurePolicyOnPodConditionsPattern), "Matches by condition of the pod."),
});
/** What some failures of pods do to the job. */
export interface PodFailurePolicyRule extends TypeOf<typeof failureRule> {}
export const PodFailurePolicyRule: ObjectSchema<PodFailurePolicyRule> = failureRule.check(oneRequirement);

const failurePolicy = object("io.k8s.api.batch.v1.PodFailurePolicy", {
  rules: field(1, array(PodFailurePolicyRule, { list: "atomic", maxItems: 20 }), "Rules; the first match decides.", {
    required: true,
    always: true,
  }),
});
/** Which failures of pods count. */
export interface PodFailurePolicy extends TypeOf<typeof failurePolicy> {}
export const PodFailurePolicy: ObjectSchema<PodFailurePolicy> = failurePolicy;

const successRule = object("io.k8s.api.batch.v1.SuccessPolicyRule", {
  succeededIndexes: field(1, string(), "Indexes that must succeed, such as 0,2-4.", { pointer: true }),
  succeededCount: field(2, int32({ min: 1 }), "How many indexes must succeed.", { pointer: true }),
});
/** What is enough for the job to have succeeded. */
export interface SuccessPolicyRule extends TypeOf<typeof successRule> {}
export const SuccessPolicyRule: ObjectSchema<SuccessPolicyRule> = successRule;

const successPolicy = object("io.k8s.api.batch.v1.SuccessPolicy", {
  rules: field(1, array(SuccessPolicyRule, { list: "atomic", maxItems: 20 }), "Rules; the first match decides.", {
    required: true,
  }),
});
/** When a job has succeeded before all its indexes have. */
export interface SuccessPolicy extends TypeOf<typeof successPolicy> {}
export const SuccessPolicy: ObjectSchema<SuccessPolicy> = successPolicy;
