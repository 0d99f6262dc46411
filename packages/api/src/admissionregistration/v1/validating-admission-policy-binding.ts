// ValidatingAdmissionPolicyBinding: puts a validating policy to work.
import {
  dns1123Subdomain,
  field,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  setOf,
  string,
  type TypeOf,
} from "@knots/machinery";
import { MatchResources } from "./match.ts";
import { actionsAgree, policyIsNamed } from "./policy-checks.ts";
import { bindingColumns } from "./policy-columns.ts";
import { ParamRef } from "./policy-parts.ts";

const validatingAdmissionPolicyBindingSpec = object(
  "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec",
  {
    policyName: field(1, string(), "Name of the policy.", { required: true }),
    paramRef: field(2, ParamRef, "Objects that hold the parameters.", { pointer: true }),
    matchResources: field(3, MatchResources, "Narrows the requests that the policy looks at.", { pointer: true }),
    validationActions: field(
      4,
      setOf(string({ enum: ["Deny", "Warn", "Audit"] })),
      "Deny, Warn or Audit; what follows when something is not true.",
      { required: true },
    ),
  },
);
/** Which policy applies where, and what a refusal does. */
export interface ValidatingAdmissionPolicyBindingSpec extends TypeOf<typeof validatingAdmissionPolicyBindingSpec> {}
export const ValidatingAdmissionPolicyBindingSpec: ObjectSchema<ValidatingAdmissionPolicyBindingSpec> =
  validatingAdmissionPolicyBindingSpec.check(policyIsNamed, actionsAgree);

/** Puts a validating policy to work. */
export const ValidatingAdmissionPolicyBinding = kind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicyBinding",
  plural: "validatingadmissionpolicybindings",
  scope: "Cluster",
  categories: ["api-extensions"],
  doc: "Puts a validating policy to work.",
  columns: bindingColumns,
  checkName: dns1123Subdomain,
  unconditionalUpdate: false,
  definition: "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding",
  storagePath: "validatingadmissionpolicybindings",
  fields: {
    spec: field(2, ValidatingAdmissionPolicyBindingSpec, "Which policy applies where.", {
      required: true,
      always: true,
    }),
  },
});
export interface ValidatingAdmissionPolicyBinding extends ObjectOf<typeof ValidatingAdmissionPolicyBinding> {}
