// Eviction: asks for a pod to go, as far as budgets allow.
import { dns1123Subdomain, field, kind, type ObjectOf } from "@knots/machinery";
import { DeleteOptions } from "../../meta/v1/delete-options.ts";

/** Asks for a pod to go, as far as budgets allow. */
export const Eviction = kind({
  group: "policy",
  version: "v1",
  kind: "Eviction",
  plural: "evictions",
  scope: "Namespaced",
  verbs: [],
  doc: "Asks for a pod to go, as far as budgets allow.",
  definition: "io.k8s.api.policy.v1.Eviction",
  fields: {
    deleteOptions: field(2, DeleteOptions, "How the pod is to be deleted.", { pointer: true }),
  },
  checkName: dns1123Subdomain,
});
export interface Eviction extends ObjectOf<typeof Eviction> {}
