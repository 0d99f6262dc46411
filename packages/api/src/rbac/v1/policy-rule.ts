// Rules of roles: verbs on resources or URLs.
import { atomicList, field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";
import { resourcesOrUrls } from "./rbac-checks.ts";

const policyRule = object("io.k8s.api.rbac.v1.PolicyRule", {
  verbs: field(1, atomicList(string()), "Verbs that are allowed; * for all.", { required: true, always: true }),
  apiGroups: field(2, atomicList(string()), "Groups of the resources; * for all."),
  resources: field(3, atomicList(string()), "Resources, with subresources after a slash; * for all."),
  resourceNames: field(4, atomicList(string()), "Names of objects; all when empty."),
  nonResourceURLs: field(5, atomicList(string()), "Paths that are no resources; a trailing * matches the rest."),
});
/** Verbs on resources or URLs. */
export interface PolicyRule extends TypeOf<typeof policyRule> {}
export const PolicyRule: ObjectSchema<PolicyRule> = policyRule.check(resourcesOrUrls);
