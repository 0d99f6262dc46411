// Conditions and selections that narrow what webhooks and policies see.

import {
  atomicList,
  field,
  LabelSelector,
  type ObjectSchema,
  object,
  qualifiedName,
  string,
  type TypeOf,
} from "@knots/machinery";
import { NamedRuleWithOperations } from "./rule.ts";

const matchCondition = object("io.k8s.api.admissionregistration.v1.MatchCondition", {
  name: field(1, string({ check: qualifiedName }), "Name of the condition, unique in its list.", { required: true }),
  expression: field(2, string(), "CEL expression that gives true or false.", { required: true }),
});
/** An expression that must be true for a call to happen. */
export interface MatchCondition extends TypeOf<typeof matchCondition> {}
export const MatchCondition: ObjectSchema<MatchCondition> = matchCondition;

const matchResources = object(
  "io.k8s.api.admissionregistration.v1.MatchResources",
  {
    namespaceSelector: field(1, LabelSelector, "Namespaces whose objects count; all when empty.", {
      pointer: true,
      default: {},
    }),
    objectSelector: field(2, LabelSelector, "Objects that count, before or after the change.", {
      pointer: true,
      default: {},
    }),
    resourceRules: field(3, atomicList(NamedRuleWithOperations), "Operations and resources that count."),
    excludeResourceRules: field(
      4,
      atomicList(NamedRuleWithOperations),
      "Operations and resources that do not count after all.",
    ),
    matchPolicy: field(
      7,
      string({ enum: ["Exact", "Equivalent"] }),
      "Whether other versions of the same resource count too.",
      { pointer: true, default: "Equivalent" },
    ),
  },
  { map: "atomic" },
);
/** Which requests are looked at. */
export interface MatchResources extends TypeOf<typeof matchResources> {}
export const MatchResources: ObjectSchema<MatchResources> = matchResources;
