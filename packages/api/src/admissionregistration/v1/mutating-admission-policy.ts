// MutatingAdmissionPolicy: expressions that change objects.
import {
  age,
  atomicList,
  dns1123Subdomain,
  field,
  kind,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { count, text } from "../../columns.ts";
import { MatchCondition, MatchResources } from "./match.ts";
import { constraintsSelect, mutatesSomething, mutationIsOne, variableNames } from "./policy-checks.ts";
import { paramKindText } from "./policy-columns.ts";
import { ParamKind, Variable } from "./policy-parts.ts";
import { failurePolicy, reinvocationPolicy } from "./webhook-checks.ts";

const applyConfiguration = object("io.k8s.api.admissionregistration.v1.ApplyConfiguration", {
  expression: field(1, string(), "CEL expression that gives the fields to apply."),
});
/** A change by merging, as server-side apply does. */
export interface ApplyConfiguration extends TypeOf<typeof applyConfiguration> {}
export const ApplyConfiguration: ObjectSchema<ApplyConfiguration> = applyConfiguration;

const jsonPatch = object("io.k8s.api.admissionregistration.v1.JSONPatch", {
  expression: field(1, string(), "CEL expression that gives a list of JSON patch operations."),
});
/** A change by operations on paths. */
export interface JSONPatch extends TypeOf<typeof jsonPatch> {}
export const JSONPatch: ObjectSchema<JSONPatch> = jsonPatch;

const mutation = object("io.k8s.api.admissionregistration.v1.Mutation", {
  patchType: field(2, string({ enum: ["ApplyConfiguration", "JSONPatch"] }), "ApplyConfiguration or JSONPatch.", {
    required: true,
  }),
  applyConfiguration: field(3, ApplyConfiguration, "The change, by merging.", { pointer: true }),
  jsonPatch: field(4, JSONPatch, "The change, by operations.", { pointer: true }),
});
/** One change of an object. */
export interface Mutation extends TypeOf<typeof mutation> {}
export const Mutation: ObjectSchema<Mutation> = mutation.check(mutationIsOne);

const mutatingAdmissionPolicySpec = object("io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec", {
  paramKind: field(1, ParamKind, "Kind of the objects that hold parameters.", { pointer: true }),
  matchConstraints: field(2, MatchResources, "Requests that are looked at.", { pointer: true }),
  variables: field(3, atomicList(Variable), "Expressions that others may use by name."),
  mutations: field(4, atomicList(Mutation), "The changes, one after the other."),
  failurePolicy: field(5, failurePolicy, "What happens when an expression fails.", { pointer: true, default: "Fail" }),
  matchConditions: field(
    6,
    listOf(MatchCondition, "name"),
    "Expressions that must all be true for the policy to apply.",
  ),
  reinvocationPolicy: field(7, reinvocationPolicy, "Whether it applies again after others changed the object."),
});
/** Which requests are looked at, and how objects change. */
export interface MutatingAdmissionPolicySpec extends TypeOf<typeof mutatingAdmissionPolicySpec> {}
export const MutatingAdmissionPolicySpec: ObjectSchema<MutatingAdmissionPolicySpec> = mutatingAdmissionPolicySpec.check(
  constraintsSelect,
  mutatesSomething,
  variableNames,
);

interface PolicyView {
  readonly spec?: MutatingAdmissionPolicySpec;
}

/** Expressions that change objects. */
export const MutatingAdmissionPolicy = kind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingAdmissionPolicy",
  plural: "mutatingadmissionpolicies",
  scope: "Cluster",
  categories: ["api-extensions"],
  doc: "Expressions that change objects.",
  columns: [
    count("Mutations", "Number of changes.", ({ spec }: PolicyView) => spec?.mutations?.length),
    text("ParamKind", "Kind of its parameters.", paramKindText),
    age(),
  ],
  checkName: dns1123Subdomain,
  unconditionalUpdate: false,
  definition: "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy",
  storagePath: "mutatingadmissionpolicies",
  fields: {
    spec: field(2, MutatingAdmissionPolicySpec, "How which objects change.", { always: true }),
  },
});
export interface MutatingAdmissionPolicy extends ObjectOf<typeof MutatingAdmissionPolicy> {}
