// MutatingAdmissionPolicyBinding: puts a mutating policy to work.
import {
  dns1123Subdomain,
  field,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { MatchResources } from "./match.ts";
import { policyIsNamed } from "./policy-checks.ts";
import { bindingColumns } from "./policy-columns.ts";
import { ParamRef } from "./policy-parts.ts";

const mutatingAdmissionPolicyBindingSpec = object(
  "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec",
  {
    policyName: field(1, string(), "Name of the policy."),
    paramRef: field(2, ParamRef, "Objects that hold the parameters.", { pointer: true }),
    matchResources: field(3, MatchResources, "Narrows the requests that the policy looks at.", { pointer: true }),
  },
);
/** Which policy applies where. */
export interface MutatingAdmissionPolicyBindingSpec extends TypeOf<typeof mutatingAdmissionPolicyBindingSpec> {}
export const MutatingAdmissionPolicyBindingSpec: ObjectSchema<MutatingAdmissionPolicyBindingSpec> =
  mutatingAdmissionPolicyBindingSpec.check(policyIsNamed);

/** Puts a mutating policy to work. */
export const MutatingAdmissionPolicyBinding = kind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingAdmissionPolicyBinding",
  plural: "mutatingadmissionpolicybindings",
  scope: "Cluster",
  categories: ["api-extensions"],
  doc: "Puts a mutating policy to work.",
  columns: bindingColumns,
  checkName: dns1123Subdomain,
  unconditionalUpdate: false,
  definition: "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding",
  storagePath: "mutatingadmissionpolicybindings",
  fields: {
    spec: field(2, MutatingAdmissionPolicyBindingSpec, "Which policy applies where.", { always: true }),
  },
});
export interface MutatingAdmissionPolicyBinding extends ObjectOf<typeof MutatingAdmissionPolicyBinding> {}
