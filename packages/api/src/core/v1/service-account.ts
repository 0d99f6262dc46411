// ServiceAccount: the identity of programs in pods.
import { atomicList, boolean, dns1123Subdomain, field, kind, listOf, type ObjectOf } from "@knots/machinery";
import { LocalObjectReference, ObjectReference } from "./reference.ts";

/**  */
export const ServiceAccount = kind({
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  scope: "Namespaced",
  shortNames: ["sa"],
  doc: "",
  definition: "io.k8s.api.core.v1.ServiceAccount",
  fields: {
    secrets: field(2, listOf(ObjectReference, "name"), ""),
    imagePullSecrets: field(3, atomicList(LocalObjectReference), ""),
    automountServiceAccountToken: field(4, boolean(), "", { pointer: true }),
  },
  subresources: { token: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest", verbs: ["create"] } },
  checkName: dns1123Subdomain,
});
export interface ServiceAccount extends ObjectOf<typeof ServiceAccount> {}
