// Binding: puts a pod on a node.
import { dns1123Subdomain, field, kind, type ObjectOf } from "@knots/machinery";
import { targetIsNode } from "./binding-checks.ts";
import { ObjectReference } from "./reference.ts";

/** Puts a pod on a node. */
export const Binding = kind({
  group: "",
  version: "v1",
  kind: "Binding",
  plural: "bindings",
  scope: "Namespaced",
  doc: "Puts a pod on a node.",
  definition: "io.k8s.api.core.v1.Binding",
  fields: {
    target: field(2, ObjectReference, "The node.", { required: true, always: true }),
  },
  verbs: ["create"],
  checks: [targetIsNode],
  checkName: dns1123Subdomain,
});
export interface Binding extends ObjectOf<typeof Binding> {}
