// Which requests a webhook or policy is about.
import {
  atomicList,
  field,
  inline,
  type ObjectSchema,
  object,
  objectWith,
  string,
  type TypeOf,
} from "@knots/machinery";
import { operationsAreKnown, ruleIsComplete } from "./rule-checks.ts";

const rule = object("io.k8s.api.admissionregistration.v1.Rule", {
  apiGroups: field(1, atomicList(string()), "Groups; * for all."),
  apiVersions: field(2, atomicList(string()), "Versions; * for all."),
  resources: field(3, atomicList(string()), "Resources and subresources, such as pods, pods/status or */scale."),
  scope: field(4, string({ enum: ["Cluster", "Namespaced", "*"] }), "Cluster, Namespaced, or * for both.", {
    pointer: true,
    default: "*",
  }),
});
/** Resources by group, version and name. */
export interface Rule extends TypeOf<typeof rule> {}
export const Rule: ObjectSchema<Rule> = rule;

const ruleWithOperations = objectWith(
  "io.k8s.api.admissionregistration.v1.RuleWithOperations",
  {
    operations: field(1, atomicList(string()), "CREATE, UPDATE, DELETE, CONNECT, or * for all."),
  },
  inline(2, Rule),
);
/** Operations on resources. */
export interface RuleWithOperations extends TypeOf<typeof ruleWithOperations> {}
export const RuleWithOperations: ObjectSchema<RuleWithOperations> = ruleWithOperations.check(
  ruleIsComplete,
  operationsAreKnown,
);

const namedRuleWithOperations = objectWith(
  "io.k8s.api.admissionregistration.v1.NamedRuleWithOperations",
  {
    resourceNames: field(1, atomicList(string()), "Names of objects; all when empty."),
  },
  inline(2, RuleWithOperations),
  { map: "atomic" },
);
/** Operations on resources, perhaps only on some names. */
export interface NamedRuleWithOperations extends TypeOf<typeof namedRuleWithOperations> {}
export const NamedRuleWithOperations: ObjectSchema<NamedRuleWithOperations> = namedRuleWithOperations.check(
  ruleIsComplete,
  operationsAreKnown,
);
