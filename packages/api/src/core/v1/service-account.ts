// ServiceAccount: the identity of programs in pods.
import { array, atomicList, boolean, dns1123Subdomain, field, kind, type ObjectOf } from "@knots/machinery";
import { serviceAccountColumns } from "./data-columns.ts";
import { LocalObjectReference, ObjectReference } from "./reference.ts";

/** The identity of programs in pods. */
export const ServiceAccount = kind({
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  scope: "Namespaced",
  shortNames: ["sa"],
  doc: "The identity of programs in pods.",
  definition: "io.k8s.api.core.v1.ServiceAccount",
  fields: {
    secrets: field(
      2,
      array(ObjectReference, { list: "map", keys: ["name"], patch: "merge", mergeKey: "name", duplicates: "allow" }),
      "Secrets that its pods may use, if restricted.",
    ),
    imagePullSecrets: field(
      3,
      atomicList(LocalObjectReference),
      "Secrets with logins for registries, given to its pods.",
    ),
    automountServiceAccountToken: field(4, boolean(), "Whether its pods get a token; pods can override.", {
      pointer: true,
    }),
  },
  subresources: { token: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest", verbs: ["create"] } },
  columns: serviceAccountColumns,
  unconditionalUpdate: false,
  checkName: dns1123Subdomain,
});
export interface ServiceAccount extends ObjectOf<typeof ServiceAccount> {}
