// Rules of roles: verbs on resources or URLs.
import { atomicList, field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const policyRule = object("io.k8s.api.rbac.v1.PolicyRule", {
  verbs: field(1, atomicList(string()), "", { required: true }),
  apiGroups: field(2, atomicList(string()), ""),
  resources: field(3, atomicList(string()), ""),
  resourceNames: field(4, atomicList(string()), ""),
  nonResourceURLs: field(5, atomicList(string()), ""),
});
export interface PolicyRule extends TypeOf<typeof policyRule> {}
export const PolicyRule: ObjectSchema<PolicyRule> = policyRule;
